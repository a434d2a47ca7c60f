"""Each store in turn, empty but for one collection, with a witness of what it tells."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gateway.jobs.store import JobStore
from services.gallery.store import Store
from tests.jobs import JOB_STORES, OpenJobs
from tests.stores import STORES, OpenStore, creating, fresh
from tests.witness import Witness


@pytest.fixture(name="open_store", params=STORES, scope="session")
def _open_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenStore]:
    with request.param(tmp_path_factory.mktemp("shared")) as opened:
        yield opened


@pytest.fixture(name="witness")
def _witness() -> Witness:
    return Witness()


@pytest.fixture(name="store")
async def _store(open_store: OpenStore, tmp_path: Path, witness: Witness) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "store", witness) as store:
        await store.write(fresh("create"), creating())
        yield store


@pytest.fixture(name="open_jobs", params=JOB_STORES, scope="session")
def _open_jobs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenJobs]:
    with request.param(tmp_path_factory.mktemp("shared")) as opened:
        yield opened


@pytest.fixture(name="jobs")
async def _jobs(open_jobs: OpenJobs, tmp_path: Path) -> AsyncIterator[JobStore]:
    async with open_jobs(tmp_path / "jobs") as jobs:
        yield jobs
