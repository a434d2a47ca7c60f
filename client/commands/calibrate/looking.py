"""Has a mesh look at everybody's photos."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from client.photos import PersonFolder
from client.sdk import Sureface
from client.types import Extraction
from faces.calibration import DataUnfit, Photos
from faces.calibration.likelihood import Events
from faces.errors import Code, FaceError

_CALLS = 4
"""Photos that the mesh looks at at once: it batches them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the mesh saw."""

    photos: Photos

    names: Sequence[str]
    """Of the people, by their numbers."""

    contract_id: str
    """Of all vectors."""

    left_out: str
    """Photos that do not count, and why; empty if all do."""

    def without(self, astray: Events) -> "Looked":
        """Leave out photos that lie in the folder of somebody else.

        Args:
            astray: Which, shape (n,).
        """
        if not astray.any():
            return self
        numbers = self.photos.people
        folders = ", ".join(self.names[number] for number in np.unique(numbers[astray]))
        reason = f"{astray.sum()} of somebody else (in {folders})"
        return Looked(
            photos=self.photos.where(~astray),
            names=[self.names[number] for number in np.unique(numbers[~astray])],
            contract_id=self.contract_id,
            left_out=", ".join(filter(None, [self.left_out, reason])),
        )


def look(
    mesh: Sureface,
    people: Sequence[PersonFolder],
    *,
    min_quality: float,
    tell: Callable[[int], None],
) -> Looked:
    """Look at all photos. One without exactly one face does not say who is meant: it is left out.

    Args:
        mesh: Looks.
        people: And their photos.
        min_quality: Least quality score of a photo that counts.
        tell: Hears how many photos are done.

    Raises:
        DataUnfit: Nothing is left, or two models answered.
        FaceError: The mesh is away, or too slow.
    """

    def see(photo: Path) -> Extraction | None:
        try:
            return mesh.extract(picture=photo, max_faces=2)
        except FaceError as error:
            if error.code is not Code.INVALID_ARGUMENT:
                raise
            return None  # it is no picture, or too large a one

    named = [(person.person_id, photo) for person in people for photo in person.photos]
    with ThreadPoolExecutor(_CALLS) as pool:
        seen = []
        for answer in pool.map(see, [photo for _, photo in named]):
            seen.append(answer)
            tell(len(seen))
    return _gathered([name for name, _ in named], seen, min_quality)


def _gathered(names: Sequence[str], seen: Sequence[Extraction | None], least: float) -> Looked:
    why = [_left_out(answer, least) for answer in seen]
    kept = [
        (name, answer.faces[0], answer.contract_id)
        for name, answer, reason in zip(names, seen, why, strict=True)
        if answer and not reason
    ]
    left_out = ", ".join(f"{count} {reason}" for reason, count in Counter(why).items() if reason)
    if not kept:
        raise DataUnfit(f"no photo can be used: {left_out}")
    contracts = sorted({contract for _, _, contract in kept})
    if len(contracts) > 1:
        raise DataUnfit(f"two models answered, {' and '.join(contracts)}: a roll-out is under way")
    order, numbers = np.unique([name for name, _, _ in kept], return_inverse=True)
    photos = Photos(
        vectors=np.stack([face.vector for _, face, _ in kept]),
        quality=np.array([face.quality.score for _, face, _ in kept]),
        people=numbers.astype(np.int64),
    )
    return Looked(photos=photos, names=order.tolist(), contract_id=contracts[0], left_out=left_out)


def _left_out(answer: Extraction | None, least: float) -> str:
    """Why a photo does not count; empty if it does."""
    if answer is None:
        return "unreadable"
    if not answer.faces:
        return "without a face"
    if len(answer.faces) > 1:
        return "with several faces"
    return "of low quality" if answer.faces[0].quality.score < least else ""
