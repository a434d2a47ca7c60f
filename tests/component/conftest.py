"""Fixtures of component tests."""

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.jobs.sqlite import sqlite_jobs
from gateway.jobs.store import JobStore
from services.gallery.app import open_app
from tests.galleries import Stub, config, create, stub
from tests.jobsites import Screen, Site
from tests.maintenance import DIMENSION, Served, served
from tests.milvuses import MilvusServer, milvus_server
from tests.policies import GOOD
from tests.redises import RedisServer, redis_server
from tests.videos import counted, encode


@pytest.fixture(name="gallery")
async def _gallery(tmp_path: Path) -> AsyncIterator[Stub]:
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        await gallery.CreateCollection(create())
        yield gallery


@pytest.fixture(name="mesh")
async def _mesh(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path / "gallery.db") as mesh:
        await mesh.gallery.CreateCollection(create(dimension=DIMENSION))
        yield mesh


@pytest.fixture(name="milvus")
async def _milvus(tmp_path: Path) -> AsyncIterator[MilvusServer]:
    async with milvus_server(tmp_path) as server:
        yield server


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis") as server:
        yield server


@pytest.fixture(name="policy_file")
def _policy_file(tmp_path: Path) -> Path:
    """A policy table in a folder of its own, as it is mounted."""
    file = tmp_path / "mounted" / "policies.yaml"
    file.parent.mkdir()
    file.write_text(GOOD)
    return file


@pytest.fixture(name="site")
async def _site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """Workers that try again soon, and a media folder with one video of twenty frames."""
    monkeypatch.setattr("gateway.worker.working._PAUSE_S", 0.01)
    media = tmp_path / "media"
    media.mkdir()
    encode(media / "a.mp4", counted(20, width=640, height=480))
    with sqlite_jobs(tmp_path / "jobs.sqlite") as adapter, ThreadPoolExecutor(1) as thread:
        yield Site(tmp_path, media, JobStore(adapter, thread), Screen())
