"""From probabilities of patterns to words for people."""

import numpy as np
import pytest
from numpy.typing import NDArray

from degradations import REGIONS
from faces import occlusion, patterns
from faces.occlusion import LEAST_CONFIDENCE, Occlusion
from faces.parts import Part

NOSE = (2, 2, 4, 3)
MASK, LARGER_MASK = (3, 0, 5, 5), (3, 1, 5, 5)


def sure_of(pattern: int, grid: int = patterns.GRID) -> Occlusion:
    """What is read when one pattern is nearly certain."""
    logits = np.zeros((1, len(patterns.rectangles(grid))), dtype=np.float32)
    logits[0, pattern] = 20
    [read] = occlusion.read(logits)
    return read


def number(cells: tuple[int, int, int, int]) -> int:
    """The index of a rectangle."""
    return int(patterns.rectangles().tolist().index(list(cells)))


def logits_of(**chances: float) -> NDArray[np.float32]:
    """Logits from probabilities by pattern, ``p3=.5``; the rest has next to none."""
    logits = np.full((1, 226), -30, dtype=np.float32)
    for name, chance in chances.items():
        logits[0, int(name[1:])] = np.log(chance)
    return logits


def box_mask(box: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    left, top, right, bottom = box
    mask = np.zeros((112, 112), dtype=np.bool_)
    mask[top:bottom, left:right] = True
    return mask


WORDS = {
    "left eye": ("right eye covered",),
    "right eye": ("left eye covered",),
    "both eyes": ("both eyes covered",),
    "nose": ("nose covered",),
    "mouth": ("mouth covered",),
    "lower face": ("mouth and nose covered", "lower half of the face covered"),
    "upper face": ("both eyes covered", "upper half of the face covered"),
    "left half": ("right eye covered", "nose covered", "right half of the face covered"),
    "right half": ("left eye covered", "nose covered", "left half of the face covered"),
}
"""By region of FROM's tests; its sides are the picture's, ours the person's own."""


@pytest.mark.parametrize("region", REGIONS)
def test_the_nine_regions_have_the_right_words(region: str) -> None:
    """What covers a region, as a pattern sees it, is called by what a person would call it."""
    read = sure_of(patterns.label(box_mask(REGIONS[region])))

    assert WORDS[region] == read.regions


def test_every_region_has_words() -> None:
    """The table above is complete."""
    assert REGIONS.keys() == WORDS.keys()


@pytest.mark.parametrize("grid", [3, 4, 5, 6])
def test_nothing_and_everything(grid: int) -> None:
    """A face in full view has no words and no share, in any grid; a covered one is covered."""
    nothing, everything = (
        sure_of(pattern, grid)
        for pattern in (
            patterns.NOTHING,
            patterns.rectangles(grid).tolist().index([0, 0, grid, grid]),
        )
    )

    assert [(), ("whole face covered",)] == [nothing.regions, everything.regions]
    assert [0, 1] == pytest.approx([nothing.share, everything.share], abs=1e-6)


def test_the_share_is_expected_over_all_patterns() -> None:
    """Half a chance of a cell is half a cell."""
    cell = number((0, 0, 1, 1))

    [read] = occlusion.read(logits_of(p0=0.5, **{f"p{cell}": 0.5}))

    assert pytest.approx((22 / 112) ** 2 / 2, rel=1e-3) == read.share


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        pytest.param(LEAST_CONFIDENCE + 0.01, ("nose covered",), id="sure enough"),
        pytest.param(LEAST_CONFIDENCE - 0.01, (), id="not sure enough"),
    ],
)
def test_people_hear_only_what_is_sure(chance: float, said: tuple[str, ...]) -> None:
    """Below the limit nothing is said in words; the numbers stay for programs."""
    nose = number(NOSE)

    [read] = occlusion.read(logits_of(p0=1 - chance, **{f"p{nose}": chance}))

    assert said == read.regions
    assert read.pattern is not None
    assert (NOSE, 5) == (read.pattern.cells, read.pattern.grid)
    assert pytest.approx(chance, abs=1e-3) == read.pattern.probability


def test_patterns_that_mean_the_same_speak_together() -> None:
    """Neither mask is likely by itself; that mouth and nose are covered is certain."""
    both = {f"p{number(MASK)}": 0.5, f"p{number(LARGER_MASK)}": 0.5}

    [read] = occlusion.read(logits_of(**both))

    assert "mouth and nose covered" in read.regions


def test_sides_are_the_persons_own() -> None:
    """What is at the left of the picture is the right of the person."""
    mask = np.zeros((112, 112), dtype=np.bool_)
    mask[:, :56] = True

    read = sure_of(patterns.label(mask))

    assert {Part.RIGHT_EYE, Part.RIGHT_HALF} <= read.parts
    assert not {Part.LEFT_EYE, Part.LEFT_HALF} & read.parts


def test_rows_are_read_alone() -> None:
    """n crops at once are n times one, none are none."""
    logits = np.random.default_rng(2).normal(0, 5, (7, 226)).astype(np.float32)

    alone = [occlusion.read(row[None])[0] for row in logits]

    together = occlusion.read(logits)
    assert [one.regions for one in alone] == [one.regions for one in together]
    assert [one.share for one in alone] == pytest.approx([one.share for one in together])
    assert [] == occlusion.read(logits[:0])


@pytest.mark.parametrize(
    ("logits", "problem"),
    [
        pytest.param(np.zeros((1, 100)), "no grid has 100 patterns", id="no grid"),
        pytest.param(np.full((1, 226), np.nan), "no numbers", id="not a number"),
        pytest.param(np.full((1, 226), np.inf), "no numbers", id="infinite"),
    ],
)
def test_a_broken_model_is_an_error(logits: NDArray[np.float64], problem: str) -> None:
    """It must not pass for a face in full view."""
    with pytest.raises(ValueError, match=problem):
        occlusion.read(logits.astype(np.float32))
