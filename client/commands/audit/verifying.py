"""The commands that verify a decision log, now and later."""

from pathlib import Path

import click

from client.commands.audit.options import as_head, reads, require_log
from client.commands.options import FILE, as_json
from client.console import Console
from client.excerpt import verify_excerpt
from client.exits import Exit
from meshkit import chain
from meshkit.chain import Head, Seal


@click.command()
@click.argument("excerpt", required=False, type=FILE)
@click.option(
    "--head",
    "noted",
    metavar="POSITION:HASH",
    callback=as_head,
    help="What `sureface audit head` once printed: tells whether something was cut off since.",
)
@as_json
@reads
def verify(
    console: Console, folder: Path, seal: Seal, *, excerpt: Path | None, noted: Head | None
) -> Exit:
    """Check that no record was changed, added, moved or removed.

    Checks the log, or EXCERPT, a file that `sureface audit export` wrote. Names the first
    record that is wrong, and leaves with 8.
    """
    if excerpt:
        found = verify_excerpt(excerpt, seal, noted)
        facts = {"records": found.record_count, "before": found.before, "head": found.last}
        _tell(console, facts)
        return Exit.OK
    if not noted:
        require_log(folder)
    log = chain.verify(folder, seal, noted)
    facts = {
        "records": log.record_count,
        "kinds": dict(sorted(log.kinds.items())),
        "segments": log.segment_count,
        "since": log.first_time,
        "until": log.last_time,
        "removed": log.begin.position,
        "head": log.head,
        "unfinished_bytes": log.torn_bytes,
    }
    _tell(console, facts)
    return Exit.OK


@click.command()
@as_json
@reads
def head(console: Console, folder: Path, seal: Seal) -> Exit:
    """Print the last record's place and hash, to be noted where nobody can change them.

    Verifies the log first. What is noted tells later whether records were cut off, or the
    whole log was made anew: `sureface audit verify --head`.
    """
    require_log(folder)
    last = str(chain.verify(folder, seal).head)
    if console.as_json:
        console.answer({"head": last})
    console.say(last)
    return Exit.OK


def _tell(console: Console, facts: dict[str, object]) -> None:
    known = {name: str(v) if isinstance(v, Head) else v for name, v in facts.items()}
    if console.as_json:
        console.answer(known)
    else:
        console.facts([(name.replace("_", " "), _text(v)) for name, v in known.items()])


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {kind}" for kind, count in value.items())
    return str(value) if value else ""
