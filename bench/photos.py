"""What is identified: photos of two kinds, and the people who are enrolled."""

from dataclasses import dataclass
from pathlib import Path

from bench import pairs
from bench.results import ROOT
from client.photos import photos_in

DEMO = ROOT / ".cache" / "photos"
"""Put there by ``python -m tools.photos``."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Someone in the collection."""

    person_id: str
    photos: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class PhotoSet:
    """Photos of one kind, with the people in them."""

    name: str
    people: tuple[Enrolled, ...]
    probes: tuple[Path, ...]


def demo() -> PhotoSet:
    """Press photos of half a megapixel to three, and a portrait of a quarter."""
    people = {
        "obama": ("obama.jpg", "obama2.jpg"),
        "biden": ("biden.jpg",),
        "astronaut": ("astronaut.png",),
    }
    return PhotoSet(
        "demo photos",
        tuple(Enrolled(who, tuple(DEMO / name for name in names)) for who, names in people.items()),
        photos_in(DEMO),
    )


def lfw(data: Path, *, count: int) -> PhotoSet:
    """250 x 250 pixels: `count` people of LFW, one photo enrolled and another one as probe."""
    mated = {pair.first.parent.name: pair for pair in pairs.read(data) if pair.same}
    chosen = sorted(mated.items())[:count]
    return PhotoSet(
        "LFW",
        tuple(Enrolled(who, (pair.first,)) for who, pair in chosen),
        tuple(pair.second for _, pair in chosen),
    )


def available(data: Path, *, count: int) -> list[PhotoSet]:
    """The sets that are on this machine.

    Raises:
        FileNotFoundError: Not even the demo photos are.
    """
    if not photos_in(DEMO):
        raise FileNotFoundError(f"{DEMO} is empty; run python -m tools.photos")
    return [demo(), *([lfw(data, count=count)] if data.exists() else [])]
