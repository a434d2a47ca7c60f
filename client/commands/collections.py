"""Commands for collections and the people in them."""

import click

from client.commands.groups import Defaulting
from client.commands.options import talks
from client.console import Console
from client.exits import Exit
from client.sdk import Sureface
from client.types import ErasureReceipt

_TO_COME = "not counted; workers erase them as soon as they run"


@click.group(cls=Defaulting)
def collections() -> None:
    """List, create and delete collections. Without a command: list."""


@collections.command("list")
@talks
def list_(mesh: Sureface, console: Console) -> Exit:
    """List all collections."""
    found = list(mesh.list_collections())
    if console.as_json:
        console.answer(found)
    elif not found:
        console.say("no collections yet; `sureface collections create NAME` makes one")
    else:
        console.table(
            ["collection", "persons ", "templates ", "contract", "created"],
            [
                [
                    c.collection_id,
                    str(c.person_count),
                    str(c.template_count),
                    c.contract_id,
                    f"{c.create_time:%Y-%m-%d %H:%M}",
                ]
                for c in found
            ],
        )
    return Exit.OK


@collections.command()
@click.argument("collection_id", metavar="COLLECTION")
@talks
def create(mesh: Sureface, console: Console, *, collection_id: str) -> Exit:
    """Create an empty COLLECTION, pinned to the model that is served."""
    made = mesh.create_collection(collection_id=collection_id)
    if console.as_json:
        console.answer(made)
    console.say(f"created {made.collection_id}, for vectors of contract {made.contract_id}")
    return Exit.OK


@collections.command("delete")
@click.argument("collection_id", metavar="COLLECTION")
@talks
def delete_collection(mesh: Sureface, console: Console, *, collection_id: str) -> Exit:
    """Delete COLLECTION with everyone in it."""
    receipt = mesh.delete_collection(collection_id=collection_id)
    _show(console, f"erased collection {collection_id}", receipt)
    return Exit.OK


@collections.command()
@click.argument("collection_id", metavar="COLLECTION")
@talks
def persons(mesh: Sureface, console: Console, *, collection_id: str) -> Exit:
    """List the people of COLLECTION."""
    found = list(mesh.list_persons(collection_id=collection_id))
    if console.as_json:
        console.answer(found)
    else:
        console.table(
            ["person", "templates ", "enrolled"],
            [
                [p.person_id, str(p.template_count), f"{p.create_time:%Y-%m-%d %H:%M}"]
                for p in found
            ],
        )
    return Exit.OK


@click.command()
@click.argument("person_id", metavar="PERSON")
@click.option("--collection", "collection_id", required=True, help="Where PERSON is enrolled.")
@talks
def delete(mesh: Sureface, console: Console, *, person_id: str, collection_id: str) -> Exit:
    """Erase PERSON and print the receipt."""
    receipt = mesh.delete_person(collection_id=collection_id, person_id=person_id)
    _show(console, f"erased {person_id} from {collection_id}", receipt)
    return Exit.OK


def _show(console: Console, what: str, receipt: ErasureReceipt) -> None:
    """Print what was erased, and where that is on record."""
    if console.as_json:
        console.answer(receipt)
        return
    console.say(what)
    tracks = receipt.track_count
    console.facts(
        [
            ("templates", str(receipt.template_count)),
            ("review items without pictures", str(receipt.review_count)),
            ("tracks of jobs without crops", _TO_COME if tracks is None else str(tracks)),
            ("gone from the gallery", f"{receipt.delete_time:%Y-%m-%d %H:%M:%S} UTC"),
            ("asked by", receipt.subject),
            ("receipt", receipt.receipt_id),
            ("record", receipt.record),
        ]
    )
