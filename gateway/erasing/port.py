"""What an erasure asks of the gallery."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Deleted:
    """What the gallery has deleted."""

    template_count: int
    time: datetime


class Deleting(Protocol):
    """Deletes people, once for each request."""

    async def delete(self, request_id: str, collection_id: str, person_id: str) -> Deleted:
        """Delete somebody; everybody, and their collection, if `person_id` is empty.

        Raises:
            CollectionNotFound, PersonNotFound: There is nobody to delete.
            FaceError: Whatever else the gallery raises.
        """
        ...

    def aged(self, collection_id: str, limit: datetime) -> AsyncIterator[str]:
        """Whose latest template was added before some time in UTC.

        Raises:
            CollectionNotFound: There is no such collection.
            FaceError: Whatever else the gallery raises.
        """
        ...
