"""How a collection is searched, as a value that is stored with it."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Literal, get_args

Storage = Literal["fp32", "fp16", "int8"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How an index is built. Not every kind of index heeds all of it."""

    storage: Storage = "fp16"
    """How vectors are kept, and what similarities are computed from."""

    first_stage: str = ""
    """FAISS factory string of a compressed index that finds candidates; empty scans all."""

    shortlist: int = 0
    """Candidates of the first stage, at least; they are scored exactly."""

    nprobe: int = 0
    """Cells of an inverted file that are visited; 0 without one."""

    def __post_init__(self) -> None:
        if self.storage not in get_args(Storage):
            raise ValueError(f"storage must be one of {get_args(Storage)}, got {self.storage}")
        if self.first_stage and self.shortlist < 1:
            raise ValueError("a first stage needs a shortlist")

    @property
    def learns(self) -> bool:
        """Whether an index of this plan learns from a sample of vectors."""
        return bool(self.first_stage) or self.storage == "int8"

    def dump(self) -> str:
        """Write the plan down as JSON."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def load(cls, text: str) -> "Plan":
        """Read what `dump` wrote.

        Raises:
            ValueError: It is no plan.
        """
        try:
            return cls(**json.loads(text))
        except TypeError as error:
            raise ValueError(f"no plan: {error}") from None
