"""Each part of the robust branch's loss names one wrong, and falls when that is mended."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from training.robust.loss import UNTOLD, Batch, Parts, Weights, loss
from training.robust.model import Answer

PEOPLE, DIMENSION, PATTERNS = 5, 16, 37

CENTRES = functional.normalize(torch.eye(PEOPLE, DIMENSION) + 0.02)
PERSONS = torch.tensor([0, 1, 2, 3])
TARGETS = functional.normalize(CENTRES[PERSONS] + 0.5 * torch.eye(4, DIMENSION).flip(1))
CROPS = torch.zeros(4, 3, 1, 1)
BATCH = Batch(CROPS, CROPS, torch.arange(4), torch.tensor([0, 7, UNTOLD, 36]))


TOLD = functional.one_hot(BATCH.patterns.clamp(min=0), PATTERNS) * 20.0
OPEN = torch.ones(4, 2, 7, 7)


def right() -> Answer:
    """Everything as it should be: the clean crops' vectors, an open mask, the right patterns."""
    return Answer(3.0 * TARGETS, OPEN, TOLD)


def judged(answer: Answer, batch: Batch = BATCH, targets: Tensor = TARGETS) -> Parts:
    return loss(answer, batch, targets, CENTRES, Weights())


def towards(other: Tensor) -> Answer:
    """The vectors of spoiled crops, half of the way to something else."""
    return replace(right(), raw=TARGETS + other)


NOBODY = functional.one_hot(torch.tensor([9] * 4), DIMENSION).float()
SOMEBODY = CENTRES[PERSONS + 1]


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        pytest.param("distance", towards(NOBODY), id="away from the clean crop"),
        pytest.param("strangers", towards(SOMEBODY), id="resembles a stranger"),
        pytest.param("pattern", replace(right(), patterns=-TOLD), id="misnamed"),
        pytest.param("clean_mask", replace(right(), mask=0.5 * OPEN), id="masks in vain"),
    ],
)
def test_what_is_mended_costs_less(part: str, wrong: Answer) -> None:
    """Its own part falls by a lot, and so does the total."""
    before, after = judged(wrong), judged(right())

    assert getattr(after, part).item() < 0.5 * getattr(before, part).item()
    assert after.total.item() < before.total.item()


def test_the_right_answer_costs_next_to_nothing() -> None:
    """No part of it."""
    found = judged(right())

    assert 0 == pytest.approx(found.distance.item(), abs=1e-6)
    assert 0 == pytest.approx(found.strangers.item(), abs=1e-9)
    assert 0 == pytest.approx(found.pattern.item(), abs=1e-6)
    assert 0 == found.clean_mask.item()


def test_the_total_is_the_weighted_sum() -> None:
    """Distance counts once; the others as the weights say."""
    weights = Weights(strangers=3.0, pattern=5.0, clean_mask=7.0)
    found = loss(towards(SOMEBODY), BATCH, TARGETS, CENTRES, weights)
    expected = found.distance + 3 * found.strangers + 5 * found.pattern + 7 * found.clean_mask

    assert expected.item() == pytest.approx(found.total.item())
    assert {"total", "distance", "strangers", "pattern", "clean_mask"} == set(found.numbers())


def test_only_coming_closer_to_strangers_costs() -> None:
    """Leaving everybody for an empty direction raises no false match."""
    assert 0 == judged(towards(NOBODY)).strangers.item()
    assert judged(towards(SOMEBODY)).strangers.item() > 0.01


def test_a_likeness_that_the_clean_crop_has_is_nobodys_fault() -> None:
    """Who looks like somebody else may go on doing so."""
    alike = functional.normalize(TARGETS + SOMEBODY)
    found = judged(Answer(alike, None, None), targets=alike)

    assert 0 == pytest.approx(found.strangers.item(), abs=1e-9)


def test_a_little_closer_is_within_the_limit() -> None:
    """A quarter more false matches costs nothing; twice as many do."""
    strangers = CENTRES[PERSONS + 1]
    nearer = functional.normalize(TARGETS + 0.01 * strangers)
    near = functional.normalize(TARGETS + 0.3 * strangers)

    assert 0 == judged(Answer(nearer, None, None)).strangers.item()
    assert judged(Answer(near, None, None)).strangers.item() > 0


def test_each_crop_is_held_to_the_face_that_it_shows() -> None:
    """Two shots of one face have one target, whatever the order."""
    batch = replace(BATCH, of=torch.tensor([1, 1, 0, 2]))
    answer = Answer(TARGETS[batch.of], None, None)

    assert 0 == pytest.approx(judged(answer, batch).distance.item(), abs=1e-6)
    assert judged(answer).distance.item() > 0.1


def test_nobody_is_taught_a_pattern_where_none_fits() -> None:
    """Whatever the predictor says of that crop costs the same, and gets no gradient."""
    told = TOLD.clone().requires_grad_()
    judged(replace(right(), patterns=told)).pattern.backward()  # type: ignore[no-untyped-call]  # torch's own

    assert told.grad is not None
    untold = BATCH.patterns == UNTOLD
    assert 0 == told.grad[untold].abs().max().item()
    assert told.grad[~untold].abs().sum(1).min().item() > 0


def test_a_batch_without_any_pattern_to_tell_is_no_loss() -> None:
    """The mean over no crop would be no number, and would end the training."""
    batch = replace(BATCH, patterns=torch.full((4,), UNTOLD))
    found = judged(right(), batch)

    assert 0 == found.pattern.item()
    assert bool(found.total.isfinite())


def test_a_mask_may_shut_where_something_covers() -> None:
    """Only the crop that nothing covers wants an open mask."""
    mask = torch.ones(4, 2, 7, 7)
    mask[1:] = 0.1
    shut = judged(replace(right(), mask=mask)).clean_mask
    mask[0] = 0.1

    assert 0 == shut.item()
    assert 0.81 == pytest.approx(judged(replace(right(), mask=mask)).clean_mask.item())


def test_without_mask_and_predictor_only_vectors_count() -> None:
    """The ablations have the same loss, less what they lack."""
    found = judged(replace(right(), mask=None, patterns=None))

    assert 0 == found.pattern.item() == found.clean_mask.item()
    assert judged(right()).distance.equal(found.distance)
