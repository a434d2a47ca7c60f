"""A chain may begin where a record says that what was before is removed, and nowhere else."""

from pathlib import Path

import pytest

from meshkit.chain import PLAIN, ChainBroken, Head, HeadTooOld, encode, link, verify
from meshkit.chain.segments import name_of
from tests.chains import TIME, end_of, write


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Of a chain with records 1 to 3, 4 to 6 and 7 to 9."""
    write(tmp_path / "chain", [3, 3, 3])
    return tmp_path / "chain"


def removed(folder: Path, **changes: object) -> Head:
    """Remove the first segment, and say so in a fourth one; the chain's head."""
    before = end_of(folder / name_of(1))
    facts = {"through": before.position, "through_hash": before.hash}
    record = encode({"kind": "retention", "time": TIME, **facts, **changes})
    line, head = link(end_of(folder / name_of(7)), PLAIN, record)
    (folder / name_of(10)).write_bytes(line)
    (folder / name_of(1)).unlink()
    return head


def test_retention_is_explained_by_the_chain(folder: Path) -> None:
    """It may begin after what a record says was removed."""
    before = end_of(folder / name_of(1))

    head = removed(folder)

    found = verify(folder, PLAIN, head)
    assert (7, before) == (found.record_count, found.begin)
    assert found == verify(folder, PLAIN, before)
    with pytest.raises(HeadTooOld, match="record 2 was removed"):
        verify(folder, PLAIN, Head(2, "a" * 64))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"through": 2}, id="something else was removed"),
        pytest.param({"through_hash": "a" * 64}, id="another chain"),
        pytest.param({"kind": "decision"}, id="no such record"),
        pytest.param({"through": "3"}, id="a text for a number"),
    ],
)
def test_retention_explains_nothing_else(folder: Path, changes: dict[str, object]) -> None:
    """What is missing must be what the record names."""
    removed(folder, **changes)

    with pytest.raises(ChainBroken, match="no record says"):
        verify(folder, PLAIN)
