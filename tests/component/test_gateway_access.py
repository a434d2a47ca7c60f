"""What a gateway finds for a caller whose key is limited: jobs, reviews, collections."""

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from client import AsyncSureface
from client.calls.enrollment import list_collections
from faces.errors import CaseNotFound, FieldInvalid, JobNotFound
from faces.paging import key_of
from faces.review import Principal
from gateway.app import open_app as open_gateway
from gateway.config import Config
from gateway.jobs.sqlite import sqlite_jobs
from meshkit.keys.key import Role
from services.gallery.app import open_app as open_gallery
from tests.backends import HERE, backends
from tests.galleries import config
from tests.identities import Held, held, write
from tests.images import encoded, gradient
from tests.records import kept

pytestmark = pytest.mark.timeout(300)

ORDER: dict[str, Any] = {
    "scene": "search_prefilter",
    "collection_id": "people",
    "case_id": "c-1",
    "purpose": "test",
    "operator_id": "desk-7",
    "paths": ["1.png"],
}
ADMIN, AUDITOR = held(Role.ADMINISTRATOR, name="ada"), held(Role.AUDITOR, name="otto")
OLGA = held(Role.INVESTIGATOR, name="olga")
IN_REACH = held(Role.INVESTIGATOR, name="ingo", collections=("people", "later", "sold"))
ELSEWHERE = held(Role.INVESTIGATOR, name="ella", collections=("others",))
OTHER_SCENE = held(Role.INVESTIGATOR, name="erik", scenes=("alarm_review",))


class Site:
    """A gateway that asks who calls, with two collections and one job."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.job_id = ""

    @contextlib.asynccontextmanager
    async def known(self, key: Held) -> AsyncIterator[AsyncSureface]:
        async with AsyncSureface(f"127.0.0.1:{self._port}", api_key=key.credential) as mesh:
            yield mesh


@pytest.fixture(name="site")
async def _site(tmp_path: Path) -> AsyncIterator[Site]:
    media = tmp_path / "media"
    media.mkdir()
    (media / "1.png").write_bytes(encoded(gradient()))
    keys = write(tmp_path / "keys.json", [ADMIN, AUDITOR, OLGA, IN_REACH, ELSEWHERE, OTHER_SCENE])
    async with (
        backends(tmp_path) as addresses,
        open_gallery(config(tmp_path / "gallery.db")) as gallery,
    ):
        addresses["gallery"] = f"127.0.0.1:{gallery}"
        settings = Config(**HERE, **addresses, data=tmp_path, media=media, auth="keys", keys=keys)  # type: ignore[arg-type]  # checked by Config
        async with open_gateway(settings) as port:
            site = Site(port)
            async with site.known(ADMIN) as mesh:
                for collection_id in ("people", "others"):
                    await mesh.create_collection(collection_id=collection_id)
            async with site.known(OLGA) as mesh:
                site.job_id = (await mesh.submit_job(**ORDER)).job_id
            yield site


@pytest.mark.parametrize("key", [ELSEWHERE, OTHER_SCENE], ids=["collection", "scene"])
@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda mesh, job_id: mesh.get_job(job_id=job_id), id="get"),
        pytest.param(lambda mesh, job_id: mesh.cancel_job(job_id=job_id), id="cancel"),
        pytest.param(lambda mesh, job_id: anext(mesh.watch_job(job_id=job_id)), id="watch"),
        pytest.param(
            lambda mesh, job_id: mesh.open_job_reviews(job_id=job_id, operator_id="x", top=1),
            id="reviews",
        ),
    ],
)
async def test_a_job_out_of_reach_is_not_there(
    site: Site, key: Held, ask: Callable[[AsyncSureface, str], Any]
) -> None:
    """As one that never was; who may reach it still can."""
    async with site.known(key) as mesh:
        with pytest.raises(JobNotFound):
            await ask(mesh, site.job_id)
    async with site.known(IN_REACH) as mesh:
        found = await mesh.get_job(job_id=site.job_id)

    assert "queued" == found.state.value


async def test_lists_hold_what_is_in_reach(site: Site) -> None:
    """Jobs and collections alike."""
    lists = {}
    for key in (OLGA, IN_REACH, ELSEWHERE, OTHER_SCENE):
        async with site.known(key) as mesh:
            jobs = [job.job_id async for job in mesh.list_jobs()]
            collections = [each.collection_id async for each in mesh.list_collections()]
        lists[key.key.name] = (len(jobs), collections)

    assert {
        "olga": (1, ["others", "people"]),
        "ingo": (1, ["people"]),
        "ella": (0, ["others"]),
        "erik": (0, ["others", "people"]),
    } == lists


async def test_pages_of_collections_name_none_out_of_reach(site: Site) -> None:
    """Not in their tokens either: those can be read. What a key may use need not be there."""
    async with site.known(IN_REACH) as mesh:
        first = await mesh.run(list_collections(page_size=1).page(""))
        second = await mesh.run(list_collections(page_size=1).page(first.next_token))
        third = await mesh.run(list_collections(page_size=1).page(second.next_token))

    pages = [[each.collection_id for each in page.items] for page in (first, second, third)]
    assert [[], ["people"], []] == pages
    assert ["later", "people", ""] == [key_of(page.next_token) for page in (first, second, third)]


async def test_a_record_tells_who_asked_beside_who_was_named(site: Site, tmp_path: Path) -> None:
    """The system and the person it named; the job keeps both, for whoever reviews its hits."""
    [record] = [each for each in kept(tmp_path) if each["kind"] == "job_submitted"]
    with sqlite_jobs(tmp_path / "jobs.sqlite") as adapter:
        job = adapter.get(site.job_id)

    assert ("desk-7", "olga", OLGA.key.key_id) == (
        record["operator_id"],
        record["subject"],
        record["key_id"],
    )
    assert job
    assert Principal("desk-7", OLGA.key.key_id, "olga") == job.order.case.operator


async def test_nobody_reads_a_case_as_somebody_else(site: Site) -> None:
    """Who has read it is in the log, so it must be true."""
    async with site.known(AUDITOR) as mesh:
        with pytest.raises(FieldInvalid, match="reader_id must be who the credential says"):
            await mesh.get_case(case_id="c-1", reader_id="olga")
        with pytest.raises(CaseNotFound):
            await mesh.get_case(case_id="c-2", reader_id="otto")
