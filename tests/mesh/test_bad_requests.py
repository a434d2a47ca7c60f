"""Everything a caller can get wrong, through the public API: each has its reason."""

import asyncio
import io

import grpc
import pytest
from PIL import Image

from sureface.access.v1 import access_pb2
from sureface.analysis.v1 import analysis_pb2
from sureface.enrollment.v1 import enrollment_pb2
from sureface.gallery.v1 import gallery_pb2
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub
from sureface.investigation.v1 import investigation_pb2
from sureface.policy.v1 import policy_pb2
from tests.images import bmp_header, encoded, gradient, jpeg_header, png_header
from tests.mesh.mesh import Mesh, enrollment, fresh_id, image, refusal
from tests.photos import opened, photo

pytestmark = pytest.mark.asyncio(loop_scope="module")

INVALID = "INVALID_ARGUMENT"


def animated(form: str) -> bytes:
    """Two frames."""
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, form, save_all=True, append_images=frames[1:], duration=100)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "IMAGE_EMPTY", id="empty"),
        pytest.param(b"no picture at all", "IMAGE_FORMAT", id="text"),
        pytest.param(b"%PDF-1.7 ...", "IMAGE_FORMAT", id="PDF"),
        pytest.param(encoded(gradient(), "GIF"), "IMAGE_FORMAT", id="GIF"),
        pytest.param(encoded(gradient()[:1, :1]), "IMAGE_TOO_SMALL", id="1 x 1"),
        pytest.param(png_header(30_000, 30_000), "IMAGE_PIXELS", id="30000 x 30000 PNG"),
        pytest.param(jpeg_header(30_000, 30_000), "IMAGE_PIXELS", id="30000 x 30000 JPEG"),
        pytest.param(bmp_header(30_000, 30_000), "IMAGE_PIXELS", id="30000 x 30000 BMP"),
        pytest.param(encoded(gradient(), "JPEG")[:400], "IMAGE_BROKEN", id="truncated JPEG"),
        pytest.param(encoded(gradient(), "PNG")[:-40], "IMAGE_BROKEN", id="truncated PNG"),
        pytest.param(animated("WEBP"), "IMAGE_ANIMATED", id="animated WebP"),
        pytest.param(animated("TIFF"), "IMAGE_ANIMATED", id="TIFF of two pages"),
        pytest.param(b"\xff\xd8" + bytes(21 * 2**20), "IMAGE_BYTES", id="21 MiB"),
    ],
)
async def test_pictures(shared: Mesh, data: bytes, reason: str) -> None:
    """A picture that cannot be used is refused by its reason, wherever it is sent."""
    identify = access_pb2.IdentifyRequest(
        scene="access_control", probe=image(data), collection_id="any"
    )
    compare = investigation_pb2.CompareRequest(
        scene="alarm_review", first=image(photo("obama")), second=image(data)
    )

    assert (INVALID, reason) == await refusal(shared.access.Identify(identify))
    assert (INVALID, reason) == await refusal(shared.investigation.Compare(compare))


async def test_a_bad_photo_is_an_outcome_of_enrolment(shared: Mesh) -> None:
    """Among several photos, a broken one is named; the good one is enrolled."""
    await shared.enrol("bad-photos")

    answer = await shared.enrollment.EnrollPerson(
        enrollment("bad-photos", "p", photo("obama")[:2000], photo("obama"))
    )

    assert [False, True] == [outcome.enrolled for outcome in answer.outcomes]
    assert "ERROR_REASON_IMAGE_BROKEN" == answer.outcomes[0].error_reason
    assert 1 == answer.person.template_count


def _identify(**fields: object) -> access_pb2.IdentifyRequest:
    request = {"scene": "access_control", "probe": image(photo("obama")), "collection_id": "c"}
    return access_pb2.IdentifyRequest(**(request | fields))  # type: ignore[arg-type]


def _search(**fields: object) -> investigation_pb2.SearchRequest:
    request = {
        "scene": "search_prefilter",
        "probe": image(photo("obama")),
        "collection_id": "c",
        "case_id": "c-1",
        "purpose": "test",
        "operator_id": "o-1",
    }
    return investigation_pb2.SearchRequest(**(request | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("service", "call", "request_", "expected"),
    [
        pytest.param("access", "Identify", _identify(scene="roof"), (INVALID, "SCENE_UNKNOWN"),
                     id="unknown scene"),
        pytest.param("access", "Identify", _identify(scene=""), (INVALID, "SCENE_UNKNOWN"),
                     id="no scene is no default"),
        pytest.param("access", "Identify", _identify(), ("NOT_FOUND", "COLLECTION_NOT_FOUND"),
                     id="unknown collection"),
        pytest.param("access", "Identify", _identify(collection_id="a b"),
                     (INVALID, "FIELD_INVALID"), id="malformed collection"),
        pytest.param("access", "Identify", _identify(probe=None), (INVALID, "FIELD_MISSING"),
                     id="no probe"),
        pytest.param("access", "Verify",
                     access_pb2.VerifyRequest(scene="access_control", probe=image(b"x")),
                     (INVALID, "FIELD_MISSING"), id="nobody to compare with"),
        pytest.param("access", "Verify",
                     access_pb2.VerifyRequest(
                         scene="access_control", probe=image(photo("obama")),
                         photos=access_pb2.PhotoReference(photos=[image(b"x")] * 9)),
                     (INVALID, "BATCH_SIZE"), id="nine reference photos"),
        pytest.param("investigation", "Search", _search(case_id=" "), (INVALID, "FIELD_MISSING"),
                     id="no case"),
        pytest.param("investigation", "Search", _search(purpose=""), (INVALID, "FIELD_MISSING"),
                     id="no purpose"),
        pytest.param("investigation", "Search", _search(limit=101), (INVALID, "FIELD_INVALID"),
                     id="limit out of range"),
        pytest.param("investigation", "SubmitReview",
                     investigation_pb2.SubmitReviewRequest(
                         request_id=fresh_id(), review_id="r", reviewer_id="a",
                         judgement=investigation_pb2.JUDGEMENT_INCONCLUSIVE),
                     ("NOT_FOUND", "REVIEW_NOT_FOUND"), id="unknown review"),
        pytest.param("enrollment", "EnrollPerson", enrollment("c", "p"), (INVALID, "BATCH_SIZE"),
                     id="no photo"),
        pytest.param("enrollment", "EnrollPerson", enrollment("c", "p", *[b"x"] * 17),
                     (INVALID, "BATCH_SIZE"), id="seventeen photos"),
        pytest.param("enrollment", "EnrollPerson",
                     enrollment("c", "p", photo("obama"), request_id="once"),
                     (INVALID, "FIELD_INVALID"), id="request id is no UUID"),
        pytest.param("enrollment", "EnrollPerson", enrollment("nowhere", "p", photo("obama")),
                     ("NOT_FOUND", "COLLECTION_NOT_FOUND"), id="enrol nowhere"),
        pytest.param("enrollment", "DeletePerson",
                     enrollment_pb2.DeletePersonRequest(
                         request_id=fresh_id(), collection_id="c", person_id="p"),
                     ("NOT_FOUND", "COLLECTION_NOT_FOUND"), id="erase nobody"),
        pytest.param("enrollment", "ListCollections",
                     enrollment_pb2.ListCollectionsRequest(page_token="x"),
                     (INVALID, "PAGE_TOKEN_INVALID"), id="foreign page token"),
        pytest.param("analysis", "Extract",
                     analysis_pb2.ExtractRequest(
                         image=image(photo("obama")), expected_contract_id="arc512-0"),
                     ("FAILED_PRECONDITION", "CONTRACT_MISMATCH"), id="foreign contract"),
        pytest.param("analysis", "DetectFaces",
                     analysis_pb2.DetectFacesRequest(image=image(photo("obama")), max_faces=-1),
                     (INVALID, "FIELD_INVALID"), id="negative limit"),
        pytest.param("policy", "ExplainDecision",
                     policy_pb2.ExplainDecisionRequest(scene="access_control", quality=2),
                     (INVALID, "FIELD_INVALID"), id="quality of 2"),
    ],
)  # fmt: skip
async def test_requests(
    shared: Mesh, service: str, call: str, request_: object, expected: tuple[str, str]
) -> None:
    """Each mistake has its code and its reason."""
    method = getattr(getattr(shared, service), call)

    assert expected == await refusal(method(request_))


async def test_a_collection_of_another_model(shared: Mesh) -> None:
    """Vectors of two models are never compared: searching and enrolling both refuse."""
    gallery = shared.processes["gallery"]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{gallery.port}") as channel:
        await GalleryServiceStub(channel).CreateCollection(
            gallery_pb2.CreateCollectionRequest(
                request_id=fresh_id(),
                collection_id="foreign",
                contract_id="arc512-000000000000",
                dimension=512,
            )
        )

    expected = ("FAILED_PRECONDITION", "CONTRACT_MISMATCH")
    searching = shared.access.Identify(_identify(collection_id="foreign"))
    enrolling = shared.enrollment.EnrollPerson(enrollment("foreign", "p", photo("obama")))
    assert expected == await refusal(searching)
    assert expected == await refusal(enrolling)


async def test_writes_are_idempotent(shared: Mesh) -> None:
    """A repeated request gets its answer again and changes nothing; a reused id is refused."""
    await shared.enrol("twice")
    request = enrollment("twice", "p", photo("obama"))

    both = await asyncio.gather(*(shared.enrollment.EnrollPerson(request) for _ in range(2)))
    later = await shared.enrollment.EnrollPerson(request)
    other = enrollment("twice", "p", photo("obama2"), request_id=request.request_id)
    reused = await refusal(shared.enrollment.EnrollPerson(other))

    assert 1 == len({answer.outcomes[0].template_id for answer in (*both, later)})
    assert {1} == {answer.person.template_count for answer in (*both, later)}
    assert (INVALID, "REQUEST_ID_REUSED") == reused


async def test_an_expired_deadline(shared: Mesh) -> None:
    """A call that cannot be answered in time ends in time."""
    call = shared.access.Identify(_identify(), timeout=0.001)

    code, _ = await refusal(call)
    assert "DEADLINE_EXCEEDED" == code


async def test_no_face_is_a_verdict(shared: Mesh) -> None:
    """A frame without a face is not an error at a door: it asks for another one."""
    answer = await shared.access.Identify(
        _identify(probe=image(encoded(gradient(320, 240), "PNG")))
    )

    assert "no face was found" == answer.decision.reason
    assert "look at the camera" == answer.decision.advices[0]


async def test_the_mesh_lives_on(shared: Mesh) -> None:
    """After all of this, every process still runs and answers."""
    answer = await shared.analysis.Extract(analysis_pb2.ExtractRequest(image=image(_jpeg())))

    assert 1 == len(answer.faces)
    assert [] == [name for name, p in shared.processes.items() if "incident" in "".join(p.lines)]


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    opened("obama").save(buffer, "JPEG")
    return buffer.getvalue()
