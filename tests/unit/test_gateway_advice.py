"""Advice of the gateway: from the crop and from what the embedder saw."""

from dataclasses import replace

import numpy as np
import pytest

from faces.policy import Policy
from faces.quality import Quality
from faces.rules import Rule
from gateway.advice import improvements
from gateway.analysis import Analysis, Wanted
from gateway.backends.ports import Crop, Detection, Judged
from gateway.enhancing import Enhancing
from gateway.pipeline import Pipeline
from tests.unit.door import POLICY
from tests.unit.gateway_fakes import MASKED, SHARP, FakeDetector, FakeEmbedder, face

DARK = Crop(bytes(np.full((112, 112, 3), 10, dtype=np.uint8)), 1.0)
STRICT = replace(POLICY, max_occlusion=0.25)
TOLERANT = replace(POLICY, max_occlusion=1.0)


def judged(score: float) -> Judged:
    return Judged(
        np.zeros(4, dtype=np.float32), Quality(score=score, magnitude=3), occlusion=MASKED
    )


@pytest.mark.parametrize(
    ("picture", "policy", "rule", "advices"),
    [
        pytest.param(
            "alice masked good", STRICT, Rule.MAX_OCCLUSION, ("take off the mask",), id="masked"
        ),
        pytest.param(
            "alice masked fair",
            TOLERANT,
            Rule.MIN_QUALITY,
            ("take off the mask", "hold still", "find better light"),
            id="masked where masks are allowed, and not good enough",
        ),
        pytest.param(
            "alice fair",
            STRICT,
            Rule.MIN_QUALITY,
            ("hold still", "find better light", "uncover the face"),
            id="not good enough for reasons unknown",
        ),
        pytest.param(
            "alice far masked",
            STRICT,
            Rule.MIN_INTER_EYE_PX,
            ("move closer", "use a camera or stream of higher resolution"),
            id="too far away to be looked at",
        ),
    ],
)
async def test_a_refusal_says_what_was_seen(
    picture: str, policy: Policy, rule: Rule, advices: tuple[str, ...]
) -> None:
    """What the embedder saw of a sample is in the advice, whichever rule refused it."""
    sample = await Pipeline(FakeDetector(), Enhancing(FakeEmbedder())).sample(
        policy, picture.encode()
    )

    assert sample.refusal is not None
    assert rule is sample.refusal.rule
    assert advices == sample.refusal.advices


async def test_a_mask_that_is_allowed_refuses_nothing() -> None:
    """The share of the crop that is covered is what the scene's line is about."""
    pipeline = Pipeline(FakeDetector(), Enhancing(FakeEmbedder()))

    assert (await pipeline.sample(TOLERANT, b"alice masked good")).refusal is None


def test_the_crop_is_looked_at() -> None:
    """Too little light is seen on the crop that travels anyway."""
    advices = improvements(Detection(face(), DARK), judged(0.3))

    assert ("take off the mask", "too dark: find better light") == advices[:2]


def test_a_good_sample_needs_no_advice() -> None:
    """Whatever its crop looks like."""
    assert () == improvements(Detection(face(), DARK), judged(0.6))


@pytest.mark.parametrize("rgb", [b"", b"short", bytes(112 * 112 * 3 + 1)])
def test_advice_does_not_cost_the_answer(rgb: bytes) -> None:
    """A crop that is none is the embedder's to refuse; here it is only not looked at."""
    advices = improvements(Detection(face(), Crop(rgb, 1.0)), judged(0.3))

    assert ("take off the mask", "hold still", "find better light") == advices


@pytest.mark.parametrize("measures", [True, False])
async def test_measures_are_there_on_request(measures: bool) -> None:
    """Who does not ask does not pay for them."""
    analysis = Analysis(
        detector=FakeDetector(), embedder=FakeEmbedder(), enhancing=Enhancing(FakeEmbedder())
    )

    answer = await analysis.extract(b"alice masked fair", Wanted(limit=1, measures=measures))

    assert [(SHARP,) if measures else ()] == [found.measures for found in answer.faces]
    assert ["take off the mask"] == [found.advices[0] for found in answer.faces]
