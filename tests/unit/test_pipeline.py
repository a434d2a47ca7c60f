"""The pipeline: which services a picture gets to see, and what refuses it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from faces.errors import FaceError, FusionUnavailable, QueueFull, ServiceUnavailable
from faces.gates import Enhancement
from faces.rules import Rule
from gateway.backends.ports import Batch, Crop, Derived, Judged
from gateway.enhancing import Enhancing
from gateway.pipeline import Pipeline
from tests.unit.door import POLICY
from tests.unit.gateway_fakes import CONTRACT, FakeDetector, FakeEmbedder, FakeEnhancer

ENHANCING = replace(POLICY, enhance_below=0.6)


@pytest.mark.parametrize(
    ("picture", "rule", "embedded"),
    [
        pytest.param("alice good", None, 1, id="a good sample passes"),
        pytest.param("alice empty", Rule.NO_FACE, 0, id="no face"),
        pytest.param("alice crowd", Rule.MAX_FACES, 0, id="too many faces"),
        pytest.param("alice far", Rule.MIN_INTER_EYE_PX, 0, id="too far away"),
        pytest.param("alice turned", Rule.MAX_YAW_DEG, 0, id="turned away"),
        pytest.param("alice fair", Rule.MIN_QUALITY, 1, id="quality too low"),
    ],
)
async def test_gates(picture: str, rule: Rule | None, embedded: int) -> None:
    """A picture is refused by the first gate that it fails, and not embedded after gate 1."""
    embedder = FakeEmbedder()

    sample = await Pipeline(FakeDetector(), Enhancing(embedder)).sample(POLICY, picture.encode())

    assert rule is (sample.refusal.rule if sample.refusal else None)
    assert embedded == embedder.calls
    assert (CONTRACT if embedded else "") == sample.contract_id


async def test_embeds_anyway_for_people_who_look() -> None:
    """A comparison sees the similarity of a refused face; the refusal stands."""
    pipeline = Pipeline(FakeDetector(), Enhancing(FakeEmbedder()))

    sample = await pipeline.sample(POLICY, b"alice turned", embed_anyway=True)

    assert sample.judged is not None
    assert sample.refusal is not None
    assert Rule.MAX_YAW_DEG is sample.refusal.rule


async def test_enhances_below_the_line_only() -> None:
    """Gate 2 repairs what the policy asks it to repair, and nothing else."""
    enhancer = FakeEnhancer()
    pipeline = Pipeline(FakeDetector(), Enhancing(FakeEmbedder(), enhancer))

    good = await pipeline.sample(ENHANCING, b"alice good")
    bad = await pipeline.sample(ENHANCING, b"alice poor")
    never = await pipeline.sample(POLICY, b"alice poor")

    assert [Enhancement.NOT_NEEDED, Enhancement.DONE, Enhancement.NOT_NEEDED] == [
        sample.enhancement for sample in (good, bad, never)
    ]
    assert bad.refusal is None
    assert 1 == enhancer.calls


async def test_enrolment_is_never_enhanced() -> None:
    """What is enrolled is what the camera saw."""
    enhancer = FakeEnhancer()
    pipeline = Pipeline(FakeDetector(), Enhancing(FakeEmbedder(), enhancer))

    await pipeline.sample(ENHANCING, b"alice poor", enhance=False)

    assert 0 == enhancer.calls


@pytest.mark.parametrize(
    ("enhancer", "expected"),
    [
        pytest.param(None, Enhancement.NOT_CONFIGURED, id="not configured"),
        pytest.param(
            FakeEnhancer(ServiceUnavailable(service="enhancer")),
            Enhancement.UNAVAILABLE,
            id="away",
        ),
        pytest.param(
            FakeEnhancer(QueueFull(queue="enhancer", limit=1)), Enhancement.UNAVAILABLE, id="busy"
        ),
    ],
)
async def test_goes_on_without_the_enhancer(
    enhancer: FakeEnhancer | None, expected: Enhancement
) -> None:
    """A missing enhancer degrades the decision, and refuses only where the policy says so."""
    pipeline = Pipeline(FakeDetector(), Enhancing(FakeEmbedder(), enhancer))
    tolerant = replace(ENHANCING, min_quality=0.3)

    goes_on = await pipeline.sample(tolerant, b"alice poor")
    refuses = await pipeline.sample(replace(tolerant, enhancer_required=True), b"alice poor")

    assert expected is goes_on.enhancement
    assert goes_on.refusal is None
    assert refuses.refusal is not None
    assert Rule.ENHANCER_REQUIRED is refuses.refusal.rule


async def test_a_slow_enhancer_counts_as_away() -> None:
    """The raw answer does not wait for an enhancer that hangs."""

    class Hanging(FakeEnhancer):
        async def enhance(
            self, crops: Sequence[Crop], *, camera_id: str, images: bool = False
        ) -> list[Derived]:
            await asyncio.Event().wait()
            return []

    pipeline = Pipeline(FakeDetector(), Enhancing(FakeEmbedder(), Hanging(), limit_s=0.01))

    sample = await pipeline.sample(ENHANCING, b"alice poor")

    assert Enhancement.UNAVAILABLE is sample.enhancement


async def test_an_enhanced_sample_says_what_it_is() -> None:
    """The vector is fused, and what the camera saw is kept; the camera has its adapter."""
    enhancer = FakeEnhancer()
    pipeline = Pipeline(FakeDetector(), Enhancing(FakeEmbedder(), enhancer))

    sample = await pipeline.sample(ENHANCING, b"alice poor", camera_id="gate-7", images=True)

    assert sample.derived
    assert sample.enhanced is not None
    assert (0.35, b"PNG", ["gate-7"]) == (
        sample.enhanced.raw.quality.score,
        sample.enhanced.derived.png,
        enhancer.cameras,
    )
    assert sample.raw is sample.enhanced.raw
    assert sample.judged is not None
    assert sample.judged.fusion is sample.enhanced.fusion


@pytest.mark.parametrize(
    ("draws", "least", "expected"),
    [
        pytest.param("alice", 1.0, Enhancement.DONE, id="the same face"),
        pytest.param("twin", 0.949, Enhancement.DONE, id="just alike enough"),
        pytest.param("twin", 0.951, Enhancement.DRIFTED, id="just not alike enough"),
        pytest.param("bob", 0.35, Enhancement.DRIFTED, id="somebody else"),
        pytest.param("bob", -1.0, Enhancement.DONE, id="a scene that does not mind"),
    ],
)
async def test_what_drifted_is_thrown_away(draws: str, least: float, expected: Enhancement) -> None:
    """Where the enhancer draws another face than the camera saw, the raw sample is judged."""
    pipeline = Pipeline(FakeDetector(), Enhancing(FakeEmbedder(), FakeEnhancer(draws=draws)))
    policy = replace(ENHANCING, min_quality=0.3, min_enhanced_similarity=least)

    sample = await pipeline.sample(policy, b"alice poor")

    assert expected is sample.enhancement
    assert sample.enhanced is not None
    assert sample.judged is not None
    thrown_away = expected is Enhancement.DRIFTED
    assert thrown_away == (sample.judged is sample.enhanced.raw)
    assert thrown_away == expected.degraded
    assert sample.enhanced.fusion is not None


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        pytest.param(
            FusionUnavailable(model="tiny"), Enhancement.NOT_FUSED, id="nothing to fuse with"
        ),
        pytest.param(
            ServiceUnavailable(service="embedder"), Enhancement.UNAVAILABLE, id="died in between"
        ),
    ],
)
async def test_goes_on_without_fusion(failure: FaceError, expected: Enhancement) -> None:
    """An enhanced crop that cannot be fused changes nothing, and the decision says why."""
    embedder = FakeEmbedder()
    embedder.cannot_fuse = failure
    pipeline = Pipeline(FakeDetector(), Enhancing(embedder, FakeEnhancer()))

    sample = await pipeline.sample(replace(ENHANCING, min_quality=0.3), b"alice poor")

    assert expected is sample.enhancement
    assert sample.refusal is None
    assert not sample.derived
    assert sample.judged is not None
    assert sample.judged.fusion is None


async def test_an_embedder_that_ignores_enhanced_crops_fuses_nothing() -> None:
    """An older one answers with the raw vector alone; it is not called enhanced."""

    class Older(FakeEmbedder):
        async def fuse(
            self, crop: Crop, raw: Judged, derived: Derived, *, contract_id: str
        ) -> Batch:
            return await self.embed([crop])

    pipeline = Pipeline(FakeDetector(), Enhancing(Older(), FakeEnhancer()))

    sample = await pipeline.sample(ENHANCING, b"alice poor")

    assert Enhancement.NOT_FUSED is sample.enhancement
