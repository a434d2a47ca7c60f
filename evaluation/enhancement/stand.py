"""One embedder before the people of a ground."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaluation.enhancement.graphs import Gate
from evaluation.enhancement.looks import Versions, look
from evaluation.enhancement.models import Models
from evaluation.enhancement.outcomes import Gallery, gallery
from evaluation.enhancement.ways import Used, Way, used, ways
from evaluation.lfw import Mated, Pairs
from evaluation.memory import Memory
from evaluation.progress import Bar
from evaluation.subject import CropBatch, Subject
from evaluation.trial import Trial
from faces.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Whom all this is measured on."""

    name: str
    photos: Pairs
    mated: Mated

    strangers: CropBatch
    """People of none of the photos, enrolled with one clean crop each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of every table."""

    name: str
    embedder: str
    way: Way


class Stand:
    """One embedder before the people of a ground."""

    def __init__(
        self, subject: Subject, ground: Ground, models: Models, memory: Memory, bar: Bar
    ) -> None:
        """Show it all clean photos: its line is set on them, and its gallery is made of them."""
        self.name, self.subject, self.memory = subject.name, subject, memory
        photos, strangers = ground.photos, ground.strangers
        heard = bar(f"{subject.name}: clean", len(photos.crops) + len(strangers))
        self.trial = Trial(subject, photos, ground.mated, memory, heard)
        self.gallery: Gallery = gallery(self.trial, memory.see(subject, strangers, heard).vectors)
        self.gates: Sequence[Gate] = models.gates[subject.name]

    def follow(self, versions: Versions, policy: Policy) -> Iterator[tuple[Row, Used]]:
        """What is used of each probe, for each row."""
        looks = look(self.memory, self.subject, versions, self.gates)
        for way in ways(versions.names, self.gates):
            yield (
                Row(name=f"{self.name}: {way.name}", embedder=self.name, way=way),
                used(policy, looks, way),
            )
