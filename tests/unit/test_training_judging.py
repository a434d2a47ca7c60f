"""Gate and temperature head: fitted on what was seen, chosen by people whom no fit sees."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from evaluation.probes import unit
from tests.trainees import made_people
from training.comparisons import Comparisons, compare
from training.gate import choice as gates
from training.gate.fitting import Settings, applied, fit
from training.gate.network import CLOSED, Gate
from training.observations import Observations
from training.rts import choice
from training.rts.fitting import Settings as HeadSettings
from training.rts.fitting import judged, lesson
from training.rts.head import SUMMARY

pytestmark = pytest.mark.usefixtures("one_thread")

PEOPLE = made_people(12, 8, aside=6)
COUNT = 600


def seen_of(*, aside: bool, seed: int) -> Observations:
    """A quarter of the crops is spoiled: the frozen vector is mostly noise, the robust one is not,
    and the summary tells. Clean ones are seen best by the frozen branch."""
    generator = np.random.default_rng(seed)
    rows = generator.choice(np.flatnonzero(PEOPLE.aside == aside), COUNT)
    clean = np.arange(COUNT) % 4 != 0
    right = unit(PEOPLE.raw[rows])

    def near(noise: np.ndarray) -> np.ndarray:
        return unit(
            (right + noise[:, None] * generator.normal(size=right.shape)).astype(np.float32)
        )

    summary = generator.normal(size=(COUNT, SUMMARY)).astype(np.float32)
    summary[:, :300] += np.where(clean, -1.0, 3.0)[:, None].astype(np.float32)
    return Observations(
        row=rows,
        summary=summary,
        frozen=near(np.where(clean, 0.002, 0.2)),
        robust=near(np.full(COUNT, 0.02)),
        length=np.ones(COUNT, np.float32),
        told=np.zeros((COUNT, 226), np.float32),
        covered=np.zeros(COUNT, np.float32),
        clean=clean,
    )


TUNE, PROVE = seen_of(aside=False, seed=1), seen_of(aside=True, seed=2)
COMPARED = compare(PEOPLE, PROVE, seed=3)


def test_each_crop_is_compared_with_another_photo_of_its_person() -> None:
    """Never with the photo it was made of; the line keeps strangers' photos out."""
    clean = unit(PEOPLE.raw)
    partner = (COMPARED.reference @ clean.T).argmax(axis=1)

    assert list(range(COUNT)) == COMPARED.observed.tolist()
    assert (PEOPLE.person[partner] == PEOPLE.person[PROVE.row]).all()
    assert not (partner == PROVE.row).any()
    assert 0.0 < COMPARED.line < 0.5


def test_who_is_there_once_is_compared_with_nobody() -> None:
    """A person with one photo gives no comparison, and no error."""
    alone = replace(PEOPLE, person=np.where(np.arange(len(PEOPLE.person)) == 95, 99, PEOPLE.person))
    seen = replace(PROVE, row=np.full(COUNT, 95))

    assert 0 == len(compare(alone, replace(seen, row=np.array([95, 90])), seed=3).observed) - 1


def test_a_new_gate_is_shut() -> None:
    """Whatever it looks at: the frozen branch is right until something else is learned."""
    with torch.no_grad():
        share = Gate(hidden=32).eval()(torch.zeros(3, SUMMARY))

    assert (share < CLOSED).all()


def test_a_gate_opens_for_what_the_robust_branch_sees_better() -> None:
    """And stays shut for clean crops; applied, a shut gate gives the frozen vector itself."""
    gate = fit(TUNE, PEOPLE, Settings(hidden=8, epochs=40), seed=1)
    vectors, share = applied(gate, PROVE)

    assert (share[~PROVE.clean] > 0.5).mean() > 0.9
    assert (share[PROVE.clean] == 0).mean() > 0.9
    shut = share == 0
    assert np.allclose(vectors[shut], PROVE.frozen[shut], atol=1e-6)


def test_a_price_shuts_a_gate() -> None:
    """If opening costs more than it can gain, it does not open."""
    gate = fit(TUNE, PEOPLE, Settings(hidden=8, cost=5.0, epochs=40), seed=1)

    assert applied(gate, PROVE)[1].max() < 0.3


def test_a_gate_that_harms_clean_crops_is_not_chosen() -> None:
    """However much it helps the others; and if all do, that is an error."""
    good = gates.Candidate(
        settings=Settings(),
        gate=Gate(),
        clean=0.05,
        clean_frozen=0.05,
        spoiled=0.4,
        opened=0.1,
        fmr=1.1,
    )
    better = replace(good, spoiled=0.1)
    harmful, busy = replace(better, clean=0.06), replace(better, opened=0.5)
    generous = replace(better, fmr=1.3)

    assert good is gates.best([harmful, good, busy, generous])
    with pytest.raises(ValueError, match="every gate"):
        gates.best([harmful, busy, generous])


def test_strangers_at_the_line_are_counted() -> None:
    """All clean photos of other people, for the observations that are asked for."""
    known = np.eye(3, dtype=np.float32)
    compared = Comparisons(
        observed=np.array([0, 1]),
        reference=known[:2],
        line=0.6,
        person=np.array([0, 1]),
        known=known,
        owner=np.array([0, 1, 2]),
    )
    served = np.array([[0.6, 0.0, 0.8], [0.5, 0.86, 0.1]], np.float32)

    assert 0.5 == compared.false(served, np.array([True, False]))
    assert 0.25 == compared.false(served, np.array([True, True]))


def test_what_strangers_cost_keeps_a_gate_from_leading_to_them() -> None:
    """A robust branch that is right and also likes one stranger is trusted less."""
    liking = replace(TUNE, robust=unit(TUNE.robust + 0.8 * PEOPLE.centres(PEOPLE.aside)[:1]))
    free, dear = (
        fit(liking, PEOPLE, Settings(hidden=8, epochs=40, strangers=weight), seed=1)
        for weight in (0.0, 0.5)
    )

    assert applied(dear, PROVE)[1].mean() < 0.9 * applied(free, PROVE)[1].mean()


def test_a_head_foretells_what_fails() -> None:
    """Chosen from two, the better one by the area under its curve of error versus discard."""
    learnt = lesson(TUNE, TUNE.frozen, PEOPLE, compare(PEOPLE, TUNE, seed=3))
    proof = choice.Proof(
        summary=PROVE.summary[COMPARED.observed], passed=COMPARED.passed(PROVE.frozen)
    )
    blind = replace(proof, summary=np.zeros_like(proof.summary))
    seeing = choice.tried(learnt, proof, HeadSettings(hidden=0, epochs=30, utility=1.0), seed=1)
    unsure = judged(seeing.head, PROVE.summary)

    assert unsure[~PROVE.clean].mean() > unsure[PROVE.clean].mean()
    assert seeing.area < 0.5
    assert seeing.follows > 0.8
    dull = choice.tried(learnt, blind, HeadSettings(hidden=0, epochs=1), seed=1)
    assert dull.area > seeing.area


def test_comparisons_pass_from_the_line_on() -> None:
    """At the line itself, too."""
    reference = np.eye(2, dtype=np.float32)
    compared = replace(COMPARED, observed=np.array([0, 1]), reference=reference, line=0.6)
    served = np.array([[0.6, 0.8], [0.9, 0.1]], np.float32)

    assert [True, False] == compared.passed(served).tolist()
