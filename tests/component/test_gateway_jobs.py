"""Jobs at a gateway: what it takes, what it refuses, and that it keeps what it took."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from client import AsyncSureface
from client.types import JobState
from faces.errors import (
    BatchSize,
    CollectionNotFound,
    ContractMismatch,
    FaceError,
    FieldInvalid,
    FieldMissing,
    JobNotFound,
    JobsNotConfigured,
    RequestIdReused,
    SceneUnknown,
    SourceUnusable,
)
from gateway.app import open_app as open_gateway
from gateway.config import Config
from services.gallery.app import open_app as open_gallery
from tests.backends import HERE, backends
from tests.galleries import config, create, new_id, stub
from tests.images import encoded, gradient
from tests.records import kept
from tests.redises import RedisServer

ORDER: dict[str, Any] = {
    "scene": "search_prefilter",
    "collection_id": "people",
    "case_id": "c-1",
    "purpose": "test",
    "operator_id": "Anna",
    "paths": ["pictures"],
}


@pytest.fixture(name="media")
def _media(tmp_path: Path) -> Path:
    media = tmp_path / "media"
    (media / "pictures").mkdir(parents=True)
    (media / "pictures" / "1.png").write_bytes(encoded(gradient()))
    (media / "empty").mkdir()
    return media


@pytest.fixture(name="addresses")
async def _addresses(tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """A mesh without a gateway: one collection of its embedder, and one of another's."""
    async with (
        backends(tmp_path) as addresses,
        open_gallery(config(tmp_path / "gallery.db")) as port,
        stub(port) as gallery,
    ):
        addresses["gallery"] = f"127.0.0.1:{port}"
        async with opened(tmp_path, addresses) as mesh:
            await mesh.create_collection(collection_id="people")
        await gallery.CreateCollection(create("others"))
        yield addresses


@contextlib.asynccontextmanager
async def opened(
    folder: Path, addresses: dict[str, str], **more: Any
) -> AsyncIterator[AsyncSureface]:
    """A gateway, and who calls it."""
    settings = Config(**HERE, **addresses, data=folder, **more)  # type: ignore[arg-type]  # checked by Config
    async with (
        open_gateway(settings) as port,
        AsyncSureface(f"127.0.0.1:{port}") as mesh,
    ):
        yield mesh


async def test_a_job_is_queued_and_on_record(
    tmp_path: Path, media: Path, addresses: dict[str, str]
) -> None:
    """The same request again is the same job; another gateway on the same folder knows it."""
    request_id = new_id()
    async with opened(tmp_path, addresses, media=media) as mesh:
        first = await mesh.submit_job(**ORDER, priority=5, request_id=request_id)
        again = await mesh.submit_job(**ORDER, priority=5, request_id=request_id)
    async with opened(tmp_path, addresses, media=media) as mesh:
        later = await mesh.get_job(job_id=first.job_id)
        listed = [job async for job in mesh.list_jobs(case_id="c-1", state=JobState.QUEUED)]

    assert first == again == later
    assert [first] == listed
    assert (JobState.QUEUED, 0, 5, "anna") == (
        first.state,
        first.total_frame_count,
        first.priority,
        first.operator_id,
    )
    [record] = [each for each in kept(tmp_path) if each["kind"] == "job_submitted"]
    assert (first.job_id, "c-1", "test", "anna", "people", first.policy_version) == tuple(
        record[name]
        for name in (
            *("job_id", "case_id", "purpose", "operator_id", "collection_id"),
            "policy_version",
        )
    )


async def test_a_request_id_is_for_one_request(
    tmp_path: Path, media: Path, addresses: dict[str, str]
) -> None:
    """Another job needs another one."""
    request_id = new_id()
    async with opened(tmp_path, addresses, media=media) as mesh:
        await mesh.submit_job(**ORDER, request_id=request_id)
        with pytest.raises(RequestIdReused) as refusal:
            await mesh.submit_job(**ORDER | {"case_id": "c-2"}, request_id=request_id)

    assert request_id == refusal.value.metadata["request_id"]


REFUSALS: list[tuple[dict[str, Any], type[FaceError]]] = [
    ({"scene": "nowhere"}, SceneUnknown),
    ({"collection_id": "nobody"}, CollectionNotFound),
    ({"collection_id": "others"}, ContractMismatch),
    ({"case_id": " "}, FieldMissing),
    ({"purpose": ""}, FieldMissing),
    ({"operator_id": ""}, FieldMissing),
    ({"operator_id": "a b"}, FieldInvalid),
    ({"paths": []}, BatchSize),
    ({"paths": ["pictures"] * 257}, BatchSize),
    ({"paths": ["nowhere.mp4"]}, SourceUnusable),
    ({"paths": ["empty"]}, SourceUnusable),
    ({"paths": ["../gallery.db"]}, SourceUnusable),
    ({"priority": 101}, FieldInvalid),
    ({"request_id": "no uuid"}, FieldInvalid),
]


async def test_what_cannot_be_done_is_refused_at_once(
    tmp_path: Path, media: Path, addresses: dict[str, str]
) -> None:
    """Each mistake has its reason, and leaves no job and no record."""
    async with opened(tmp_path, addresses, media=media) as mesh:
        for changed, expected in REFUSALS:
            assert expected is await refusal_of(mesh.submit_job(**ORDER | changed)), changed
        listed = [job async for job in mesh.list_jobs()]

    assert [] == listed
    assert [] == [each for each in kept(tmp_path) if each["kind"] == "job_submitted"]


async def refusal_of(call: Any) -> type[FaceError] | None:
    """What a call is refused with."""
    try:
        await call
    except FaceError as error:
        return type(error)
    return None


async def test_a_gateway_without_a_media_folder_takes_no_job(
    tmp_path: Path, addresses: dict[str, str]
) -> None:
    """There is nothing that a job could search."""
    async with opened(tmp_path, addresses) as mesh:
        with pytest.raises(JobsNotConfigured):
            await mesh.submit_job(**ORDER)


async def test_nobody_has_a_job_that_is_not_there(
    tmp_path: Path, addresses: dict[str, str]
) -> None:
    """To look at, to follow, or to stop."""
    async with opened(tmp_path, addresses) as mesh:
        for call in (mesh.get_job, mesh.cancel_job):
            assert JobNotFound is await refusal_of(call(job_id="j-0"))
        with pytest.raises(JobNotFound):
            [state async for state in mesh.watch_job(job_id="j-0")]


async def test_a_job_is_cancelled_on_record(
    tmp_path: Path, media: Path, addresses: dict[str, str]
) -> None:
    """Whoever follows it hears of its end; to cancel it again changes nothing."""
    async with opened(tmp_path, addresses, media=media) as mesh:
        job = await mesh.submit_job(**ORDER)
        states = []
        async for state in mesh.watch_job(job_id=job.job_id):
            states.append(state.state)
            await mesh.cancel_job(job_id=job.job_id)
        again = await mesh.cancel_job(job_id=job.job_id)

    assert [JobState.QUEUED, JobState.CANCELLED] == states
    assert JobState.CANCELLED is again.state
    assert 1 == sum(each["kind"] == "job_cancelled" for each in kept(tmp_path))


async def test_jobs_outlive_their_redis(
    tmp_path: Path, media: Path, addresses: dict[str, str], server: RedisServer
) -> None:
    """Killed and started again, it still has every job that was acknowledged."""
    async with opened(tmp_path, addresses, media=media, jobs_redis=server.url) as mesh:
        job = await mesh.submit_job(**ORDER)
        server.kill()
        server.start()
        found = await mesh.get_job(job_id=job.job_id)

    assert job == found
