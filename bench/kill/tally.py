"""What happened in all rounds of a run."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts, and everything that was not as promised."""

    rounds: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    """By what was killed."""

    acknowledged: int = 0
    """Commits that callers were told of; each message of an import is one."""

    deletions: int = 0
    """Among them."""

    templates: int = 0
    """Added by them."""

    seen: Counter[str] = field(default_factory=Counter)
    """Events that show that a fault was met, such as a snapshot cut short."""

    losses: list[str] = field(default_factory=list)
    """What was not as promised."""
