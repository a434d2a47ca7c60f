"""How liveness is measured: what attacks are made of, and what rates come to."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from evaluation.liveness.command import rows, table
from evaluation.liveness.measuring import LIVE, Measured, measure
from evaluation.liveness.parts import Photographed
from evaluation.liveness.presentations import CONTROLS, KINDS, Part
from evaluation.liveness.rates import Rate, line, outcome
from services.detector.liveness import Patch

SIDE = 96
"""Of parts, smaller than those that are measured: prints take time."""

MIDDLE = slice(SIDE * 3 // 8, SIDE * 5 // 8)


def portrait() -> Part:
    """A bright oval on a dark slope; no face of a person."""
    down, across = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    inside = (down / 0.7) ** 2 + (across / 0.5) ** 2 < 1
    levels = np.where(inside, 180 + 30 * across, 60 + 40 * down)
    return np.repeat(levels[..., None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize("name", [*CONTROLS, *KINDS])
def test_a_seed_shows_the_same_again(name: str) -> None:
    """What is reported can be made again; the live face itself is left alone."""
    part = portrait()
    present = {**CONTROLS, **KINDS}[name]

    shown = [present(part, np.random.default_rng(seed)) for seed in (1, 1, 2)]

    assert np.array_equal(shown[0], shown[1])
    assert np.array_equal(shown[0], shown[2]) == (name == "smaller alone")
    assert np.array_equal(portrait(), part)
    assert shown[0].shape[0] == shown[0].shape[1] in {112, SIDE}


def coloured(part: Part) -> float:
    """How far the channels are apart, on average, in levels."""
    middle = part[MIDDLE, MIDDLE].astype(np.float64)
    return float(np.abs(middle[..., 0] - middle[..., 2]).mean())


def test_a_screen_shows_its_stripes() -> None:
    """Grey comes out in colours where camera and stripes do not agree; without a screen, it stays
    grey but for noise."""
    part, seeds = portrait(), range(4)

    def mean(name: str) -> float:
        present = {**CONTROLS, **KINDS}[name]
        return float(np.mean([coloured(present(part, np.random.default_rng(s))) for s in seeds]))

    assert mean("screen that fills the view") > 3 * mean("camera alone")


@pytest.mark.parametrize("name", ["phone with its edge", "phone, no moire", "print with its edge"])
def test_what_is_held_has_a_wall_behind_it(name: str) -> None:
    """Corners of the view show none of the picture: every picture gives the same ones."""
    black, white = (
        KINDS[name](np.full((SIDE, SIDE, 3), level, dtype=np.uint8), np.random.default_rng(3))
        for level in (0, 255)
    )

    corners = [(slice(0, 3), slice(0, 3)), (slice(-3, None), slice(-3, None))]
    for place in corners:
        assert np.abs(black[place].astype(int) - white[place].astype(int)).mean() < 8
    seen = [shown[MIDDLE, MIDDLE].astype(int) for shown in (black, white)]
    assert np.abs(seen[0] - seen[1]).mean() > 60


@pytest.mark.parametrize(
    ("share", "refused"), [(0.0, 0), (0.01, 1), (0.05, 5), (0.059, 5), (0.10, 10)]
)
def test_a_line_refuses_no_more_than_its_share(share: float, refused: int) -> None:
    """Of a hundred scores, the lowest of which go."""
    live = np.random.default_rng(0).permutation(100) / 100

    assert refused == int((live < line(live, share)).sum())


def test_rates_are_counted() -> None:
    """On the line passes; the worst kind of attack counts."""
    found = outcome(
        0.5,
        {"live": np.array([0.4, 0.5, 0.9])},
        {"print": np.array([0.5, 0.1]), "mask": np.array([0.6, 0.7]), "doll": np.array([0.0])},
    )

    assert {"live": Rate(1, 3)} == found.refused
    assert {"print": Rate(1, 2), "mask": Rate(2, 2), "doll": Rate(0, 1)} == found.passed
    assert Rate(2, 2) == found.worst
    assert "33.3 % (1/3)" == str(found.refused["live"])
    assert math.isnan(Rate(0, 0).percent)


class Brightness:
    """The brighter, the more alive."""

    side = 128
    margin = 2.7

    def score(self, patches: Sequence[Patch]) -> list[float]:
        return [float(patch.mean()) / 255 for patch in patches]


def taken(level: int, *, chosen_by: bool) -> Photographed:
    flat = np.full((SIDE, SIDE, 3), level, dtype=np.uint8)
    return Photographed(patch=flat, part=flat, chosen_by=chosen_by)


def test_lines_are_drawn_by_people_who_are_not_reported_on() -> None:
    """Half of the people draw the line, the others are measured by it."""
    faces = [taken(level, chosen_by=True) for level in range(100, 200)]
    faces += [taken(90, chosen_by=False), taken(250, chosen_by=False)]

    measured = measure(Brightness(), faces, seed=1)
    found = measured.at(0.05)

    assert 100 == len(measured.choosing)
    assert pytest.approx(105 / 255) == found.line
    assert Rate(1, 2) == found.refused[LIVE]
    assert {LIVE, *CONTROLS} == set(found.refused)
    assert dict.fromkeys(KINDS, 2) == {name: rate.total for name, rate in found.passed.items()}


def test_every_kind_has_its_row() -> None:
    """With the number of presentations that it rests on."""
    half = np.array([0.2, 0.8])
    measured = Measured(
        choosing=half,
        live=dict.fromkeys([LIVE, *CONTROLS], half),
        attacks=dict.fromkeys(KINDS, half),
    )

    found = {row.metric: row.reached for row in rows(measured)}

    assert 3 * (1 + len(CONTROLS) + len(KINDS)) + 2 == len(found)
    name = "fr_liveness, simulated attacks: line 0.5: APCER of the worst kind, of 2"
    assert pytest.approx(50.0) == found[name]
    assert "| APCER, print with its edge        | 100.0 % (2/2)" in table(measured)
