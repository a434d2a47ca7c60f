"""What the SDK answers: frozen values, never wire messages."""

from client.types.decision import (
    Candidate,
    ComparedFace,
    Comparison,
    Decision,
    Identification,
    SearchResult,
    Verification,
)
from client.types.enrollment import (
    Collection,
    Enrollment,
    ErasureReceipt,
    Person,
    PersonRecord,
    Photo,
    PhotoOutcome,
    PhotoRefusal,
    Template,
)
from client.types.face import (
    Box,
    Detection,
    ExtractedFace,
    Extraction,
    Face,
    Landmarks,
    Measure,
    Occlusion,
    Point,
    Quality,
)
from client.types.image import Picture
from client.types.policy import Explanation, PolicyRow, ScenePolicy
from client.types.review import Judgement, Review, ReviewState

__all__ = [
    "Box",
    "Candidate",
    "Collection",
    "ComparedFace",
    "Comparison",
    "Decision",
    "Detection",
    "Enrollment",
    "ErasureReceipt",
    "Explanation",
    "ExtractedFace",
    "Extraction",
    "Face",
    "Identification",
    "Judgement",
    "Landmarks",
    "Measure",
    "Occlusion",
    "Person",
    "PersonRecord",
    "Photo",
    "PhotoOutcome",
    "PhotoRefusal",
    "Picture",
    "Point",
    "PolicyRow",
    "Quality",
    "Review",
    "ReviewState",
    "ScenePolicy",
    "SearchResult",
    "Template",
    "Verification",
]
