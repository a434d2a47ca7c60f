"""Calls of `sureface.enrollment.v1.EnrollmentService`."""

from collections.abc import Mapping, Sequence

from client.calls.prepared import Listing, Prepared, fresh, prepare
from client.codec import enrollment as codec
from client.codec.wire import image
from client.types import Collection, Enrollment, ErasureReceipt, Person, PersonRecord, Photo
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
    request = pb.EnrollPersonRequest(
        request_id=fresh(request_id),
        scene=scene,
        collection_id=collection_id,
        person_id=person_id,
        photos=[
            pb.EnrollmentPhoto(image=image(photo.image), source_id=photo.source_id)
            for photo in photos
        ],
        labels=labels,
    )
    return prepare(request, pb.EnrollPersonResponse, codec.enrollment)


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
