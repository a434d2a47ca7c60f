"""Commands that look after a gallery's indexes."""

import contextlib
import time
from collections.abc import Iterator, Sequence

import click

from client.calls import maintenance as calls
from client.calls.prepared import Prepared, fresh
from client.commands.gallery.measuring import plan, show, size
from client.commands.gallery.options import talks
from client.console import Console
from client.exits import Exit
from client.gallery import Gallery
from client.types.maintenance import CollectionStats, Compaction, PlanMeasured
from faces.errors import DeadlineExceeded, ServiceUnavailable

_ATTEMPTS = 10
_PAUSE_S = 1.0
"""So often, after such pauses, a tuning that was interrupted is asked for again."""

named = click.argument("collection_id", metavar="COLLECTION")


@click.command()
@click.argument("collection_id", metavar="[COLLECTION]", required=False)
@talks
def stats(gallery: Gallery, console: Console, *, collection_id: str | None) -> Exit:
    """Show what indexes are, and what they cost: of COLLECTION, or of all."""
    names = [collection_id] if collection_id else list(_names(gallery))
    found = [gallery.run(calls.get_stats(collection_id=name)) for name in names]
    if console.as_json:
        console.answer(found[0] if collection_id else found)
    elif collection_id:
        _facts(console, found[0])
    elif not found:
        console.say("no collections yet")
    else:
        _table(console, found)
    return Exit.OK


@click.command()
@named
@click.option(
    "--min-recall",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.995,
    show_default=True,
    help="Least share of the ten nearest templates that a search must find.",
)
@click.option("--apply", is_flag=True, help="Search the collection in the chosen way from now on.")
@talks
def tune(
    gallery: Gallery, console: Console, *, collection_id: str, min_recall: float, apply: bool
) -> Exit:
    """Measure ways of searching COLLECTION, on its own templates.

    Searches go on meanwhile. The fastest way is chosen that finds the nearest template
    of 999 in 1000 probes, and the share of the ten nearest that is asked for.
    """
    call = calls.tune(
        collection_id=collection_id,
        min_recall=min_recall,
        request_id=fresh(None) if apply else "",
    )
    measured = list[PlanMeasured]()
    for answer in _measured(gallery, call):
        measured.append(answer)
        show(console, answer)
    *others, chosen = measured
    if console.as_json:
        console.answer({"measured": others, "chosen": chosen.plan, "applied": apply})
    kept = "in force now" if apply else "add --apply to search that way"
    console.say(f"\nchosen: {plan(chosen.plan)}; {kept}")
    return Exit.OK


@click.command()
@named
@talks
def compact(gallery: Gallery, console: Console, *, collection_id: str) -> Exit:
    """Rebuild the index of COLLECTION without what was deleted, and compact the store.

    Searches go on meanwhile. A SQLite store is written anew: writes wait for seconds a
    gigabyte, and twice the file's size must be free on its disk.
    """
    done = _compacted(gallery, collection_id)
    if console.as_json:
        console.answer(done)
    console.say(
        f"{done.tombstone_count:,} tombstones are gone, {done.template_count:,} templates stay; "
        f"index {size(done.index_bytes_before)} before, {size(done.index_bytes_after)} now"
    )
    return Exit.OK


def _measured(gallery: Gallery, call: Prepared[PlanMeasured]) -> Iterator[PlanMeasured]:
    """Answers, each once: where a connection breaks, a new one tells all of them again."""
    shown, attempts = 0, 0
    while True:
        try:
            for answer in gallery.each(call):
                if answer.chosen or answer.measured_count > shown:
                    shown, attempts = answer.measured_count, 0
                    yield answer
        except ServiceUnavailable:
            attempts += 1
            if not shown or attempts > _ATTEMPTS:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _compacted(gallery: Gallery, collection_id: str) -> Compaction:
    """Wait for it, however long it takes: who asks again waits for the same one."""
    while True:
        with contextlib.suppress(DeadlineExceeded):
            return gallery.run(calls.compact(collection_id=collection_id))


def _names(gallery: Gallery) -> Iterator[str]:
    token, more = "", True
    while more:
        page = gallery.run(calls.list_collections(token))
        yield from (each.collection_id for each in page.items)
        token, more = page.next_token, bool(page.next_token)


def _table(console: Console, found: Sequence[CollectionStats]) -> None:
    columns = ["collection", "persons ", "templates ", "tombstones ", "index", "plan"]
    rows = [
        [
            each.collection_id,
            f"{each.person_count:,}",
            f"{each.template_count:,}",
            f"{each.tombstone_count:,}",
            each.index_kind,
            plan(each.plan),
            size(each.index_bytes),
            size(each.table_bytes),
            f"{each.lag:,}",
        ]
        for each in found
    ]
    console.table([*columns, "index memory ", "other memory ", "lag "], rows)


def _facts(console: Console, of: CollectionStats) -> None:
    snapshot = "none"
    if of.snapshot_time:
        snapshot = f"{of.snapshot_time:%Y-%m-%d %H:%M:%S} UTC, "
        snapshot += f"{of.snapshot_template_count:,} templates"
    console.facts(
        [
            ("collection", of.collection_id),
            ("contract", f"{of.contract_id}, {of.dimension} numbers"),
            ("persons", f"{of.person_count:,}"),
            ("templates", f"{of.template_count:,}"),
            ("tombstones", f"{of.tombstone_count:,}"),
            ("index", f"{of.index_kind}, {plan(of.plan)}"),
            ("plan by", "tuning" if of.tuned else "size"),
            ("memory", f"index {size(of.index_bytes)}, all else {size(of.table_bytes)}"),
            ("position", f"{of.position:,}, {of.lag:,} behind the store"),
            ("snapshot", snapshot),
        ]
    )
