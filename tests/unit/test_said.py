"""What is kept of requests and answers: ids that are spelled well, and counts."""

import pytest
from google.protobuf.message import Message

from gateway.identity.roles import RULES
from gateway.records.said import Said, shape_of
from sureface.access.v1 import access_pb2 as access
from sureface.enrollment.v1 import enrollment_pb2 as enrollment
from sureface.gallery.v1 import gallery_pb2
from sureface.investigation.v1 import investigation_pb2 as investigation
from tests.accesses import BY_NAME

OWN = {"kind", "time", "caller", "asked_time", "subject", "key_id", "roles", "call", "counts"}
"""What an entry says of itself."""


def said(name: str, *requests: Message) -> Said:
    """What some requests of a call say together."""
    found = Said(shape_of(BY_NAME[name]))
    for request in requests:
        found.ask(request)
    return found


def test_ids_are_told_wherever_they_stand() -> None:
    """Those of a message within the request, too; what is not there is not told."""
    person = access.PersonReference(collection_id="staff", person_id="p-1")
    request = access.VerifyRequest(scene="door", person=person, camera_id="gate-7")

    told = {"scene": "door", "collection_id": "staff", "person_id": "p-1", "camera_id": "gate-7"}
    assert told == said("Verify", request).ids
    assert {} == said("Verify", access.VerifyRequest()).ids


def test_a_stream_tells_what_its_requests_agree_on() -> None:
    """People of one collection are counted, not listed."""
    people = [
        enrollment.EnrollPersonRequest(scene="door", collection_id="staff", person_id=person_id)
        for person_id in ("p-1", "p-2", "p-1")
    ]
    found = said("BatchEnroll", *(enrollment.BatchEnrollRequest(person=each) for each in people))

    assert {"scene": "door", "collection_id": "staff"} == found.ids
    assert 3 == found.counts["requests"]


def test_what_is_in_lists_is_counted() -> None:
    """All messages of a stream together; maps and words are not."""
    found = said("ExportCollection")
    record = gallery_pb2.TemplateRecord(person_id="p-1")
    for count in (2, 0, 3):
        found.answer(enrollment.ExportCollectionResponse(records=[record] * count))

    assert {"answers": 3, "records": 5} == found.counts


@pytest.mark.parametrize(
    ("field", "text"),
    [
        pytest.param("collection_id", "a name of somebody", id="words"),
        pytest.param("collection_id", "x" * 129, id="a long one"),
        pytest.param("case_id", "x" * 129, id="a long case"),
        pytest.param("purpose", "x" * 513, id="a long purpose"),
    ],
)
def test_what_cannot_be_meant_is_not_kept(field: str, text: str) -> None:
    """Nobody fills the log with texts of their own."""
    request = investigation.SearchRequest(**{field: text})  # type: ignore[arg-type]  # names of texts

    assert {} == said("Search", request).ids


@pytest.mark.parametrize("path", RULES)
def test_no_request_writes_over_what_the_log_knows(path: str) -> None:
    """Who asked, and when, is never what the request says."""
    assert set() == OWN & {place[-1] for place in shape_of(path).paths}
