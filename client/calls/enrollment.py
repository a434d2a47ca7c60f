"""Calls of `sureface.enrollment.v1.EnrollmentService`."""

from collections.abc import Mapping, Sequence

from client.calls.prepared import Batch, Listing, Prepared, fresh, path, prepare
from client.codec import enrollment as codec
from client.codec.wire import image
from client.types import (
    Collection,
    Enrollee,
    Enrollment,
    ErasureReceipt,
    Person,
    PersonRecord,
    Photo,
)
from sureface.enrollment.v1 import enrollment_pb2 as pb


def create_collection(*, collection_id: str, request_id: str | None = None) -> Prepared[Collection]:
    """Create an empty collection, pinned to the contract of the served embedder."""
    request = pb.CreateCollectionRequest(request_id=fresh(request_id), collection_id=collection_id)
    return prepare(
        request, pb.CreateCollectionResponse, lambda answer: codec.collection(answer.collection)
    )


def get_collection(*, collection_id: str) -> Prepared[Collection]:
    """Return one collection."""
    return prepare(
        pb.GetCollectionRequest(collection_id=collection_id),
        pb.GetCollectionResponse,
        lambda answer: codec.collection(answer.collection),
    )


def list_collections(*, page_size: int = 0) -> Listing[Collection]:
    """List collections by identifier."""
    return Listing(
        lambda token: prepare(
            pb.ListCollectionsRequest(page_size=page_size, page_token=token),
            pb.ListCollectionsResponse,
            codec.collections,
        )
    )


def delete_collection(
    *, collection_id: str, request_id: str | None = None
) -> Prepared[ErasureReceipt]:
    """Delete a collection with everyone in it."""
    request = pb.DeleteCollectionRequest(request_id=fresh(request_id), collection_id=collection_id)
    return prepare(
        request, pb.DeleteCollectionResponse, lambda answer: codec.receipt(answer.receipt)
    )


def enroll_person(
    *,
    scene: str,
    collection_id: str,
    person_id: str,
    photos: Sequence[Photo],
    labels: Mapping[str, str] | None = None,
    request_id: str | None = None,
) -> Prepared[Enrollment]:
    """Enrol 1 to 16 photos of one person; a refused photo is an outcome, not an error."""
    person = Enrollee(person_id=person_id, photos=photos, labels=labels or {})
    request = _person(person, fresh(request_id), scene=scene, collection_id=collection_id)
    return prepare(request, pb.EnrollPersonResponse, codec.enrollment)


def batch_enroll(*, scene: str, collection_id: str) -> Batch:
    """Enrol many people, as many as you like; yields what becomes of each, in no fixed order.

    A person who is refused is an outcome, and the others go on. While the gateway is away,
    people wait: for a minute without any progress, after which its failure is raised.
    """

    def encode(person: Enrollee, request_id: str) -> pb.BatchEnrollRequest:
        request = _person(person, request_id, scene=scene, collection_id=collection_id)
        return pb.BatchEnrollRequest(person=request)

    return Batch(
        path(pb.BatchEnrollRequest()), encode, pb.BatchEnrollResponse.FromString, codec.batch
    )


def list_persons(*, collection_id: str, page_size: int = 0) -> Listing[Person]:
    """List the persons of a collection by identifier."""
    return Listing(
        lambda token: prepare(
            pb.ListPersonsRequest(
                collection_id=collection_id, page_size=page_size, page_token=token
            ),
            pb.ListPersonsResponse,
            codec.persons,
        )
    )


def get_person(*, collection_id: str, person_id: str) -> Prepared[PersonRecord]:
    """Return one person and what is known of their templates."""
    return prepare(
        pb.GetPersonRequest(collection_id=collection_id, person_id=person_id),
        pb.GetPersonResponse,
        codec.record,
    )


def delete_person(
    *, collection_id: str, person_id: str, request_id: str | None = None
) -> Prepared[ErasureReceipt]:
    """Erase a person and return the receipt."""
    request = pb.DeletePersonRequest(
        request_id=fresh(request_id), collection_id=collection_id, person_id=person_id
    )
    return prepare(request, pb.DeletePersonResponse, lambda answer: codec.receipt(answer.receipt))


def _person(
    person: Enrollee, request_id: str, *, scene: str, collection_id: str
) -> pb.EnrollPersonRequest:
    return pb.EnrollPersonRequest(
        request_id=request_id,
        scene=scene,
        collection_id=collection_id,
        person_id=person.person_id,
        photos=[
            pb.EnrollmentPhoto(image=image(photo.image), source_id=photo.source_id)
            for photo in person.photos
        ],
        labels=person.labels,
    )
