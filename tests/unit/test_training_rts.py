"""Random temperature scaling does what its paper says."""

import pytest
import torch
from torch.nn import functional

from training.backbone.network import Features
from training.rts.head import SUMMARY, TemperatureHead, summarize, uncertainty
from training.rts.loss import divergence, objective, temperature

PEOPLE, DIMENSION = 12, 32


@pytest.mark.parametrize("delta", [16, 32])
@pytest.mark.parametrize("variance", [0.5, 2.0])
def test_temperatures_have_the_moments_of_the_gamma_distribution(
    delta: int, variance: float
) -> None:
    """Mean v delta / (delta - 2); mean of the inverse 1 / v (methods A.2)."""
    logs = torch.full((200_000, delta), variance).log()
    drawn = temperature(logs, torch.Generator().manual_seed(3))

    assert variance * delta / (delta - 2) == pytest.approx(drawn.mean().item(), rel=0.01)
    assert 1 / variance == pytest.approx((1 / drawn).mean().item(), rel=0.01)


def test_there_is_no_divergence_only_at_variance_one() -> None:
    """Zero there, and more the further away, on both sides."""
    found = [divergence(torch.full((1, 16), log)).item() for log in (-2.0, -1.0, 0.0, 1.0, 2.0)]

    assert 0.0 == found[2]
    assert found[0] > found[1] > 0
    assert found[4] > found[3] > 0


def test_a_summary_has_every_tap_and_the_vectors_length() -> None:
    """A constant map has its value as mean, and no deviation."""
    features = Features(
        torch.full((2, 64, 28, 28), 3.0),
        torch.zeros(2, 128, 14, 14),
        torch.zeros(2, 128, 7, 7),
        torch.zeros(2, 512, 7, 7),
    )
    summary = summarize(features, torch.ones(2, 512))

    assert (2, SUMMARY) == tuple(summary.shape)
    assert torch.full((64,), 3.0).equal(summary[0, -129:-65])
    assert 0.0 == pytest.approx(summary[0, -65:-1].abs().max().item(), abs=1e-3)
    assert pytest.approx(512**0.5) == summary[0, -1].exp().item()


def test_uncertainty_rises_where_people_cannot_be_told_apart() -> None:
    """Trained on vectors of which half are noise, the head is less sure of these: a sign that
    papers and code have had both ways."""
    torch.manual_seed(0)
    centres = functional.normalize(torch.randn(PEOPLE, DIMENSION))
    persons = torch.arange(600) % PEOPLE
    spoiled = torch.arange(600) >= 300
    noise = torch.randn(600, DIMENSION) * torch.where(spoiled, 3.0, 0.05)[:, None]
    vectors = centres[persons] + noise
    seen = torch.randn(600, SUMMARY)
    seen[:, -1] = vectors.norm(dim=1)
    head = TemperatureHead(delta=16, hidden=0, inputs="vector")
    optimizer = torch.optim.Adam(head.parameters(), 0.02)
    cosines = functional.normalize(vectors) @ centres.T
    for _ in range(150):
        loss = objective(head(seen), cosines, persons, scale=30.0, margin=0.35, weight=0.3)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        optimizer.step()

    found = uncertainty(head.eval()(seen))
    ranks = found.argsort().argsort().float()
    area = (ranks[spoiled].mean() - ranks[~spoiled].mean()) / 600 + 0.5
    assert area > 0.95
