"""Decodes collections, persons and what became of photos."""

from client.codec.decision import judged, rule, seen
from client.codec.wire import known, moment, number
from client.types.enrollment import (
    BatchOutcome,
    Collection,
    Enrollee,
    Enrollment,
    ErasureReceipt,
    Person,
    PersonRecord,
    PhotoOutcome,
    PhotoRefusal,
    Template,
)
from faces.errors import BY_REASON, FaceError, Internal
from faces.paging import Page
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.gallery.v1 import gallery_pb2


def collection(message: gallery_pb2.Collection) -> Collection:
    """One collection."""
    return Collection(
        collection_id=message.collection_id,
        contract_id=message.contract_id,
        dimension=message.dimension,
        person_count=message.person_count,
        template_count=message.template_count,
        create_time=moment(message.create_time),
    )


def collections(message: pb.ListCollectionsResponse) -> Page[Collection]:
    """One page of collections."""
    return Page([collection(c) for c in message.collections], message.next_page_token)


def person(message: gallery_pb2.Person) -> Person:
    """One person."""
    return Person(
        person_id=message.person_id,
        labels=dict(message.labels),
        template_count=message.template_count,
        create_time=moment(message.create_time),
    )


def persons(message: pb.ListPersonsResponse) -> Page[Person]:
    """One page of persons."""
    return Page([person(p) for p in message.persons], message.next_page_token)


def record(message: pb.GetPersonResponse) -> PersonRecord:
    """A person with their templates."""
    return PersonRecord(
        person=person(message.person), templates=tuple(_template(t) for t in message.templates)
    )


def enrollment(message: pb.EnrollPersonResponse) -> Enrollment:
    """What became of the photos of one person."""
    return Enrollment(
        person=person(message.person) if message.HasField("person") else None,
        outcomes=tuple(_outcome(o) for o in message.outcomes),
    )


def batch(enrollee: Enrollee, message: pb.BatchEnrollResponse) -> BatchOutcome:
    """What became of one of many people."""
    outcome = message.outcome if message.HasField("outcome") else None
    return BatchOutcome(
        enrollee=enrollee,
        enrollment=enrollment(outcome) if outcome is not None else None,
        error=_error(message) if outcome is None else None,
    )


def receipt(message: pb.ErasureReceipt) -> ErasureReceipt:
    """Proof of an erasure."""
    return ErasureReceipt(
        receipt_id=message.receipt_id,
        collection_id=message.collection_id,
        person_id=message.person_id,
        template_count=message.template_count,
        delete_time=moment(message.delete_time),
        review_count=message.review_count,
        track_count=message.track_count if message.HasField("track_count") else None,
        subject=message.subject,
        key_id=message.key_id,
        record=message.record,
    )


def _template(message: gallery_pb2.Template) -> Template:
    return Template(
        template_id=message.template_id,
        quality=number(message.quality),
        source_id=message.source_id,
        create_time=moment(message.create_time),
    )


def _outcome(message: pb.PhotoOutcome) -> PhotoOutcome:
    refusal = known(PhotoRefusal, pb.PhotoRefusal.DESCRIPTOR, message.refusal)
    return PhotoOutcome(
        enrolled=message.enrolled,
        template_id=message.template_id,
        refusal=None if message.enrolled else refusal or PhotoRefusal.OTHER,
        rule=rule(message.rule),
        error_reason=message.error_reason,
        reason=message.reason,
        advices=tuple(message.advices),
        face=seen(message),
        quality=judged(message),
    )


def _error(message: pb.BatchEnrollResponse) -> FaceError:
    if message.error_reason in BY_REASON:
        return BY_REASON[message.error_reason](**message.error_metadata)
    return Internal(incident=message.error_reason)  # a reason newer than this client
