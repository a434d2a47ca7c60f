"""The table of a collection finds the templates of a person without looking at all."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gallery.table import Table
from tests.shelves import columns


@given(
    parts=st.lists(st.lists(st.integers(0, 9), max_size=120), max_size=5),
    wanted=st.sets(st.integers(0, 11), min_size=1),
    removed=st.sets(st.integers(0, 599)),
)
@settings(max_examples=200, deadline=None)
def test_all_templates_of_a_person_are_found(
    parts: list[list[int]], wanted: set[int], removed: set[int]
) -> None:
    """However they came, and however many there are; but for those that were removed."""
    table, persons = Table(), [person for part in parts for person in part]
    for part in parts:
        keys = np.arange(len(table) + 1, len(table) + len(part) + 1)
        table.add(columns(keys, part), np.array(part, np.int32))
    table.remove(np.array(sorted(row for row in removed if row < len(table)), np.int64))
    copy = table.blank()
    copy.take(table, np.flatnonzero(table.visible))

    expected = [
        row for row, person in enumerate(persons) if person in wanted and row not in removed
    ]
    rows, copied = table.rows_of(sorted(wanted)), copy.rows_of(sorted(wanted))
    assert expected == rows.tolist()
    assert table.keys[rows].tolist() == copy.keys[copied].tolist()
