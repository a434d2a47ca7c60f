"""A template that was altered on disk is never searched, and the log says which one it is."""

import contextlib
import dataclasses
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest

from services.gallery.app import open_app
from services.gallery.config import Config
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import (
    STAFF,
    add,
    config,
    create,
    names,
    new_id,
    refused,
    search,
    stub,
    unit_vectors,
)
from tests.sealing import KEY, key_file

VECTORS = unit_vectors(3)


def flipped(db: sqlite3.Connection, keys: list[int]) -> None:
    [[kept]] = db.execute("SELECT vector FROM template WHERE key = ?", keys[:1])
    altered = bytes([*kept[:-20], kept[-20] ^ 1, *kept[-19:]])
    db.execute("UPDATE template SET vector = ? WHERE key = ?", (altered, keys[0]))


def swapped(db: sqlite3.Connection, keys: list[int]) -> None:
    db.execute(
        "UPDATE template SET vector = (SELECT vector FROM template WHERE key = ?) WHERE key = ?",
        (keys[1], keys[0]),
    )


def planted(db: sqlite3.Connection, keys: list[int]) -> None:
    db.execute("UPDATE template SET vector = ? WHERE key = ?", (VECTORS[2].tobytes(), keys[0]))


@pytest.mark.parametrize(
    ("alter", "why"),
    [
        pytest.param(flipped, "it was altered, or belongs to another place", id="one bit"),
        pytest.param(swapped, "it was altered, or belongs to another place", id="another row's"),
        pytest.param(planted, "it is not sealed", id="not sealed"),
    ],
)
async def test_an_altered_template_is_named_and_can_be_deleted(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    alter: Callable[[sqlite3.Connection, list[int]], None],
    why: str,
) -> None:
    """Its collection answers nothing until it is gone, then everything else; no vector is told."""
    path = tmp_path / "db"
    sealed = dataclasses.replace(config(path), sealing_keys=key_file(tmp_path / "keys", KEY))
    keys = await enrolled(sealed)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        alter(db, keys)
    caplog.set_level(logging.ERROR)
    async with open_app(sealed) as port, stub(port) as gallery:
        code, _, facts = await refused(gallery.SearchPersons(search(VECTORS[1])))
        await gallery.DeleteTemplate(
            pb.DeleteTemplateRequest(
                request_id=new_id(), collection_id=STAFF, template_id=str(keys[0])
            )
        )
        reply = await gallery.SearchPersons(search(VECTORS[1]))

    said = [record for record in caplog.records if "cannot be opened" in record.message]
    assert grpc.StatusCode.UNAVAILABLE == code
    assert {keys[0]} == {vars(record)["template"] for record in said}
    assert vars(said[0])["cause"].startswith(why)
    assert str(keys[0]) not in str(facts)
    assert ["bob"] == names(reply.results[0])


async def enrolled(sealed: Config) -> list[int]:
    """Two people of a template each; the keys of those."""
    async with open_app(sealed) as port, stub(port) as gallery:
        await gallery.CreateCollection(create())
        people = zip(("ada", "bob"), VECTORS, strict=False)
        replies = [await gallery.AddTemplates(add(name, vector)) for name, vector in people]
    return [int(reply.template_ids[0]) for reply in replies]
