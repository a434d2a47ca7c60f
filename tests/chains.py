"""Chains of records on disk for tests, and how somebody would tamper with them."""

from pathlib import Path

from meshkit.chain import PLAIN, START, Head, Seal, encode, link
from meshkit.chain.segments import last_line, name_of, segments

KEYED = Seal(b"k" * 32)
TIME = "2026-01-02T03:04:05.678901+00:00"


def write(folder: Path, sizes: list[int], seal: Seal = PLAIN) -> Head:
    """Write segments of so many records; the chain's head."""
    folder.mkdir()
    head = START
    for size in sizes:
        with (folder / name_of(head.position + 1)).open("wb") as file:
            for _ in range(size):
                record = {"kind": "decision", "time": TIME, "why": f"\N{SNOWMAN} {head.position}"}
                line, head = link(head, seal, encode(record))
                file.write(line)
    return head


def lines_of(folder: Path) -> list[tuple[Path, bytes]]:
    """All lines, each with its segment."""
    return [
        (file, line)
        for file in segments(folder)
        for line in file.read_bytes().splitlines(keepends=True)
    ]


def put(lines: list[tuple[Path, bytes]]) -> None:
    """Write segments anew; one without lines stays as it is."""
    for file in {file for file, _ in lines}:
        file.write_bytes(b"".join(line for where, line in lines if where == file))


def end_of(file: Path) -> Head:
    """The last record of a segment."""
    line, _ = last_line(file)
    return Head(int(line.split(b":", 2)[1].split(b",")[0]), digest_of(line))


def digest_of(line: bytes) -> str:
    """A record's own hash."""
    return line[-67:-3].decode()
