"""Enrolment through the whole mesh: who may become a template, and what a retry gets."""

import io

import pytest
from PIL import Image

from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.type.v1 import decision_pb2
from tests.mesh.mesh import Mesh, enrollment
from tests.photos import encoded, opened, photo

pytestmark = pytest.mark.asyncio(loop_scope="module")


def with_a_bystander() -> bytes:
    """Two people in one picture, the wrong one larger."""
    both = Image.new("RGB", (1300, 640), (110, 120, 130))
    both.paste(opened("biden"), (0, 0))
    smaller = Image.open(io.BytesIO(photo("obama")))
    smaller.thumbnail((480, 480))
    both.paste(smaller, (700, 100))
    return encoded(both, quality=95)


@pytest.mark.parametrize("scene", ["access_control", "search_prefilter", "alarm_review"])
async def test_a_bystander_is_never_enrolled(shared: Mesh, scene: str) -> None:
    """Whatever a scene allows of probes, an enrolled photo shows one person."""
    await shared.enrol(f"crowd-{scene}")
    request = enrollment(f"crowd-{scene}", "p", with_a_bystander())
    request.scene = scene

    [outcome] = (await shared.enrollment.EnrollPerson(request)).outcomes

    assert not outcome.enrolled
    assert decision_pb2.RULE_MAX_FACES == outcome.rule


async def test_a_retry_gets_the_first_answer(shared: Mesh) -> None:
    """Photos that disagree are judged once; a retry is not judged beside the result."""
    await shared.enrol("retries")
    request = enrollment("retries", "p", photo("obama"), photo("biden"))

    first = await shared.enrollment.EnrollPerson(request)
    again = await shared.enrollment.EnrollPerson(request)

    assert sorted([True, False]) == sorted(outcome.enrolled for outcome in first.outcomes)
    assert pb.PHOTO_REFUSAL_OUTLIER in {outcome.refusal for outcome in first.outcomes}
    assert first == again
