"""A photo of a document, sent along: whoever holds it is compared with its portrait."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from sureface.access.v1 import access_pb2 as pb
from sureface.type.v1 import decision_pb2
from tests.mesh.mesh import Mesh, image, refusal
from tests.photos import encoded, opened, photo

pytestmark = pytest.mark.asyncio(loop_scope="module")


def page(holder: str, beside: str, *, side: int = 210, strength: float = 0.5) -> bytes:
    """A page with a portrait, and a smaller and fainter one beside it, as documents have."""
    paper = Image.new("RGB", (1250, 880), (214, 222, 206))
    draw = ImageDraw.Draw(paper)
    for y in range(0, 880, 6):
        draw.line((0, y, 1250, y + round(20 * np.sin(y))), fill=(200, 214, 210))
    portrait = opened(holder)
    portrait.thumbnail((420, 420))
    paper.paste(portrait, (70, 200))
    faint = opened(beside).convert("L").convert("RGB")
    faint.thumbnail((side, side))
    under = paper.crop((800, 420, 800 + faint.width, 420 + faint.height))
    paper.paste(Image.blend(under, faint, strength), (800, 420))
    for y in (240, 300, 360):
        draw.text((560, y), "SPECIMEN", fill=(30, 30, 30))
    return encoded(paper.filter(ImageFilter.GaussianBlur(0.8)), quality=85)


def request(probe: str, document: bytes) -> pb.VerifyRequest:
    """Somebody before a door, with a document."""
    return pb.VerifyRequest(
        scene="access_control",
        probe=image(photo(probe)),
        photos=pb.PhotoReference(photos=[image(document)]),
    )


@pytest.mark.parametrize(
    ("probe", "verdict"),
    [
        pytest.param("obama2", decision_pb2.VERDICT_MATCH, id="its holder"),
        pytest.param("biden", decision_pb2.VERDICT_NO_MATCH, id="somebody else"),
    ],
)
async def test_a_document_says_who_is_meant(shared: Mesh, probe: str, verdict: int) -> None:
    """By its portrait, although its holder is on it twice."""
    answer = await shared.access.Verify(request(probe, page("obama", "obama")))

    assert verdict == answer.decision.verdict
    assert [answer.similarity] == pytest.approx(list(answer.photo_similarities))


async def test_two_people_on_a_document_say_nobody(shared: Mesh) -> None:
    """Whose it is cannot be told."""
    document = page("obama", "biden", side=420, strength=0.9)

    expected = ("INVALID_ARGUMENT", "REFERENCE_UNUSABLE")
    assert expected == await refusal(shared.access.Verify(request("obama2", document)))
