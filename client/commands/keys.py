"""The commands that make API keys, list them and take them back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.text import Text

from client.commands.options import as_json, guarded
from client.console import Console
from client.exits import Exit
from client.key_store import changing, listed
from meshkit.keys.key import Key, KeyState, Role
from meshkit.keys.secret import hashed, joined, new_key_id, new_secret

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))

_STYLES = {KeyState.VALID: "green", KeyState.EXPIRED: "bold yellow", KeyState.REVOKED: "bold red"}


@click.group()
def keys() -> None:
    """Make, list and revoke API keys, in the FILE that the gateway watches (GATEWAY_KEYS)."""


@keys.command()
@FILE
@click.option("--name", required=True, help="Who gets it: a person, as in reviews, or a device.")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What for; docs/security.md tells what each may call.",
)
@click.option("--collection", "collections", multiple=True, help="Only this one; may be repeated.")
@click.option("--scene", "scenes", multiple=True, help="Only this one; may be repeated.")
@click.option("--days", type=click.IntRange(1, 3650), help="How long it holds; for ever without.")
@click.option(
    "--rate",
    type=click.FloatRange(0, 10**6, min_open=True),
    help="Most calls a second; as the gateway has it without.",
)
@as_json
@click.pass_context
def create(
    context: click.Context,
    *,
    file: Path,
    name: str,
    role: str,
    collections: tuple[str, ...],
    scenes: tuple[str, ...],
    days: int | None,
    rate: float | None,
    as_json: bool,
) -> None:
    """Make a key, and print it once: only a hash of it is kept."""
    console, now, secret = Console(as_json=as_json), datetime.now(UTC), new_secret()
    try:
        key = Key(
            key_id=new_key_id(),
            name=name.lower(),
            role=Role(role),
            secret_hash=hashed(secret),
            create_time=now,
            expire_time=now + timedelta(days=days) if days else None,
            collections=collections,
            scenes=scenes,
            calls_per_s=rate,
        )
    except ValueError as problem:
        raise click.UsageError(str(problem)) from None

    def work() -> Exit:
        with changing(file) as known:
            known[key.key_id] = key
        if console.as_json:
            console.answer({"api_key": joined(key.key_id, secret), "key": _shown(key, now)})
        else:
            console.verbatim(joined(key.key_id, secret))
            console.complain("this key is not shown again")
        return Exit.OK

    context.exit(guarded(console, work, str(file)))


@keys.command("list")
@FILE
@as_json
@click.pass_context
def list_(context: click.Context, *, file: Path, as_json: bool) -> None:
    """List all keys, those that do not hold any more among them."""
    console, now = Console(as_json=as_json), datetime.now(UTC)

    def work() -> Exit:
        known = listed(file).values()
        if console.as_json:
            console.answer({"keys": [_shown(key, now) for key in known]})
        else:
            columns = ["key", "state", "name", "role", "collections", "scenes", "rate ", "expires"]
            console.table(columns, [_row(key, now) for key in known])
        return Exit.OK

    context.exit(guarded(console, work, str(file)))


@keys.command()
@FILE
@click.argument("key_id")
@as_json
@click.pass_context
def revoke(context: click.Context, *, file: Path, key_id: str, as_json: bool) -> None:
    """Take a key back, by its id. Its open streams end, too."""
    console, now = Console(as_json=as_json), datetime.now(UTC)

    def work() -> Exit:
        with changing(file) as known:
            if (key := known.get(key_id)) is None:
                console.complain("there is no such key")
                return Exit.REFUSED
            known[key.key_id] = revoked = replace(key, revoke_time=key.revoke_time or now)
        if console.as_json:
            console.answer({"key": _shown(revoked, now)})
        else:
            console.say(f"{key.key_id} of {key.name} is revoked")
        return Exit.OK

    context.exit(guarded(console, work, str(file)))


def _shown(key: Key, now: datetime) -> dict[str, object]:
    """All of a key but its hash."""
    return {
        "key_id": key.key_id,
        "state": key.state(now).value,
        "name": key.name,
        "role": key.role.value,
        "collections": key.collections,
        "scenes": key.scenes,
        "calls_per_s": key.calls_per_s,
        "create_time": key.create_time,
        "expire_time": key.expire_time,
        "revoke_time": key.revoke_time,
    }


def _row(key: Key, now: datetime) -> list[str | Text]:
    state = key.state(now)
    return [
        key.key_id,
        Text(state.value, style=_STYLES[state]),
        key.name,
        key.role.value,
        " ".join(key.collections) or "all",
        " ".join(key.scenes) or "all",
        f"{key.calls_per_s:g}" if key.calls_per_s else "",
        f"{key.expire_time:%Y-%m-%d}" if key.expire_time else "never",
    ]
