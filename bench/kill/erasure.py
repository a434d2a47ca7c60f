"""Nothing of what was removed may be left in a snapshot, nor in a compacted database."""

from collections.abc import Sequence

from bench.kill import traces
from bench.kill.ledger import Ledger
from bench.kill.sites import Site, SqliteSite

_LOOKED_FOR = 200
"""Most templates that are looked for in files."""


def require_erased(here: Site, ledger: Ledger, numbers: Sequence[int]) -> None:
    """What was removed, and answered, is in no snapshot."""
    for number in traces.in_snapshots(here.snapshots, _some(ledger, numbers)):
        ledger.lose(f"template {number} was removed, and is in a snapshot")


async def look_for_traces(here: Site, ledger: Ledger) -> None:
    """Search the files, last of all; those who are present show that the search finds."""
    seen, removed = ledger.tally.seen, _some(ledger, sorted(ledger.removed))
    present = _some(ledger, sorted(ledger.present()))
    require_erased(here, ledger, removed)
    seen["present vectors found in snapshots"] += len(traces.in_snapshots(here.snapshots, present))
    if not isinstance(here, SqliteSite):
        return
    files = [here.database, here.database.with_name(f"{here.database.name}-wal")]
    seen["present vectors found in the database"] += len(traces.in_files(files, present, "<f4"))
    seen["removed vectors looked for in the database"] += len(removed)
    seen["removed vectors found in the database"] += len(traces.in_files(files, removed, "<f4"))
    if await here.replicas[0].compacted():
        for number in traces.in_files(files, removed, "<f4"):
            ledger.lose(f"template {number} was removed, and is in the compacted database")


def _some(ledger: Ledger, numbers: Sequence[int]) -> list[int]:
    return ledger.chance.sample(numbers, min(_LOOKED_FOR, len(numbers)))


def two_stages(here: Site) -> int:
    """Snapshots of indexes that have a first stage."""
    return sum(map(traces.has_first_stage, traces.snapshots(here.snapshots)))
