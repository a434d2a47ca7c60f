"""What a search may see, as a value that questions are grouped by."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.gallery.roster import Roster
from services.gallery.table import Table

GROUP = "group"
"""The label of persons that names their group."""

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """All conditions must hold."""

    persons: Labels = ()
    """Labels of the person."""

    templates: Labels = ()
    """Labels of the template."""

    from_us: int | None = None
    """Captured then or later."""

    until_us: int | None = None
    """Captured before then."""

    @classmethod
    def of(
        cls,
        *,
        persons: Mapping[str, str],
        templates: Mapping[str, str],
        from_us: int | None = None,
        until_us: int | None = None,
    ) -> "Filter":
        """Make a filter; equal ones compare equal, whatever the order of labels."""
        return cls(
            persons=tuple(sorted(persons.items())),
            templates=tuple(sorted(templates.items())),
            from_us=from_us,
            until_us=until_us,
        )


ALL = Filter()
"""Lets everything through."""


def seen(wanted: Filter, table: Table, roster: Roster) -> NDArray[np.bool_] | None:
    """Which rows of a table a search may see; shape (len,), None for all of them."""
    if wanted == ALL and table.visible_count == len(table):
        return None
    if wanted == ALL:
        return table.visible
    rows = table.visible.copy()
    if wanted.persons:
        rows &= roster.having(dict(wanted.persons))[table.persons]
    if wanted.templates:
        rows &= table.having(dict(wanted.templates))
    if wanted.from_us is not None:
        rows &= table.captured_us >= wanted.from_us
    if wanted.until_us is not None:
        rows &= table.captured_us < wanted.until_us
    return rows
