"""An export through a gateway: checked and written while it comes."""

from itertools import chain
from pathlib import Path

from client.bulk.progress import bar
from client.commands.audit.writing import opened
from client.commands.options import Place, guarded
from client.console import Console
from client.excerpt import collect
from client.exits import Exit
from client.sdk import DEADLINE_S, Sureface
from meshkit.chain import Excerpt, Head, Period, Seal


def fetch(
    console: Console,
    place: Place,
    seal: Seal,
    *,
    period: Period,
    after: Head | None,
    out: Path | None,
) -> Exit:
    """Write the records of a period that a gateway hands out, and the proof.

    Args:
        console: Shows how far it is, and tells the head.
        place: Of the gateway.
        seal: How records must have been hashed.
        period: Which ones.
        after: Only those behind it; the gateway must have it as it was noted.
        out: A new file; None for stdout.

    Raises:
        ChainBroken: What came is not as it was written.
    """

    def work() -> Exit:
        mesh = Sureface(place.address, deadline_s=DEADLINE_S, tls=place.tls, **place.proof)
        with mesh, opened(out) as file:
            parts = mesh.export_records(
                after_position=after.position if after else 0,
                start_time=period.since,
                end_time=period.until,
            )
            first = next(parts)
            total = first.last.position - first.before.position
            with bar(console, total, 0, unit="records") as report:
                every = chain([first], parts)
                found = collect(every, seal, period, file, noted=after, report=report)
        if out:
            _tell(console, out, found)
        return Exit.OK

    return guarded(console, work, place.address)


def _tell(console: Console, out: Path, found: Excerpt) -> None:
    which = f", {found.before.position + 1} to {found.last.position}," if found.record_count else ""
    console.say(f"exported {found.record_count:,} records{which} to {out}")
    console.facts([("last", str(found.last)), ("head", str(found.head))])
