"""The gallery's benchmarks, over a process that serves few people."""

import itertools
from pathlib import Path

import pytest

from bench.gallery import database
from bench.gallery.callers import searching
from bench.gallery.compaction import compacted
from bench.gallery.served import serving
from tests.galleries import unit_vectors

TEMPLATES = unit_vectors(300, 16)


def test_a_compaction_is_measured_in_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log says when the index was new; who searches is timed in both halves."""
    monkeypatch.setattr(database, "ROOT", tmp_path)
    path = database.database(TEMPLATES, "few")
    with serving(path) as served:
        searched = compacted(served, itertools.repeat(searching(TEMPLATES[:1])), None)
        alone = compacted(served, None, None)

    assert searched.rebuild_s > 0 < searched.rewrite_s
    assert len(searched.during.each_s) + len(searched.after.each_s)
    assert 0 == len(alone.during.each_s) + len(alone.after.each_s)
    assert alone.most_mib > 1
