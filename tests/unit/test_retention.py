"""For how long collections let pictures and people be kept."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from faces.errors import CollectionNotFound, PersonNotFound
from gateway.erasing.ageing import Ageing
from gateway.erasing.erasing import Erasing
from gateway.erasing.order import Order, Why
from gateway.erasing.port import Deleted
from gateway.retention import Kept, read_retention
from gateway.reviewing.keeping import Keeping
from meshkit.config import ConfigError
from tests.records import kept
from tests.unit.review_world import house

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_a_file_says_for_how_long(tmp_path: Path) -> None:
    """By collection; what it does not say is kept as long as nothing else says."""
    file = tmp_path / "retention.toml"
    file.write_text("[staff]\nreview_days = 7\nperson_days = 365\n[guests]\njob_days = 1\n")

    assert {"staff": Kept(review_days=7, person_days=365), "guests": Kept(job_days=1)} == (
        read_retention(file)
    )
    assert {} == read_retention(None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("[staff]\ndays = 7\n", r"\[staff\] may say job_days", id="a word"),
        pytest.param("[staff]\njob_days = -1\n", r"\[staff\] job_days must", id="a negative"),
        pytest.param("[staff]\njob_days = true\n", "whole days", id="no number"),
        pytest.param("[staff]\njob_days = 4000\n", "0 to 3650", id="too long"),
        pytest.param("staff = 7\n", r"\[staff\] may say", id="no table"),
        pytest.param("['a b']\njob_days = 7\n", "collection_id", id="no collection"),
        pytest.param("[staff\n", "retention.toml", id="no TOML"),
        pytest.param(None, "cannot be read", id="no file"),
    ],
)
def test_a_file_that_is_wrong_stops_the_start(
    tmp_path: Path, text: str | None, problem: str
) -> None:
    """One line says what is wrong: nothing is kept longer by mistake."""
    file = tmp_path / "retention.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ConfigError, match=problem):
        read_retention(file)


@pytest.mark.parametrize(
    ("days", "left"),
    [
        pytest.param({"people": 7}, [1, 0], id="the collection's days"),
        pytest.param({"people": 90, "others": 1}, [1, 1], id="longer, and another collection"),
        pytest.param({"people": 0}, [1, 1], id="it does not say"),
    ],
)
async def test_pictures_go_when_their_collection_says_so(
    tmp_path: Path, days: Mapping[str, int], left: list[int]
) -> None:
    """Before the scene's days are over, if those are more."""
    retention = {name: Kept(review_days=number) for name, number in days.items()}
    async with house(tmp_path) as here:
        people, review_id = here.people, await here.search()
        created = (await people.reviews.get(review_id)).create_time
        seen = []
        for now in (created + timedelta(days=6), created + timedelta(days=8)):
            keeping = Keeping(
                *(people.reviews, people.pictures, people.reviewing),
                record_days=0,
                retention=retention,
                clock=lambda now=now: now,  # type: ignore[misc]  # mypy knows no such default
            )
            await keeping.sweep()
            seen.append(len(people.pictures.kept()))

    assert left == seen
    erased = [each["why"] for each in kept(tmp_path) if each["kind"] == "review_erasure"]
    assert erased == ["retention"] * (1 - left[-1])


class Gallery:
    """Tells who is too old, and notes who was erased."""

    def __init__(self, *people: str) -> None:
        self.people = list(people)
        self.limits: list[tuple[str, datetime]] = []
        self.orders: list[Order] = []

    async def aged(self, collection_id: str, limit: datetime) -> AsyncIterator[str]:
        if collection_id == "gone":
            raise CollectionNotFound(collection_id=collection_id)
        self.limits.append((collection_id, limit))
        for person_id in self.people:
            yield person_id

    async def delete(self, request_id: str, collection_id: str, person_id: str) -> Deleted:
        raise NotImplementedError

    async def erase(self, order: Order) -> None:
        """Implement `Erasing.erase`."""
        if order.person_id == "lost":
            raise PersonNotFound(collection_id=order.collection_id, person_id="lost")
        self.orders.append(order)


async def test_people_go_when_their_collection_says_so() -> None:
    """Each by an order of its own; whoever is gone meanwhile stops nobody else's."""
    gallery = Gallery("ann", "lost", "ben")
    retention = {
        "gone": Kept(person_days=1),
        "staff": Kept(person_days=30),
        "guests": Kept(review_days=1),
    }
    work = Ageing(cast("Erasing", gallery), gallery, retention, clock=lambda: NOW)
    await work.sweep()

    assert [("staff", NOW - timedelta(days=30))] == gallery.limits
    assert [("ann", Why.RETENTION), ("ben", Why.RETENTION)] == [
        (each.person_id, each.why) for each in gallery.orders
    ]
    assert 2 == len({each.request_id for each in gallery.orders})
