"""The command that has templates encrypted with another key."""

import time
from collections.abc import Iterator

import click

from client.calls import maintenance as calls
from client.commands.gallery.options import talks
from client.console import Console
from client.exits import Exit
from client.gallery import Gallery
from client.types.maintenance import Resealing
from faces.errors import QueueFull, ServiceUnavailable
from meshkit.sealing import UNSEALED

_ATTEMPTS = 10
_PAUSE_S = 1.0
"""So often, after such pauses, it is asked for again without having come further."""

_EVERY = 10_000
"""Templates between two lines that say how far it is."""


@click.command()
@talks
def reseal(gallery: Gallery, console: Console) -> Exit:
    """Encrypt all templates with the first key of the gallery's file of keys.

    The file is read again. Templates that have the key are left alone: the same command
    again goes on where it was stopped. Searches and writes go on meanwhile; in the end
    SQLite's file is written anew, and writes wait. Ask each replica before you take older
    keys away: one that was not asked goes on using them. Leaves with 6 if one did meanwhile.
    """
    said = 0
    for progress in _progress(gallery):
        if progress.template_count - said >= _EVERY:
            said = progress.template_count
            console.say(f"{said:,} templates looked at, {progress.resealed_count:,} sealed anew")
    if console.as_json:
        console.answer(progress)
    console.say(_outcome(progress))
    return Exit.UNAVAILABLE if progress.older_key_ids else Exit.OK


def _progress(gallery: Gallery) -> Iterator[Resealing]:
    """Answers until it is done: a stream ends with its connection, which is renewed."""
    attempts = 0
    while True:
        try:
            for progress in gallery.each(calls.reseal()):
                attempts = 0 if progress.resealed_count else attempts
                yield progress
        except (ServiceUnavailable, QueueFull):
            attempts += 1
            if attempts > _ATTEMPTS:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _outcome(of: Resealing) -> str:
    if of.older_key_ids:
        keys = ", ".join(of.older_key_ids)
        return f"replicas still use {keys}: reseal at each of them, then here again"
    if of.key_id == UNSEALED:
        return f"templates are not encrypted: {of.template_count:,} looked at"
    return f"all {of.template_count:,} templates are encrypted with key {of.key_id}"
