"""Every failure the mesh expects, independent of how it travels.

An error is one class with a reason, a code and a text; its keyword arguments are
its metadata. `error_reason.proto` publishes all of them, and a test holds the two
equal. Anything that is not a `FaceError` is a bug.
"""

from faces.errors.base import BY_REASON, Code, FaceError
from faces.errors.gallery import (
    CollectionExists,
    CollectionNotFound,
    CollectionTooSmall,
    ContractMismatch,
    PersonNotFound,
    ReplicaBehind,
    RequestIdReused,
    StoreUnavailable,
    TemplateNotFound,
    VectorDimension,
    VectorNotUnit,
)
from faces.errors.image import (
    ImageAnimated,
    ImageBroken,
    ImageBytes,
    ImageEmpty,
    ImageFormat,
    ImagePixels,
    ImageTooSmall,
)
from faces.errors.mesh import (
    DeadlineExceeded,
    Internal,
    MessageBytes,
    MessageMalformed,
    NotImplementedYet,
    QueueFull,
    ServiceUnavailable,
)
from faces.errors.request import (
    BatchSize,
    CropMalformed,
    FieldInvalid,
    FieldMissing,
    FusionUnavailable,
    PageTokenInvalid,
    ReferenceUnusable,
    SceneUnknown,
)
from faces.errors.review import ReviewClosed, ReviewerConflict, ReviewNotFound

__all__ = [
    "BY_REASON",
    "BatchSize",
    "Code",
    "CollectionExists",
    "CollectionNotFound",
    "CollectionTooSmall",
    "ContractMismatch",
    "CropMalformed",
    "DeadlineExceeded",
    "FaceError",
    "FieldInvalid",
    "FieldMissing",
    "FusionUnavailable",
    "ImageAnimated",
    "ImageBroken",
    "ImageBytes",
    "ImageEmpty",
    "ImageFormat",
    "ImagePixels",
    "ImageTooSmall",
    "Internal",
    "MessageBytes",
    "MessageMalformed",
    "NotImplementedYet",
    "PageTokenInvalid",
    "PersonNotFound",
    "QueueFull",
    "ReferenceUnusable",
    "ReplicaBehind",
    "RequestIdReused",
    "ReviewClosed",
    "ReviewNotFound",
    "ReviewerConflict",
    "SceneUnknown",
    "ServiceUnavailable",
    "StoreUnavailable",
    "TemplateNotFound",
    "VectorDimension",
    "VectorNotUnit",
]
