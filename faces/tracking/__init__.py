"""Who is who from frame to frame, and when enough of somebody was seen to tell."""

from faces.tracking.matching import Hints
from faces.tracking.places import Box
from faces.tracking.shots import Evidence, Shot
from faces.tracking.telling import Advised, Basis, is_certain, is_news
from faces.tracking.track import Seen, Track
from faces.tracking.tracks import GAP_MS, Tracks

__all__ = [
    "GAP_MS",
    "Advised",
    "Basis",
    "Box",
    "Evidence",
    "Hints",
    "Seen",
    "Shot",
    "Track",
    "Tracks",
    "is_certain",
    "is_news",
]
