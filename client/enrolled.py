"""Folders of photos as people to enrol, and what became of each photo."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from client.codec.wire import IMAGE_BYTES
from client.photos import PersonFolder, batches
from client.types import BatchOutcome, Enrollee, Photo, PhotoOutcome, PhotoRefusal
from faces.errors import FaceError, ImageBytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What became of one photo of a folder."""

    person_id: str
    photo: Path
    outcome: PhotoOutcome


def enrollees(people: Sequence[PersonFolder]) -> list[Enrollee]:
    """Who is sent, without the photos that are too large; somebody with many comes often."""
    return [
        Enrollee(
            person_id=person.person_id,
            photos=[Photo(photo, source_id=photo.name[:256]) for photo in batch],
        )
        for person in people
        for batch in batches([photo for photo in person.photos if _fits(photo)])
    ]


def enrolled(people: Sequence[PersonFolder], outcomes: Sequence[BatchOutcome]) -> list[Enrolled]:
    """What became of all photos, in the order of their folders."""
    places = {photo: place for place, photo in enumerate(p for who in people for p in who.photos)}
    results = [*_too_large(people), *(photo for each in outcomes for photo in _photos(each))]
    return sorted(results, key=lambda result: places[result.photo])


def _photos(about: BatchOutcome) -> Iterator[Enrolled]:
    photos = [each.image for each in about.enrollee.photos if isinstance(each.image, Path)]
    if about.enrollment:
        outcomes = list(about.enrollment.outcomes)
    else:
        outcomes = [_refused(PhotoRefusal.OTHER, about.error)] * len(photos) if about.error else []
    # Nothing is said of somebody whom another operator deletes at this very moment.
    for photo, outcome in zip(photos, outcomes, strict=bool(outcomes)):
        yield Enrolled(person_id=about.enrollee.person_id, photo=photo, outcome=outcome)


def _too_large(people: Sequence[PersonFolder]) -> Iterator[Enrolled]:
    """Files that are not worth their journey, with what the mesh would say of them."""
    for person in people:
        for photo in person.photos:
            if not _fits(photo):
                error = ImageBytes(actual_bytes=photo.stat().st_size, limit_bytes=IMAGE_BYTES)
                outcome = _refused(PhotoRefusal.IMAGE, error)
                yield Enrolled(person_id=person.person_id, photo=photo, outcome=outcome)


def _fits(photo: Path) -> bool:
    return photo.stat().st_size <= IMAGE_BYTES


def _refused(refusal: PhotoRefusal, error: FaceError) -> PhotoOutcome:
    return PhotoOutcome(
        enrolled=False,
        template_id="",
        refusal=refusal,
        rule=None,
        error_reason=error.reason,
        reason=str(error),
        advices=(),
        face=None,
        quality=None,
    )
