"""Workers as processes of their own, which tests kill."""

import contextlib
import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from gateway.jobs.documents import RECORDS
from tests.mesh.mesh import Mesh
from tests.processes import Process, service

SERVICES = ("detector", "embedder", "gallery")


def variables(running: Mesh, media: Path, **more: object) -> dict[str, object]:
    """What workers of a mesh are told, with an own folder for each."""
    addresses = {name.upper(): f"127.0.0.1:{running.processes[name].port}" for name in SERVICES}
    return {
        "DATA": running.folder / f"worker-{secrets.token_hex(4)}",
        "MEDIA": media,
        "JOBS": running.folder / "jobs.sqlite",
        "OUTPUT": running.folder / "found",
        "IDLE_S": 0.05,
        "PART_FRAMES": 10,
        **addresses,
        **more,
    }


@contextlib.asynccontextmanager
async def worker(running: Mesh, media: Path, **more: object) -> AsyncIterator[Process]:
    """Run a worker while the block runs."""
    async with service("worker", **variables(running, media, **more)) as process:
        yield process


def fingerprints(folder: Path) -> Mapping[str, str]:
    """Hashes of what a job found, by file, but for those that name the job or the time."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name not in {"job.json", RECORDS}
    }
