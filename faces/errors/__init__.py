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
    KeysUnusable,
    PersonNotFound,
    ReplicaBehind,
    RequestIdReused,
    StoreUnavailable,
    TemplateNotFound,
    VectorDimension,
    VectorNotUnit,
)
from faces.errors.identity import CallNotPermitted, OutOfReach, RateLimited, Unauthenticated
from faces.errors.image import (
    ImageAnimated,
    ImageBroken,
    ImageBytes,
    ImageEmpty,
    ImageFormat,
    ImagePixels,
    ImageTooSmall,
)
from faces.errors.job import (
    JobNotFound,
    JobResultUnusable,
    JobsNotConfigured,
    SourceUnusable,
    WorkersLost,
)
from faces.errors.log import LogBroken, RecordsMissing
from faces.errors.mesh import (
    CallerNotAllowed,
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
from faces.errors.review import (
    CaseNotFound,
    ReviewClosed,
    ReviewerConflict,
    ReviewNotFound,
    ReviewNotOpened,
)

__all__ = [
    "BY_REASON",
    "BatchSize",
    "CallNotPermitted",
    "CallerNotAllowed",
    "CaseNotFound",
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
    "JobNotFound",
    "JobResultUnusable",
    "JobsNotConfigured",
    "KeysUnusable",
    "LogBroken",
    "MessageBytes",
    "MessageMalformed",
    "NotImplementedYet",
    "OutOfReach",
    "PageTokenInvalid",
    "PersonNotFound",
    "QueueFull",
    "RateLimited",
    "RecordsMissing",
    "ReferenceUnusable",
    "ReplicaBehind",
    "RequestIdReused",
    "ReviewClosed",
    "ReviewNotFound",
    "ReviewNotOpened",
    "ReviewerConflict",
    "SceneUnknown",
    "ServiceUnavailable",
    "SourceUnusable",
    "StoreUnavailable",
    "TemplateNotFound",
    "Unauthenticated",
    "VectorDimension",
    "VectorNotUnit",
    "WorkersLost",
]
