"""A whole mesh that asks who calls: people with keys, real processes, real models."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from client import AsyncSureface
from client.types import Photo
from faces.errors import CallNotPermitted, FieldInvalid, OutOfReach, Unauthenticated
from meshkit.chain import FOLDER, records
from meshkit.keys.key import Role
from tests.identities import Held, held, write
from tests.mesh.mesh import mesh
from tests.photos import FOLDER as PHOTOS

OBAMA = PHOTOS / "obama.jpg"


def client(port: int, key: Held | None) -> AsyncSureface:
    credential = key.credential if key else None
    return AsyncSureface(f"127.0.0.1:{port}", api_key=credential, deadline_s=60)


async def until_refused(call: Callable[[], Awaitable[object]]) -> None:
    """Repeat a call until its credential does not hold any more."""
    async with asyncio.timeout(120):
        while True:
            try:
                await call()
            except Unauthenticated:
                return


@pytest.mark.timeout(900)
async def test_a_mesh_asks_who_calls(tmp_path: Path) -> None:
    """Each does what their role is for, nobody reviews as somebody else, and a key ends at once."""
    people = {
        role: held(role, name=f"{role.value}-1") for role in (Role.ADMINISTRATOR, Role.ENROLLER)
    }
    people[Role.DEVICE] = held(Role.DEVICE, name="door-1", collections=("staff",))
    people[Role.INVESTIGATOR] = held(Role.INVESTIGATOR, name="olga")
    people[Role.REVIEWER] = held(Role.REVIEWER, name="ann")
    file = write(tmp_path / "keys.json", people.values())
    settings = {"AUTH": "keys", "KEYS": file, "POLICIES_LOOK_S": 0.05}
    async with mesh(tmp_path, gateway=settings) as running:
        port = running.processes["gateway"].port
        admin, enroller, door, olga, ann = (client(port, people[role]) for role in people)
        async with admin, enroller, door, olga, ann, client(port, None) as stranger:
            for collection_id in ("staff", "wanted"):
                await admin.create_collection(collection_id=collection_id)
                await enroller.enroll_person(
                    scene="access_control",
                    collection_id=collection_id,
                    person_id="p-1",
                    photos=[Photo(OBAMA)],
                )
            asked: dict[str, Any] = {"scene": "access_control", "probe": PHOTOS / "obama3.jpg"}
            found = await door.identify(collection_id="staff", **asked)
            with pytest.raises(OutOfReach):
                await door.identify(collection_id="wanted", **asked)
            with pytest.raises(CallNotPermitted):
                await admin.identify(collection_id="staff", **asked)
            with pytest.raises(Unauthenticated):
                await stranger.identify(collection_id="staff", **asked)

            hit = await olga.search(
                scene="search_prefilter",
                probe=PHOTOS / "obama3.jpg",
                collection_id="staff",
                case_id="c-1",
                purpose="test",
                operator_id="desk-7",
            )
            with pytest.raises(FieldInvalid, match="reviewer_id"):
                await ann.open_review(review_id=hit.review_id, reviewer_id="bob")
            opened = await ann.open_review(review_id=hit.review_id, reviewer_id="ann")

            write(file, [each for each in people.values() if each is not people[Role.DEVICE]])
            await until_refused(partial(door.identify, collection_id="staff", **asked))
    [searched] = [each for each in records(tmp_path / FOLDER) if each.get("call") == "Search"]

    assert found.candidate
    assert opened
    assert ("desk-7", "olga", people[Role.INVESTIGATOR].key.key_id) == (
        searched["operator_id"],
        searched["subject"],
        searched["key_id"],
    )
