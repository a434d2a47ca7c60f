"""Gated fusion: it trusts what was seen, learns when not to, and lets no stranger through."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

from evaluation.probes import unit
from tests.trainees import TINY, made_people
from training.enhancer.fusion.command import Candidate, best, frontal
from training.enhancer.fusion.export import write
from training.enhancer.fusion.fitting import Settings, applied, fit, hinge
from training.enhancer.fusion.gate import FusionGate
from training.enhancer.fusion.observations import Crops, Floats, Observed, observe
from training.enhancer.networks.enhancer import Enhancer
from training.matching import Matched
from training.people import People

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(name="people", scope="module")
def _people() -> People:
    return made_people(8, 4)


@pytest.fixture(name="seen", scope="module")
def _seen(people: People) -> Observed:
    """Where a small face's raw vector is poor the enhanced one is good, and the other way round."""
    generator = np.random.default_rng(3)
    row = generator.integers(0, len(people.person), 400)
    clean = unit(people.raw[row])
    small = generator.random(400) < 0.5
    good, poor = (
        unit(clean + spread * generator.normal(size=clean.shape).astype(np.float32))
        for spread in (0.01, 0.12)
    )
    return Observed(
        row=row,
        raw=np.where(small[:, None], poor, good).astype(np.float32),
        enhanced=np.where(small[:, None], good, poor).astype(np.float32),
        raw_quality=np.where(small, 0.2, 0.9).astype(np.float32),
        quality=np.where(small, 0.9, 0.2).astype(np.float32),
        scale=np.where(small, 0.2, 0.9).astype(np.float32),
    )


def settings(*, vector: bool) -> Settings:
    return Settings(vector=vector, hidden=16, epochs=60)


@pytest.mark.parametrize("vector", [False, True], ids=["scalar", "vector"])
def test_a_new_gate_trusts_what_was_seen(seen: Observed, *, vector: bool) -> None:
    """Nine parts of ten, whatever it is shown; the result has unit length."""
    fused, share = applied(FusionGate(vector=vector).eval(), seen)

    assert np.allclose(0.9, share)
    assert np.allclose(unit(0.9 * seen.raw + 0.1 * seen.enhanced), fused, atol=1e-6)


@pytest.mark.parametrize("vector", [False, True], ids=["scalar", "vector"])
def test_it_learns_whom_to_trust(people: People, seen: Observed, *, vector: bool) -> None:
    """Small faces: the enhanced one; large faces: the raw one. Both come nearer to the clean."""
    gate = fit(seen, people, settings(vector=vector), seed=1)
    fused, share = applied(gate, seen)
    small = seen.scale < 0.5
    clean = unit(people.raw[seen.row])

    assert share[small].mean() < 0.4
    assert share[~small].mean() > 0.7
    for given in (seen.raw, seen.enhanced):
        assert (fused * clean).sum(1).mean() > (given * clean).sum(1).mean() + 0.02


def test_strangers_cost_only_where_they_come_closer() -> None:
    """The nearest of them counts, and one's own centre never does."""
    centres, own = torch.eye(3), torch.tensor([0])
    clean = torch.tensor([[0.8, 0.6, 0.0]])
    drifted = torch.tensor([[0.6, 0.64, 0.48]])

    assert 0.0 == hinge(clean, clean, centres, own).item()
    assert 0.48 == pytest.approx(hinge(drifted, clean, centres, own).item())
    assert 0.0 == hinge(torch.tensor([[1.0, 0, 0]]), clean, centres, own).item()


def test_the_hinge_keeps_a_gate_from_a_stranger(people: People, seen: Observed) -> None:
    """Enhanced crops that look half like somebody else: the dearer strangers, the less of them."""
    clean = unit(people.raw[seen.row])
    stranger = unit(people.raw[(seen.row + 4) % len(people.person)])
    liar = replace(seen, enhanced=unit(clean + 0.8 * stranger).astype(np.float32))
    shares = [
        applied(fit(liar, people, replace(settings(vector=False), strangers=w), seed=1), liar)[1]
        for w in (0.0, 10.0)
    ]

    assert shares[0].mean() + 0.05 < shares[1].mean()


@pytest.mark.timeout(500)  # torch's exporter, on a busy machine
@pytest.mark.parametrize("vector", [False, True], ids=["scalar", "vector"])
def test_its_graph_computes_what_was_trained(
    people: People, seen: Observed, tmp_path: Path, *, vector: bool
) -> None:
    """For any batch: vector, share and similarity."""
    gate = fit(seen, people, replace(settings(vector=vector), epochs=2), seed=1)
    write(gate, tmp_path / "fusion.onnx")
    session = ort.InferenceSession(tmp_path / "fusion.onnx")
    given = {
        "raw": seen.raw,
        "enhanced": seen.enhanced,
        "raw_quality": seen.raw_quality,
        "enhanced_quality": seen.quality,
        "scale": seen.scale,
    }
    fused, share = applied(gate, seen)
    found = session.run(["embedding", "gate", "similarity"], given)

    assert np.allclose(fused, found[0], atol=1e-5)
    assert np.allclose(share, found[1], atol=1e-5)
    assert np.allclose((seen.raw * seen.enhanced).sum(1), found[2], atol=1e-5)


def test_rates_are_those_of_other_photos(people: People) -> None:
    """The clean vectors themselves match everybody's other photos, and no stranger's."""
    rows = np.arange(len(people.person))
    proof = frontal(people, rows)
    found = proof.match(unit(people.raw), people.person, rows)
    lost = proof.match(unit(people.raw[::-1]), people.person, rows)

    assert (0.0, 0.0) == (found.fnmr, found.fmr)
    assert lost.fnmr == 1.0
    assert lost.fmr > 0.1


def test_the_best_lets_no_more_strangers_through() -> None:
    """The fewest misses among those whose false matches stay within a fifth; or none."""
    raw = Matched(fnmr=0.5, fmr=0.001, cosine=0.5)
    tried = [
        Candidate(settings=Settings(), gate=FusionGate(), rates=rates, share=0.5)
        for rates in (
            Matched(fnmr=0.2, fmr=0.0013, cosine=0.5),
            Matched(fnmr=0.3, fmr=0.0012, cosine=0.5),
            raw,
        )
    ]

    found = best(tried, raw)
    assert found is tried[1]
    assert best(tried[:1], raw) is None


def test_what_is_observed_is_kept(people: People, tmp_path: Path) -> None:
    """Raw and enhanced crops through the same embedder; a new enhancer changes nothing."""

    def embed(crops: Crops) -> tuple[Floats, Floats]:
        tiles = crops.reshape(-1, 8, 14, 8, 14, 3).mean((2, 4)).reshape(len(crops), -1)
        return unit(tiles.astype(np.float32)), np.full(len(crops), 0.5, np.float32)

    def seen(seed: int) -> Observed:
        return observe(
            people,
            embed,
            Enhancer(TINY).eval(),
            rows=np.arange(5),
            count=6,
            seed=seed,
            cache=tmp_path / "seen.npz",
        )

    found = seen(1)
    assert (6, 192) == found.raw.shape
    assert np.allclose(found.raw, found.enhanced, atol=1e-5)
    assert set(found.row) <= set(range(5))
    assert 1.0 >= found.scale.max() >= found.scale.min() > 0
    assert np.array_equal(found.raw, seen(2).raw)
