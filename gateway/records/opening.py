"""How a chain on disk is found, mended where a crash tore it, and judged before it grows."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from meshkit.chain import START, ChainBroken, Head, Seal, finished, read
from meshkit.chain.segments import last_line, name_of, segments
from meshkit.config import ConfigError


@dataclass(frozen=True, slots=True)
class Tail:
    """Where a chain goes on."""

    file: Path
    """Its last segment; not there yet if the chain is new."""

    head: Head
    end: int
    """Size of that segment in bytes."""

    day: date | None
    """When it began; None if it is not there."""


def tail(folder: Path, seal: Seal) -> Tail:
    """Find the end of a chain and verify its last segment.

    An unfinished record at the very end is what a crash tore: nobody was told of it, so it is
    passed over. The segments before are not looked at, but for how the last one follows them.

    Raises:
        ConfigError: The segment does not verify; nothing may be appended to it.
    """
    files = segments(folder)
    try:
        while files:
            found = _verified(files, seal)
            if found.end:
                return found
            files.pop().unlink()  # was made when the crash came
    except ChainBroken as broken:
        raise ConfigError(
            f"{files[-1]} does not verify ({broken}): see `sureface audit verify`; keep {folder} "
            "as it is under another name, and the gateway begins a new log"
        ) from None
    return Tail(folder / name_of(1), START, 0, None)


def _verified(files: list[Path], seal: Seal) -> Tail:
    """The last segment up to its last record; none if it is empty."""
    *earlier, file = files
    after = read(last_line(earlier[-1])[0], seal, None).head if earlier else None
    began, end = "", 0
    with file.open("r+b") as lines:
        for line in lines:
            whole = line
            if not line.endswith(b"\n"):
                last = finished(line, seal, after or START)
                if last is None:
                    break
                whole = last.line
                lines.seek(end)
                lines.write(whole)
            entry = read(whole, seal, after)
            after, began, end = entry.head, began or entry.time, end + len(whole)
    day = datetime.fromisoformat(began).date() if began else None
    return Tail(file, after or START, end, day)
