"""Whether those whom a search has found are still enrolled."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from meshkit.together import together


class Enrolled(Protocol):
    """Knows who is enrolled at this moment."""

    async def template_ids(self, collection_id: str, person_id: str) -> frozenset[str]:
        """A person's templates; none if nobody of that name is enrolled."""
        ...


async def gone(
    enrolled: Enrolled, collection_id: str, found: Iterable[tuple[str, str]]
) -> frozenset[str]:
    """Who was deleted since, also if somebody else has their name by now.

    Args:
        enrolled: Knows.
        collection_id: Where they were found.
        found: Persons, each with a template.

    Raises:
        FaceError: Nobody knows.
    """
    templates = defaultdict[str, set[str]](set)
    for person_id, template_id in found:
        templates[person_id].add(template_id)
    here = await together(enrolled.template_ids(collection_id, each) for each in templates)
    return frozenset(
        person_id
        for (person_id, wanted), ids in zip(templates.items(), here, strict=True)
        if not wanted <= ids
    )
