"""Real faces through the real mesh: who matches, who does not, who is asked again."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from faces.measures import Component
from sureface.access.v1 import access_pb2
from sureface.analysis.v1 import analysis_pb2
from sureface.investigation.v1 import investigation_pb2
from sureface.type.v1 import decision_pb2 as pb
from tests.mesh.mesh import Mesh, image, mesh
from tests.photos import degraded, encoded, opened, photo

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAME = ["obama", "obama2", "obama3"]
ALL = [*SAME, "biden"]


async def compare(shared: Mesh, first: bytes, second: bytes) -> investigation_pb2.CompareResponse:
    """Two pictures side by side."""
    return await shared.investigation.Compare(
        investigation_pb2.CompareRequest(
            scene="search_prefilter", first=image(first), second=image(second)
        )
    )


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(ALL, 2)))
async def test_scores_of_the_demo_photos(shared: Mesh, first: str, second: str) -> None:
    """Photos of one person score at least .60, of different people at most .25."""
    answer = await compare(shared, photo(first), photo(second))

    same = {first, second} <= set(SAME)
    assert (answer.similarity >= 0.60) if same else (answer.similarity <= 0.25)
    assert (pb.VERDICT_REVIEW if same else pb.VERDICT_NO_MATCH) == answer.decision.verdict


async def test_a_door(shared: Mesh) -> None:
    """Who is enrolled gets in, who is not does not, and a bad frame decides nothing."""
    await shared.enrol("door", p1="obama")

    async def verdict(probe: bytes) -> tuple[int, int, str]:
        answer = await shared.access.Identify(
            access_pb2.IdentifyRequest(
                scene="access_control", probe=image(probe), collection_id="door"
            )
        )
        return answer.decision.verdict, answer.decision.rule, answer.candidate.person_id

    assert (pb.VERDICT_MATCH, pb.RULE_ACCEPT, "p1") == await verdict(photo("obama2"))
    assert (pb.VERDICT_NO_MATCH, pb.RULE_BELOW_REVIEW, "") == await verdict(photo("biden"))
    refused = (pb.VERDICT_RECAPTURE, pb.RULE_MIN_QUALITY, "")
    assert refused == await verdict(degraded("obama2"))


async def test_a_refusal_says_what_to_do(shared: Mesh) -> None:
    """A face that is too far away is told how far, how much is needed, and to come closer."""
    far = opened("obama")
    far.thumbnail((140, 140))
    canvas = Image.new("RGB", (640, 480), (90, 100, 110))
    canvas.paste(far, (250, 150))

    answer = await shared.access.Identify(
        access_pb2.IdentifyRequest(
            scene="access_control",
            probe=image(encoded(canvas, quality=95)),
            collection_id="door",
        )
    )

    assert pb.RULE_MIN_INTER_EYE_PX == answer.decision.rule
    assert "px between the eyes, this scene needs 40" in answer.decision.reason
    assert "move closer" == answer.decision.advices[0]


async def test_verifies_a_claim(shared: Mesh) -> None:
    """1:1 against an enrolled person, and against photos that are sent along."""
    await shared.enrol("claims", p1="obama", p2="biden")

    async def verify(**reference: object) -> int:
        answer = await shared.access.Verify(
            access_pb2.VerifyRequest(
                scene="access_control",
                probe=image(photo("obama2")),
                **reference,  # type: ignore[arg-type]
            )
        )
        return answer.decision.verdict

    def person(person_id: str) -> access_pb2.PersonReference:
        return access_pb2.PersonReference(collection_id="claims", person_id=person_id)

    def photos(*names: str) -> access_pb2.PhotoReference:
        return access_pb2.PhotoReference(photos=[image(photo(name)) for name in names])

    assert pb.VERDICT_MATCH == await verify(person=person("p1"))
    assert pb.VERDICT_NO_MATCH == await verify(person=person("p2"))
    assert pb.VERDICT_MATCH == await verify(photos=photos("biden", "obama"))
    assert pb.VERDICT_NO_MATCH == await verify(photos=photos("biden"))


def _turned() -> bytes:
    """Stored on its side, with the orientation that brings it back."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(opened("obama").rotate(90, expand=True), quality=95, exif=exif)


def _with_alpha() -> bytes:
    picture = opened("obama").convert("RGBA")
    picture.putalpha(255)
    return encoded(picture, "PNG")


def _grey_16() -> bytes:
    grey = np.asarray(opened("obama").convert("L"), dtype=np.uint16) * 257
    return encoded(Image.fromarray(grey), "PNG")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_turned, id="turned by EXIF"),
        pytest.param(lambda: encoded(opened("obama").convert("CMYK"), quality=95), id="CMYK"),
        pytest.param(_with_alpha, id="alpha"),
        pytest.param(_grey_16, id="16-bit grey"),
        pytest.param(lambda: encoded(opened("obama").convert("L"), "PNG"), id="8-bit grey"),
        pytest.param(lambda: encoded(opened("obama"), "WEBP", quality=90), id="WebP"),
        pytest.param(lambda: encoded(opened("obama"), "TIFF"), id="TIFF"),
        pytest.param(lambda: encoded(opened("obama"), "BMP"), id="BMP"),
    ],
)
async def test_reads_pictures_as_they_come(shared: Mesh, data: object) -> None:
    """However it is stored, it is the same face: similarity with the plain photo ≥ .9."""
    assert callable(data)

    answer = await compare(shared, photo("obama"), data())

    assert answer.similarity >= 0.9


async def test_extracts(shared: Mesh) -> None:
    """Extract answers a unit vector of the contract, with quality, for each face."""
    both = Image.new("RGB", (1280, 640))
    both.paste(opened("obama"), (0, 0))
    both.paste(opened("biden"), (700, 0))

    answer = await shared.analysis.Extract(
        analysis_pb2.ExtractRequest(image=image(encoded(both, quality=95)))
    )

    assert 2 == len(answer.faces)
    assert answer.contract_id.startswith("arc512-")
    for extracted in answer.faces:
        assert 1.0 == pytest.approx(np.linalg.norm(extracted.vector), abs=1e-4)
        assert extracted.quality.score >= 0.6


async def test_measures_on_request(shared: Mesh) -> None:
    """A studio portrait scores well on light, and only those who ask get measures."""
    portrait = image(photo("obama"))

    asked = await shared.analysis.Extract(
        analysis_pb2.ExtractRequest(image=portrait, measures=True)
    )
    unasked = await shared.analysis.Extract(analysis_pb2.ExtractRequest(image=portrait))

    scores = {measure.name: measure.score for measure in asked.faces[0].measures}
    assert [component.value for component in Component] == list(scores)
    assert scores["UnderExposurePrevention"] >= 90
    assert scores["OverExposurePrevention"] >= 90
    assert scores["Sharpness"] >= 60
    assert scores["SingleFacePresent"] == 100
    assert scores["HeadPoseRoll"] >= 90
    assert [] == list(unasked.faces[0].measures)


async def test_the_crop_comes_from_the_full_picture(shared: Mesh) -> None:
    """A small face in a huge picture keeps its detail: the letterbox is only to find it."""
    face = Image.open(io.BytesIO(photo("obama")))
    face.thumbnail((420, 420))
    huge = Image.new("RGB", (3000, 2200), (120, 120, 120))
    huge.paste(face, (1300, 900))

    answer = await compare(shared, photo("obama"), encoded(huge, quality=95))

    assert answer.similarity >= 0.9


async def test_both_detectors_serve(tmp_path_factory: pytest.TempPathFactory) -> None:
    """CenterFace takes YuNet's place by configuration, and recognises the same people."""
    folder = tmp_path_factory.mktemp("centerface")
    async with mesh(folder, detector={"MODEL": "centerface"}) as running:
        same = await compare(running, photo("obama"), photo("obama2"))
        different = await compare(running, photo("obama"), photo("biden"))

    assert same.similarity >= 0.60
    assert different.similarity <= 0.25
