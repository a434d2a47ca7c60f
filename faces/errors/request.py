"""Requests that ask for something impossible."""

from faces.errors.base import Code, FaceError


class FieldMissing(FaceError):
    """A required field is not set."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_FIELD_MISSING"
    text = "{field} is required"


class FieldInvalid(FaceError):
    """A field is set to something it cannot be."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_FIELD_INVALID"
    text = "{field} {rule}"


class BatchSize(FaceError):
    """A batch is empty, or larger than the service takes."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_BATCH_SIZE"
    text = "{field} needs 1 to {limit} items, got {count}"


class CropMalformed(FaceError):
    """A crop is not the size that the embedding contract prescribes."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_CROP_MALFORMED"
    text = "crop {index} has {actual_bytes} bytes, not {expected_bytes}"


class PageTokenInvalid(FaceError):
    """A page token that this list did not make."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_PAGE_TOKEN_INVALID"
    text = "the page token was not made by this list"


class SceneUnknown(FaceError):
    """No policy row of that name. There is no default row on purpose."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_SCENE_UNKNOWN"
    text = "the policy table has no scene {scene}"


class ReferenceUnusable(FaceError):
    """A reference photo that does not say who is meant, or not well enough."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_REFERENCE_UNUSABLE"
    text = "reference photo {index} is refused by the rule {rule}"


class FusionUnavailable(FaceError):
    """An enhanced crop for a model that has no fusion graph."""

    code = Code.FAILED_PRECONDITION
    reason = "ERROR_REASON_FUSION_UNAVAILABLE"
    text = "the model {model} cannot fuse enhanced crops"
