"""What is asked of a search, and what it answers, in the caller's terms."""

from dataclasses import dataclass
from enum import Enum

from services.gallery.filter import ALL, Filter


class Aggregation(Enum):
    """Which of a person's templates speaks for them."""

    BEST = "best"
    FUSED = "fused"


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What is asked of a search, besides the probe and the limit."""

    filter: Filter = ALL
    aggregation: Aggregation = Aggregation.BEST


ANYHOW = How()
"""All templates, and the best one of each person."""


@dataclass(frozen=True, slots=True)
class Match:
    """A person who resembles a probe."""

    person_id: str
    similarity: float
    """With their most similar template, or with all of them fused. Range [-1, 1]."""

    template: int
    """The most similar one."""

    quality: float
    """Of that template. Range [0, 1]."""

    template_count: int = 1
    """Templates behind the similarity."""

    refused: tuple[int, ...] = ()
    """Templates left out because they disagree with the others."""
