"""What can go wrong between a vector and the gallery."""

from faces.errors.base import Code, FaceError


class CollectionNotFound(FaceError):
    """No such collection."""

    code = Code.NOT_FOUND
    reason = "ERROR_REASON_COLLECTION_NOT_FOUND"
    text = "there is no collection {collection_id}"


class CollectionExists(FaceError):
    """The identifier is taken."""

    code = Code.ALREADY_EXISTS
    reason = "ERROR_REASON_COLLECTION_EXISTS"
    text = "there is a collection {collection_id} already"


class PersonNotFound(FaceError):
    """No such person in the collection."""

    code = Code.NOT_FOUND
    reason = "ERROR_REASON_PERSON_NOT_FOUND"
    text = "collection {collection_id} has no person {person_id}"


class TemplateNotFound(FaceError):
    """No such template in the collection."""

    code = Code.NOT_FOUND
    reason = "ERROR_REASON_TEMPLATE_NOT_FOUND"
    text = "collection {collection_id} has no template {template_id}"


class ContractMismatch(FaceError):
    """The caller's vectors and ours live in different spaces."""

    code = Code.FAILED_PRECONDITION
    reason = "ERROR_REASON_CONTRACT_MISMATCH"
    text = "embedding contract {served} is in force here, not {expected}"


class VectorDimension(FaceError):
    """A vector of the wrong length in numbers."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_VECTOR_DIMENSION"
    text = "vector {index} has {actual_dimension} values, not {expected_dimension}"


class VectorNotUnit(FaceError):
    """A vector of the wrong length in space, or with values that are no numbers."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_VECTOR_NOT_UNIT"
    text = "vector {index} has length {length}, not 1"


class RequestIdReused(FaceError):
    """One request id, two different requests."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_REQUEST_ID_REUSED"
    text = "request_id {request_id} came with another request before"


class StoreUnavailable(FaceError):
    """A durable store fails. A repeated write tells what became of the first."""

    code = Code.UNAVAILABLE
    reason = "ERROR_REASON_STORE_UNAVAILABLE"
    text = "the {store} store cannot be used right now; repeat with the same request_id"
    retry_after_s = 1.0


class ReplicaBehind(FaceError):
    """A replica has not applied what the caller must see; another may have."""

    code = Code.UNAVAILABLE
    reason = "ERROR_REASON_REPLICA_BEHIND"
    text = "this replica has applied write {position}, not yet {min_position}"
    retry_after_s = 0.2


class KeysUnusable(FaceError):
    """What templates are to be encrypted with is no key; what was given before stays in use."""

    code = Code.FAILED_PRECONDITION
    reason = "ERROR_REASON_KEYS_UNUSABLE"
    text = "the gallery cannot use the keys that it is given; its log says why"


class CollectionTooSmall(FaceError):
    """Too few templates to say anything."""

    code = Code.FAILED_PRECONDITION
    reason = "ERROR_REASON_COLLECTION_TOO_SMALL"
    text = "collection {collection_id} has {template_count} templates, {needed} are needed"
