"""Probes before a model: what is spoiled, what it is compared with, and where the line is."""

from pathlib import Path

import numpy as np
import pytest

from degradations import LADDERS, OCCLUDERS
from evaluation.conditions import (
    MIXTURES,
    OCCLUDED,
    SPOILED,
    Condition,
    coverings,
    drawn,
    rungs,
)
from evaluation.lfw import Pairs
from evaluation.logistic import Numbers
from tests import images, subjects


def _directions(pairs: Pairs) -> Numbers:
    raw = subjects.contrast(pairs.crops)
    return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True))


def _cleanly() -> Condition:
    return Condition(
        name="as it is", ladder="nothing", severity=0, apply=lambda crop, _: (crop, None)
    )


def test_every_condition_has_a_name_of_its_own() -> None:
    """All rungs of all ladders, and what the goals speak of is among them."""
    sets = [each for name in MIXTURES for each in drawn(name)]
    names = [each.name for each in (*rungs(), *coverings(), *sets)]

    ladders = [each.ladder for each in LADDERS.values()]
    ladders += [each.ladder for each in OCCLUDERS.values()]
    count = sum(map(len, ladders))
    assert count + 7 == len(names) == len(set(names))
    wanted = {name for groups in (OCCLUDED, SPOILED) for each in groups.values() for name in each}
    assert wanted <= set(names)


def test_a_condition_is_the_same_in_every_run_and_another_shot_is_not() -> None:
    """Each crop has a seed of its own; the crops given stay as they are."""
    crops = np.stack([images.noise(112, 112)] * 3)
    crops.flags.writeable = False
    noisy = next(each for each in rungs() if each.name == "iso 6400")

    once, again, other = noisy.spoil(crops), noisy.spoil(crops), noisy.spoil(crops, shot=1)

    assert np.array_equal(once[0], again[0])
    assert not np.array_equal(once[0], other[0])
    assert not np.array_equal(once[0][0], once[0][1])


def test_a_condition_tells_what_is_covered() -> None:
    """A camera covers nothing; a block of a fifth covers a fifth."""
    crops = np.stack([images.noise(112, 112)] * 4)
    by_name = {each.name: each for each in (*rungs(), *coverings())}

    assert not by_name["iso 100"].spoil(crops)[1].any()
    shares = by_name["block 0.2"].spoil(crops)[1].mean(axis=(1, 2))
    assert [0.2] * 4 == pytest.approx(shares.tolist(), abs=0.02)


def test_the_line_is_set_on_all_clean_probes_and_references(tmp_path: Path) -> None:
    """Of 132 comparisons of different people, none may reach it: it is just above the highest."""
    pairs = subjects.people()
    directions = _directions(pairs)
    similarity = directions[1::2] @ directions[::2].T

    trial = subjects.trial(subjects.made(tmp_path), pairs, probes=12)

    highest = similarity[~np.eye(12, dtype=bool)].max()
    assert trial.line == pytest.approx(highest, abs=1e-5)
    assert trial.line > highest - 1e-6
    assert 12 * 11 == len(trial.others(trial.clean.vectors[trial.mated.probes]))


def test_a_probe_is_compared_with_its_own_reference(tmp_path: Path) -> None:
    """Similarities, failures and their rate, of probes as they are."""
    pairs = subjects.people()
    directions = _directions(pairs)
    trial = subjects.trial(subjects.made(tmp_path), pairs, probes=12)

    result = trial.run(_cleanly())

    genuine = (directions[1::2] * directions[::2]).sum(axis=1)
    assert np.allclose(genuine, result.genuine, atol=1e-5)
    assert (genuine < trial.line).astype(float).tolist() == result.failed.tolist()
    assert result.failed.mean() == result.fnmr.value
    assert 0.0 == result.fmr


def test_false_matches_are_those_of_spoiled_probes_at_the_clean_line(tmp_path: Path) -> None:
    """If every probe looks like one reference, that one is matched by everybody."""
    pairs = subjects.people()
    trial = subjects.trial(subjects.made(tmp_path), pairs, probes=12)
    face = pairs.crops[0]
    masked = Condition(
        name="one face", ladder="", severity=0, apply=lambda _crop, _generator: (face, None)
    )

    result = trial.run(masked)

    # 11 of 132 comparisons of different people are of that reference with itself.
    assert 11 / 132 == pytest.approx(result.fmr, abs=0.02)
    assert result.genuine[0] == pytest.approx(1.0, abs=1e-5)
    assert result.failed[1:].mean() > 0.8


def test_fewer_probes_keep_the_line(tmp_path: Path) -> None:
    """A part of the probes is not another model."""
    trial = subjects.trial(subjects.made(tmp_path), subjects.people(), probes=12)

    part = trial.fewer(4)

    assert trial.line == part.line
    assert [1, 9, 15, 23] == part.mated.probes.tolist()
    assert trial.run(_cleanly()).genuine[[0, 4, 7, 11]] == pytest.approx(
        part.run(_cleanly()).genuine, abs=1e-6
    )
    assert 4 * 3 == len(part.others(part.clean.vectors[part.mated.probes]))


def test_patterns_are_judged_where_a_model_names_them(tmp_path: Path) -> None:
    """The made model says "nothing" of every crop: right if nothing is there."""
    trial = subjects.trial(subjects.made(tmp_path, learned=True), subjects.people(), probes=6)
    covered = next(each for each in coverings() if each.name == "block 0.35")

    clean, hidden = trial.run(_cleanly()).named, trial.run(covered).named

    assert clean is not None
    assert hidden is not None
    assert (1.0, 0.0) == (clean.top1, hidden.top1)
