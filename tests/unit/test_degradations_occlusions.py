"""What covers a face: where, how much of it, and the truth about it in the mask."""

import functools

import numpy as np
import pytest

from degradations import OCCLUDERS, REGIONS, THINGS, Crop, Occluder
from degradations.occlusions import blocks, prints
from degradations.occlusions.occluder import laid, put_on
from degradations.occlusions.texture import Texture
from faces.alignment import TEMPLATE
from training.sheets import portrait

every_occluder = pytest.mark.parametrize("occluder", OCCLUDERS.values(), ids=list(OCCLUDERS))
every_thing = pytest.mark.parametrize("thing", THINGS, ids=[thing.name for thing in THINGS])

RIGHT_EYE, LEFT_EYE, NOSE, RIGHT_MOUTH, LEFT_MOUTH = (tuple(point) for point in TEMPLATE)
EYES, MOUTH = [RIGHT_EYE, LEFT_EYE], [RIGHT_MOUTH, LEFT_MOUTH]


@functools.cache
def face() -> Crop:
    """NASA's portrait, which nobody may change."""
    crop = portrait()
    crop.flags.writeable = False
    return crop


def _rate(name: str, points: list[tuple[float, ...]], seeds: int = 40) -> float:
    """How often a point is hidden, at the severity that fits."""
    occluder = OCCLUDERS[name]
    middle = occluder.ladder[len(occluder.ladder) // 2]
    masks = [occluder.apply(face(), middle, np.random.default_rng(s)).mask for s in range(seeds)]
    return float(np.mean([mask[round(y), round(x)] for mask in masks for x, y in points]))


@every_occluder
def test_a_covered_crop_is_a_crop_with_the_truth_about_it(occluder: Occluder) -> None:
    """Shapes and types are as declared; the crop that was given cannot be written."""
    covered = [occluder.cover(face(), np.random.default_rng(seed)) for seed in range(10)]

    assert {((112, 112, 3), np.dtype(np.uint8))} == {(c.crop.shape, c.crop.dtype) for c in covered}
    assert {((112, 112), np.dtype(np.bool_))} == {(c.mask.shape, c.mask.dtype) for c in covered}
    assert 0.01 < float(np.mean([c.mask.mean() for c in covered])) < 0.75


@every_occluder
def test_a_seed_says_everything(occluder: Occluder) -> None:
    """The same seed, the same bytes and mask; eight seeds, eight crops."""
    once, again = (
        [occluder.cover(face(), np.random.default_rng(seed)) for seed in range(8)] for _ in range(2)
    )

    assert [c.crop.tobytes() for c in once] == [c.crop.tobytes() for c in again]
    assert [c.mask.tobytes() for c in once] == [c.mask.tobytes() for c in again]
    assert 8 == len({c.crop.tobytes() for c in once})


@every_occluder
def test_what_is_hidden_does_not_show(occluder: Occluder) -> None:
    """Well inside the mask, another face would give nearly the same pixels."""
    middle = occluder.ladder[0]
    other = np.asarray(face()[:, ::-1] ^ np.uint8(8), dtype=np.uint8)
    black = np.where(np.indices((112, 112)).sum(0)[..., None] % 2 == 0, face(), other)
    shown, hidden = [], []
    for seed in range(10):
        one = occluder.apply(face(), middle, np.random.default_rng(seed))
        two = occluder.apply(black.astype(np.uint8), middle, np.random.default_rng(seed))
        change = np.abs(one.crop.astype(int) - two.crop).mean(axis=2)
        hidden.append(change[one.mask & two.mask].mean())
        shown.append(change[~one.mask & ~two.mask].mean())

    assert np.median(hidden) < 0.6 * np.median(shown)


@every_thing
def test_more_severe_hides_more(thing: Occluder) -> None:
    """On average over twelve draws, from rung to rung."""
    shares = [
        np.mean(
            [thing.apply(face(), rung, np.random.default_rng(s)).mask.mean() for s in range(12)]
        )
        for rung in thing.ladder
    ]

    assert sorted(shares) == shares
    assert shares[-1] > 1.05 * shares[0]


@pytest.mark.parametrize("share", [0.03, 0.1, 0.2, 0.35, 0.5])
def test_a_block_has_the_share_that_it_says(share: float) -> None:
    """Within two points, for any proportions; it is one rectangle."""
    masks = [
        blocks.BLOCK.apply(face(), share, np.random.default_rng(seed)).mask for seed in range(60)
    ]
    boxes = [np.outer(mask.any(axis=1), mask.any(axis=0)) for mask in masks]

    assert max(abs(float(mask.mean()) - share) for mask in masks) < 0.02
    assert all(np.array_equal(mask, box) for mask, box in zip(masks, boxes, strict=True))
    assert len({mask.any(axis=1).sum() for mask in masks}) > 10


@pytest.mark.parametrize("name", ["block", *[f"region: {name}" for name in REGIONS]])
def test_an_opaque_mask_marks_exactly_the_changed_pixels(name: str) -> None:
    """On a magenta crop that no fill repeats: changed inside, untouched outside."""
    magenta = np.full((112, 112, 3), (255, 1, 254), np.uint8)
    covered = [OCCLUDERS[name].cover(magenta, np.random.default_rng(s)) for s in (1, 2, 5, 8)]
    changed = [(each.crop != magenta).any(axis=2) for each in covered]

    assert all(not (there & ~each.mask).any() for there, each in zip(changed, covered, strict=True))
    # A picture made of the crop itself may repeat its colour.
    assert sum(np.array_equal(t, c.mask) for t, c in zip(changed, covered, strict=True)) >= 3


def test_paint_is_laid_in_proportion_to_its_cover() -> None:
    """Half of a cover is a mask; less is a tint."""
    crop = np.full((112, 112, 3), 100, np.uint8)
    alpha = np.zeros((112, 112), np.float32)
    alpha[0], alpha[1], alpha[2] = 0.25, 0.5, 1.0
    paint = np.full((112, 112, 3), 200, np.float32)

    covered = laid(crop, paint, alpha)

    assert [125, 150, 200, 100] == covered.crop[:4, 5, 0].tolist()
    assert [False, True, True, False] == covered.mask[:4, 5].tolist()


def test_a_shadow_darkens_beside_the_thing_and_hides_nothing() -> None:
    """Beside its lower edge the face is darker than before, and not part of the mask."""
    crop = np.full((112, 112, 3), 140, np.uint8)
    alpha = np.zeros((112, 112), np.float32)
    alpha[30:60, 30:80] = 1.0
    paint = np.full((112, 112, 3), 90, np.float32)

    covered = [put_on(crop, paint, alpha, np.random.default_rng(s), shadow=0.5) for s in range(9)]

    assert np.mean([each.crop[62, 55] for each in covered]) < 125
    assert not any(each.mask[62].any() for each in covered)
    assert all(each.mask[32:58, 32:78].all() for each in covered)
    assert {140} == {int(each.crop[105, 5, 0]) for each in covered}


@pytest.mark.parametrize(
    ("region", "inside", "outside"),
    [
        pytest.param("left eye", [RIGHT_EYE], [LEFT_EYE, *MOUTH], id="left eye of the picture"),
        pytest.param("right eye", [LEFT_EYE], [RIGHT_EYE, *MOUTH], id="right eye of the picture"),
        pytest.param("both eyes", EYES, MOUTH, id="both eyes"),
        pytest.param("nose", [NOSE], [*EYES, *MOUTH], id="nose"),
        pytest.param("mouth", MOUTH, [*EYES, NOSE], id="mouth"),
        pytest.param("lower face", [NOSE, *MOUTH], EYES, id="lower face"),
        pytest.param("upper face", EYES, MOUTH, id="upper face"),
        pytest.param(
            "left half", [RIGHT_EYE, NOSE, RIGHT_MOUTH], [LEFT_EYE, LEFT_MOUTH], id="left"
        ),
        pytest.param("right half", [LEFT_EYE, LEFT_MOUTH], [RIGHT_EYE, RIGHT_MOUTH], id="right"),
    ],
)
def test_a_region_covers_the_landmarks_of_its_name(
    region: str, inside: list[tuple[float, ...]], outside: list[tuple[float, ...]]
) -> None:
    """All of them, every time, and none of the others."""
    assert 1.0 == _rate(f"region: {region}", inside, seeds=3)
    assert 0.0 == _rate(f"region: {region}", outside, seeds=3)


@pytest.mark.parametrize(
    ("name", "covers", "leaves"),
    [
        pytest.param("surgical mask", MOUTH, EYES, id="surgical mask"),
        pytest.param("N95", MOUTH, EYES, id="N95"),
        pytest.param("cloth mask", MOUTH, EYES, id="cloth mask"),
        pytest.param("respirator", MOUTH, EYES, id="respirator"),
        pytest.param("sunglasses", EYES, [NOSE, *MOUTH], id="sunglasses"),
        pytest.param("sleep mask", EYES, MOUTH, id="sleep mask"),
        pytest.param("scarf", MOUTH, EYES, id="scarf"),
        pytest.param("hat", [(56.0, 5.0)], [*EYES, *MOUTH], id="hat"),
        pytest.param("hood", [(3.0, 3.0), (108.0, 3.0)], EYES, id="hood"),
        pytest.param("fringe", [(56.0, 10.0)], MOUTH, id="fringe"),
    ],
)
def test_what_is_worn_covers_what_it_is_worn_for(
    name: str, covers: list[tuple[float, ...]], leaves: list[tuple[float, ...]]
) -> None:
    """Nearly always, for it is worn in many ways; the rest of the face is nearly always free."""
    assert _rate(name, covers) > 0.85
    assert _rate(name, leaves) < 0.15


def test_masks_are_sometimes_worn_under_the_nose() -> None:
    """About one of eight."""
    assert 0.75 < _rate("surgical mask", [NOSE], seeds=100) < 0.97


@pytest.mark.parametrize("texture", list(dict.fromkeys(prints.FILLS)))
def test_a_surface_is_never_twice_the_same(texture: Texture) -> None:
    """As large as a crop; another seed is another surface."""
    fields = [texture(face(), np.random.default_rng(seed)) for seed in range(5)]

    assert {(112, 112, 3)} == {field.shape for field in fields}
    assert {np.dtype(np.float32)} == {field.dtype for field in fields}
    assert 5 == len({field.tobytes() for field in fields})
