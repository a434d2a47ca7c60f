"""What enhancer and embedder say of derived crops, as the gateway takes and passes it on."""

import math

import pytest

from faces.errors import ServiceUnavailable
from gateway.analysis import Analysis, Extraction, Wanted
from gateway.backends.ports import Crop, Derived, Fusion
from gateway.codec.enhanced import decode_derived, decode_fusion, encode_image
from gateway.enhancing import Enhancing
from sureface.embedder.v1 import embedder_pb2
from sureface.enhancer.v1 import enhancer_pb2 as pb
from sureface.type.v1.face_pb2 import AlignedCrop
from tests.unit.gateway_fakes import PEOPLE, FakeDetector, FakeEmbedder, FakeEnhancer

RGB = bytes(112 * 112 * 3)
CROP = Crop(RGB, 0.25)


def answer(*crops: pb.EnhancedCrop) -> pb.EnhanceCropsResponse:
    return pb.EnhanceCropsResponse(crops=crops)


def enhanced(rgb: bytes = RGB, noise: float = 7.5) -> pb.EnhancedCrop:
    operations = [pb.OPERATION_DENOISE, pb.OPERATION_SUPER_RESOLVE]
    crop = AlignedCrop(rgb=rgb, derived=True)
    return pb.EnhancedCrop(crop=crop, operations=operations, noise_sigma=noise, png=b"PNG")


def test_what_was_done_has_words() -> None:
    """Operations by name, the noise, and the scale of the crop that it was made of."""
    assert [Derived(RGB, 0.25, ("denoise", "super_resolve"), 7.5, b"PNG")] == decode_derived(
        answer(enhanced()), [CROP]
    )


def test_a_newer_operation_is_dropped() -> None:
    """An enhancer that can do more does not break a gateway that knows less."""
    message = enhanced()
    message.operations.append(99)  # type: ignore[arg-type]  # newer

    [derived] = decode_derived(answer(message), [CROP])

    assert ("denoise", "super_resolve") == derived.operations


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(answer(), id="none"),
        pytest.param(answer(enhanced(), enhanced()), id="too many"),
        pytest.param(answer(enhanced(RGB[:-1])), id="a byte short"),
        pytest.param(answer(enhanced(RGB * 4)), id="twice as large"),
        pytest.param(answer(enhanced(noise=math.nan)), id="noise that is no number"),
        pytest.param(answer(enhanced(noise=math.inf)), id="endless noise"),
    ],
)
def test_what_is_no_crop_is_refused(wrong: pb.EnhanceCropsResponse) -> None:
    """Nothing of it comes any further."""
    with pytest.raises(ValueError, match=r"crop|noise"):
        decode_derived(wrong, [CROP])


def test_fusion_comes_as_it_was_sent() -> None:
    """Gate, both similarities, both qualities."""
    message = embedder_pb2.Fusion(
        gate=0.75, similarity=0.5, fused_similarity=0.875, raw_quality=0.25, enhanced_quality=0.625
    )

    expected = Fusion(
        gate=0.75, similarity=0.5, fused_similarity=0.875, raw_quality=0.25, enhanced_quality=0.625
    )
    assert expected == decode_fusion(message)


def test_without_a_watermark_nobody_sees_it() -> None:
    """Only what was made for people to look at leaves the gateway: never the bare crop."""
    assert encode_image(Derived(RGB, 1.0, ("denoise",), 3.0)) is None
    assert encode_image(None) is None


async def extract(picture: bytes, enhancer: FakeEnhancer | None, wanted: Wanted) -> Extraction:
    """Extract with these services."""
    embedder = FakeEmbedder()
    enhancing = Enhancing(embedder, enhancer)
    analysis = Analysis(detector=FakeDetector(), embedder=embedder, enhancing=enhancing)
    return await analysis.extract(picture, wanted)


async def test_extract_shows_every_face_on_request() -> None:
    """Good ones, too; and the vectors stay those of the raw crops."""
    enhancer = FakeEnhancer(draws="twin")

    extraction = await extract(
        b"alice good crowd", enhancer, Wanted(limit=3, enhanced=True, camera_id="gate-7")
    )

    assert [b"PNG"] * 3 == [found.derived.png for found in extraction.faces if found.derived]
    seen = [tuple(found.judged.vector.tolist()) for found in extraction.faces]
    assert [PEOPLE["alice"], PEOPLE["bob"], PEOPLE["bob"]] == seen
    assert ((), ["gate-7"]) == (extraction.degradations, enhancer.cameras)


async def test_extract_does_not_enhance_unasked() -> None:
    """However bad a face is."""
    enhancer = FakeEnhancer()

    extraction = await extract(b"alice awful", enhancer, Wanted(limit=1))

    assert (0, [None]) == (enhancer.calls, [found.derived for found in extraction.faces])


@pytest.mark.parametrize(
    ("enhancer", "missing"),
    [
        pytest.param(None, "enhancer_not_configured", id="none"),
        pytest.param(
            FakeEnhancer(ServiceUnavailable(service="enhancer")), "enhancer_unavailable", id="away"
        ),
    ],
)
async def test_extract_goes_on_without(enhancer: FakeEnhancer | None, missing: str) -> None:
    """All the rest is answered, and it is said what is missing."""
    extraction = await extract(b"alice good", enhancer, Wanted(limit=1, enhanced=True))

    assert ((missing,), [None]) == (
        extraction.degradations,
        [found.derived for found in extraction.faces],
    )
