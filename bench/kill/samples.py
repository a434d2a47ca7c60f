"""What is written: every template and every person tells by itself how it must look.

A template is a number: its vector, labels, quality and time all follow from that. A label
of its person follows from the last write about them. So a write of which a part is
missing shows, whichever part that is.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from google.protobuf.timestamp_pb2 import Timestamp

from faces.embedding import Vectors
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import unit_vectors

DIMENSION = 64
"""In so many dimensions, no two random vectors resemble each other."""

MOST = 100_000
"""Templates that there are."""

_CAPTURED_S = 1_700_000_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as they must be stored."""

    numbers: frozenset[int]
    """Their templates."""

    last: int
    """The first template of the last write that added some."""

    @property
    def labels(self) -> dict[str, str]:
        """Theirs."""
        return {"group": f"g{self.last % 5}", "last": str(self.last)}


@functools.cache
def vectors() -> Vectors:
    """All of them: shape (MOST, DIMENSION)."""
    return unit_vectors(MOST, DIMENSION, seed=5)


@functools.cache
def sample(number: int) -> pb.NewTemplate:
    """A template on its way into a gallery, or out of it."""
    return pb.NewTemplate(
        packed_vector=vectors()[number].tobytes(),
        quality=_quality(number),
        source_id=str(number),
        labels=_labels(number),
        capture_time=Timestamp(seconds=_CAPTURED_S + number),
    )


def records(person_id: str, person: Person, numbers: Sequence[int]) -> list[pb.TemplateRecord]:
    """The same in an import; the first record tells the person's labels."""
    return [
        pb.TemplateRecord(
            person_id=person_id,
            template=sample(number),
            person_labels={} if place else person.labels,
        )
        for place, number in enumerate(numbers)
    ]


def number_of(template: pb.Template | pb.NewTemplate) -> int:
    """Which template this is; -1 if it is none of ours, or not as it was written."""
    number = int(template.source_id) if template.source_id.isdecimal() else -1
    if not 0 <= number < MOST:
        return -1
    written = sample(number)
    if isinstance(template, pb.NewTemplate):
        return number if template == written else -1
    told = (template.quality, template.labels, template.capture_time)
    return number if told == (written.quality, written.labels, written.capture_time) else -1


def _labels(number: int) -> dict[str, str]:
    return {"camera": f"c{number % 7}", "number": str(number)}


def _quality(number: int) -> float:
    return number % 101 / 100
