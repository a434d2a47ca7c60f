"""What is measured is what is served: the same crops, vectors and qualities, the same rules."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.enhancement.graphs import Enhancer
from evaluation.enhancement.looks import DENOISE, ENHANCED, RAW, RESOLVE, Looks, Versions, look
from evaluation.enhancement.models import Models, open_enhancer, open_models
from evaluation.enhancement.settings import LOW, MIXTURES, Spoiled, mixed
from evaluation.enhancement.ways import CHAIN, NOT_DENOISED, Way, served, used, ways
from evaluation.memory import Memory
from evaluation.subject import open_subject
from faces.gates import has_drifted
from faces.policy import Policy
from meshkit.config import ConfigError
from meshkit.models.registry import find
from services.embedder.fusing import OnnxGate, Pair
from services.embedder.onnx import OnnxModel as EmbedderModel
from services.enhancer.model import Work
from services.enhancer.onnx import OnnxModel as EnhancerModel
from tests import enhancements, images, subjects
from tests.unit.door import POLICY

ALWAYS = replace(POLICY, enhance_below=1.0, min_enhanced_similarity=-1.0)


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of models: the enhancer draws so much that some crops become somebody else."""
    return enhancements.models(tmp_path_factory.mktemp("models"), drawn=0.12)


@pytest.fixture(name="models", scope="module")
def _models(folder: Path) -> Models:
    resolver = enhancements.write_enhancer(folder / "alone.onnx", drawn=0.3, denoised=False)
    return open_models(folder, ["mobilefacenet", "sureface"], resolver=resolver, threads=1)


@pytest.fixture(name="spoiled", scope="module")
def _spoiled() -> Spoiled:
    """Some with less of a face than others."""
    crops = subjects.people(8, noise=1.0).crops
    return mixed(LOW, MIXTURES[LOW]).spoil(crops)


@pytest.fixture(name="looks", scope="module")
def _looks(folder: Path, models: Models, spoiled: Spoiled) -> Looks:
    subject = open_subject(folder, "sureface", threads=1)
    return look(Memory(None), subject, Versions(models, spoiled), models.gates["sureface"])


def crops_of(spoiled: Spoiled) -> Iterator[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    """RGB, as services are given them."""
    return (np.ascontiguousarray(crop[..., ::-1]) for crop in spoiled.crops)


def test_crops_are_enhanced_as_the_service_does(
    folder: Path, models: Models, spoiled: Spoiled
) -> None:
    """Byte for byte, whatever the batch, without an adapter."""
    file = find(folder, "enhancer", task="enhancer")
    service = EnhancerModel(file, provider="cpu", threads=1)
    none = np.zeros(service.adapter_size, dtype=np.float32)
    work = [
        Work(crop, scale, none)
        for crop, scale in zip(crops_of(spoiled), spoiled.scale.tolist(), strict=True)
    ]

    found = models.enhancer.enhance(spoiled.crops, spoiled.scale, batch=3)

    expected = np.stack([each.crop[..., ::-1] for each in service.enhance(work)])
    assert np.array_equal(expected, found["crop"])
    assert not np.array_equal(spoiled.crops, found["crop"])
    assert not np.array_equal(found["denoised"], found["crop"])


def test_vectors_and_qualities_are_fused_as_the_service_does(
    folder: Path, spoiled: Spoiled, models: Models, looks: Looks
) -> None:
    """Every probe: the same vector, weight and quality; raw ones, too."""
    file = find(folder, "sureface", task="embedder")
    service = EmbedderModel(file, provider="cpu", threads=1)
    gate = OnnxGate(find(folder, "tiny-gate", task="fusion"), service)
    made = models.enhancer.enhance(spoiled.crops, spoiled.scale)["crop"]
    raw = service.embed(list(crops_of(spoiled)))
    enhanced = service.embed([np.ascontiguousarray(crop[..., ::-1]) for crop in made])
    pairs = [Pair(*each) for each in zip(raw, enhanced, spoiled.scale.tolist(), strict=True)]

    fused = gate.fuse(pairs)
    found = looks.fused[ENHANCED, "tiny-gate"]

    assert np.allclose(np.stack([each.vector for each in fused]), found.vectors, atol=1e-5)
    assert np.allclose([each.quality.score for each in fused], found.quality, atol=1e-5)
    assert np.allclose([each.quality.score for each in raw], looks.raw.quality, atol=1e-5)
    weights = [each.fused.gate for each in fused if each.fused]
    assert np.allclose(weights, found.share, atol=1e-5)
    assert len(set(np.round(weights, 3))) > 1
    similar = [each.fused.similarity for each in fused if each.fused]
    line = float(np.median(similar))
    policy = replace(ALWAYS, min_enhanced_similarity=line)
    drifted = used(policy, looks, served(models.gates["sureface"][0])).drifted
    assert [has_drifted(policy, each) for each in similar] == drifted.tolist()


def test_only_probes_below_the_line_are_enhanced(models: Models, looks: Looks) -> None:
    """At the line is not below it; those above stay as they came, in every row."""
    line = float(np.sort(looks.raw.quality)[8])
    policy = replace(ALWAYS, enhance_below=line)

    for way in ways([DENOISE, RESOLVE, ENHANCED], models.gates["sureface"])[1:]:
        it = used(policy, looks, way)

        assert (looks.raw.quality < line).tolist() == it.enhanced.tolist()
        assert 8 == it.enhanced.sum()
        assert np.array_equal(looks.raw.vectors[~it.enhanced], it.vectors[~it.enhanced])
        assert np.array_equal(looks.raw.quality[~it.enhanced], it.quality[~it.enhanced])
        changed = np.abs(looks.raw.vectors - it.vectors).max(axis=1) > 1e-4
        assert changed[it.enhanced].all()


def test_what_drifted_is_thrown_away(looks: Looks, models: Models) -> None:
    """Vector and quality are the raw ones again, as if nobody had been asked."""
    way = served(models.gates["sureface"][0])
    cosine = (looks.raw.vectors * looks.others[ENHANCED].vectors).sum(axis=1)
    policy = replace(ALWAYS, min_enhanced_similarity=float(np.median(cosine)))

    it = used(policy, looks, way)

    assert (cosine < np.median(cosine)).tolist() == it.drifted.tolist()
    assert it.enhanced.all()
    assert np.array_equal(looks.raw.vectors[it.drifted], it.vectors[it.drifted])
    fused = looks.fused[ENHANCED, "tiny-gate"]
    assert np.array_equal(fused.vectors[~it.drifted], it.vectors[~it.drifted])
    assert np.array_equal(fused.quality[~it.drifted], it.quality[~it.drifted])


@pytest.mark.parametrize("policy", [ALWAYS, replace(ALWAYS, min_enhanced_similarity=1.0)])
def test_raw_probes_are_never_enhanced(policy: Policy, looks: Looks) -> None:
    """Whatever the scene says: this row is what all others are compared with."""
    it = used(policy, looks, Way(name=RAW, version=RAW))

    assert np.array_equal(looks.raw.vectors, it.vectors)
    assert not it.enhanced.any()
    assert not it.drifted.any()


def test_rows_are_those_of_which_there_are_models(models: Models) -> None:
    """Without a resolver no row of it; without a gate nothing is fused; other gates by name."""
    gates = models.gates["sureface"]
    everything = [DENOISE, RESOLVE, ENHANCED]

    assert [RAW, DENOISE, RESOLVE, ENHANCED] == [way.name for way in ways(everything, [])]
    whole = [way.name for way in ways(everything, gates)]
    assert [RAW, DENOISE, RESOLVE, ENHANCED, NOT_DENOISED, CHAIN] == whole
    assert [RAW, ENHANCED, CHAIN] == [way.name for way in ways([ENHANCED], gates)]
    two = [way.name for way in ways([ENHANCED], [*gates, *gates])]
    assert [RAW, ENHANCED, CHAIN, "enhanced + tiny-gate"] == two


def test_a_gate_is_for_the_embedder_that_it_was_trained_for(models: Models) -> None:
    """By the contract of its vectors."""
    assert [] == models.gates["mobilefacenet"]
    assert ["tiny-gate"] == [gate.name for gate in models.gates["sureface"]]


def test_a_resolver_that_is_not_there_is_none(folder: Path) -> None:
    """The ablation is trained by those who want to see it."""
    found = open_models(folder, ["sureface"], resolver=folder / "nowhere.onnx", threads=1)

    assert found.resolver is None
    assert [DENOISE, ENHANCED] == Versions(found, mixed(LOW, MIXTURES[LOW]).spoil(_two())).names


def test_what_was_made_is_made_once_and_seen_once(
    folder: Path, models: Models, spoiled: Spoiled, tmp_path: Path
) -> None:
    """A run that starts again asks neither enhancer nor embedder; told another scale, it does."""
    subject = open_subject(folder, "sureface", threads=1)
    memory, gates = Memory(tmp_path), models.gates["sureface"]
    first = look(memory, subject, Versions(models, spoiled), gates)
    files = {path.name for path in tmp_path.rglob("*.npz")}

    class Never(Enhancer):
        def enhance(self, *_: object, **__: object) -> dict[str, np.ndarray]:
            raise AssertionError("asked again")

    never = Never(folder / "enhancer.onnx", models.enhancer.how, name="enhancer", threads=1)
    alone = Never(folder / "alone.onnx", models.enhancer.how, name="resolver", threads=1)
    forbidden = replace(models, enhancer=never, resolver=alone)
    again = look(memory, subject, Versions(forbidden, spoiled), gates)

    assert len(files) == 1  # by the crops that came, in a folder for each version
    assert np.array_equal(first.others[ENHANCED].vectors, again.others[ENHANCED].vectors)
    told = Spoiled(spoiled.crops, spoiled.scale * np.float32(0.5), spoiled.across)
    with pytest.raises(AssertionError, match="asked again"):
        look(memory, subject, Versions(forbidden, told), gates)


def test_what_is_no_enhancer_is_refused(folder: Path, models: Models, tmp_path: Path) -> None:
    """By its file, in one line; and a name that is not there by its name."""
    path = enhancements.write_enhancer(tmp_path / "odd.onnx", adapter=False)

    with pytest.raises(ConfigError, match=r"odd\.onnx is no enhancer"):
        Enhancer(path, models.enhancer.how, name="odd")
    with pytest.raises(ConfigError, match="no enhancer named nobody"):
        open_enhancer(folder, "nobody")


def _two() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.stack([images.noise(112, 112, seed=seed) for seed in range(2)])
