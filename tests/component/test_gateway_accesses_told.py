"""Calls that succeed, one after the other, and what each leaves in a real gateway's log."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from google.protobuf.message import Message

from gateway.identity.roles import RULES, Data
from sureface.access.v1 import access_pb2 as access
from sureface.analysis.v1 import analysis_pb2 as analysis
from sureface.audit.v1 import audit_pb2 as audit
from sureface.enrollment.v1 import enrollment_pb2 as enrollment
from sureface.investigation.v1 import investigation_pb2 as investigation
from tests.accesses import BY_NAME
from tests.backends import BRIGHT, picture
from tests.fakes import until
from tests.galleries import new_id
from tests.identities import Door, Office
from tests.records import kept
from tests.review_house import House, house

pytestmark = pytest.mark.timeout(300)

PAGE = Path(__file__).parents[2] / "docs/audit.md"
PHOTO = picture(BRIGHT)
WHERE: dict[str, Any] = {"collection_id": "wanted"}
WHO: dict[str, Any] = WHERE | {"person_id": "p-1"}
CASE: dict[str, Any] = WHERE | {"case_id": "c-1", "purpose": "a test", "operator_id": "olga"}
SEARCHED: dict[str, Any] = {"scene": "search_prefilter"} | CASE
WITH_A_WORKER = {"OpenJobReviews"}
"""Needs the results of one: tests of job reviews make that call."""


class Log:
    """A gateway that is called, and what it left."""

    def __init__(self, door: Door, folder: Path) -> None:
        self._door = door
        self._folder = folder
        self.left: dict[str, list[str]] = {}

    async def call(self, request: Message) -> Any:
        """Make the call of a request; its answer, the last one of a stream."""
        name = type(request).__name__.removesuffix("Request")
        before = len(kept(self._folder))
        answer = await self._door.answer(BY_NAME[name], None, request)
        self.left[name] = [each["kind"] for each in kept(self._folder)[before:]]
        return answer


def documented() -> dict[str, list[str]]:
    """Kinds of records by call, as the page lists them."""
    rows = re.findall(r"^\| `(\w+)` \| (`[^|]*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return {name: kinds for name, said in rows if (kinds := re.findall(r"`(\w+)`", said))}


def touching() -> set[str]:
    """All calls that must leave something."""
    return {m.rpartition("/")[2] for m, rule in RULES.items() if rule.data is Data.BIOMETRIC}


def test_the_page_tells_what_each_call_leaves() -> None:
    """docs/audit.md has a row for every call that touches biometric data, and for no other."""
    assert touching() == documented().keys()


@pytest.fixture(name="here")
async def _here(tmp_path: Path) -> AsyncIterator[House]:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "1.png").write_bytes(PHOTO.data)
    async with house(tmp_path) as here:
        yield here


async def test_a_call_leaves_what_the_page_says(here: House, tmp_path: Path) -> None:
    """The kind that is named first; an access entry only where that is said."""
    async with (
        here.gateway(MEDIA=tmp_path / "media") as (process, _),
        grpc.aio.insecure_channel(f"127.0.0.1:{process.port}") as channel,
    ):
        log = Log(Door(Office(), channel, process.port), tmp_path)
        await look(log)
        await investigate(log)
        await move(log)

    expected = {name: said for name, said in documented().items() if name not in WITH_A_WORKER}
    assert expected.keys() == log.left.keys()
    assert [] == [name for name, said in expected.items() if said[0] not in log.left[name]]
    told = {name: "access" in said for name, said in expected.items()}
    assert told == {name: "access" in left for name, left in log.left.items()}
    assert {1} == {left.count(expected[name][0]) for name, left in log.left.items()}


async def look(log: Log) -> None:
    """Calls about pictures and about who is enrolled."""
    about: dict[str, Any] = {"scene": "access_control", "probe": PHOTO}
    await log.call(analysis.DetectFacesRequest(image=PHOTO))
    await log.call(analysis.ExtractRequest(image=PHOTO))
    await log.call(access.IdentifyRequest(**about, **WHERE))
    await log.call(access.VerifyRequest(**about, person=access.PersonReference(**WHO)))
    settings = access.StreamSettings(scene="access_control", camera_id="gate-7", **WHERE)
    await log.call(access.IdentifyStreamRequest(settings=settings))
    person = enrollment.EnrollPersonRequest(
        request_id=new_id(),
        scene="alarm_review",
        photos=[enrollment.EnrollmentPhoto(image=PHOTO)],
        **WHERE | {"person_id": "p-2"},
    )
    await log.call(person)
    person.request_id = new_id()
    await log.call(enrollment.BatchEnrollRequest(person=person))
    await log.call(enrollment.ListPersonsRequest(**WHERE))
    await log.call(enrollment.GetPersonRequest(**WHO))


async def investigate(log: Log) -> None:
    """Calls of a case, and of those who judge its hits."""
    scene = SEARCHED["scene"]
    await log.call(investigation.CompareRequest(scene=scene, first=PHOTO, second=PHOTO))
    hit = await log.call(investigation.SearchRequest(probe=PHOTO, **SEARCHED))
    await log.call(investigation.ListReviewsRequest(case_id="c-1"))
    whose = {"review_id": hit.review_id, "reviewer_id": "anna"}
    await log.call(investigation.OpenReviewRequest(**whose))
    await log.call(investigation.OpenReviewCandidatesRequest(**whose))
    finding = investigation.FeatureFinding(
        feature=investigation.FACIAL_FEATURE_NOSE, finding=investigation.FINDING_DIFFERENT
    )
    await log.call(
        investigation.SubmitReviewRequest(
            request_id=new_id(),
            judgement=investigation.JUDGEMENT_DIFFERENT_PERSON,
            findings=[finding],
            **whose,
        )
    )
    order = investigation.SubmitJobRequest(request_id=new_id(), paths=["1.png"], **SEARCHED)
    job = (await log.call(order)).job
    await log.call(investigation.CancelJobRequest(job_id=job.job_id))
    await log.call(investigation.GetCaseRequest(case_id="c-1", reader_id="otto"))


async def move(log: Log) -> None:
    """Calls about the whole log and whole collections, and those that erase."""
    await log.call(audit.ExportRecordsRequest())
    [*_, message] = [await log.call(enrollment.ExportCollectionRequest(**WHERE))]
    await log.call(
        enrollment.ImportCollectionRequest(
            import_id=new_id(), contract_id=message.contract_id, records=message.records, **WHERE
        )
    )
    await log.call(enrollment.DeletePersonRequest(request_id=new_id(), **WHO))
    await log.call(enrollment.DeleteCollectionRequest(request_id=new_id(), **WHERE))


async def test_a_stream_that_is_cut_is_on_record(here: House, tmp_path: Path) -> None:
    """Before its first answer, and once its caller has left."""
    settings = access.StreamSettings(scene="access_control", camera_id="gate-7", **WHERE)
    async with (
        here.gateway() as (process, _),
        grpc.aio.insecure_channel(f"127.0.0.1:{process.port}") as channel,
    ):
        before = len(kept(tmp_path))
        call = Door(Office(), channel, process.port).talk(BY_NAME["IdentifyStream"], "")
        await call.write(access.IdentifyStreamRequest(settings=settings))
        await call.read()
        [begun] = kept(tmp_path)[before:]
        call.cancel()
        await until(lambda: len(kept(tmp_path)) > before + 1)
        _, ended = kept(tmp_path)[before:]

    about = {"call": "IdentifyStream", "camera_id": "gate-7", "scene": "access_control"}
    assert {"kind": "access_begin", **about}.items() <= begun.items()
    assert {"kind": "access", **about, "outcome": "CANCELLED"}.items() <= ended.items()
    assert {"requests": 1, "answers": 1} == ended["counts"]
    assert begun["asked_time"] == ended["asked_time"]
