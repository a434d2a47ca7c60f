"""A whole mesh under observation: its traces, its metrics, its log, and what it was told."""

import asyncio
import contextlib
import socket
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc.aio
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from client import AsyncSureface
from faces.policy import Verdict
from sureface.access.v1 import access_pb2
from sureface.analysis.v1 import analysis_pb2
from sureface.gallery.v1 import gallery_pb2
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub
from sureface.investigation.v1 import investigation_pb2
from tests.collector import Collector
from tests.marks import METADATA, NAME, PERSON, PIXELS
from tests.mesh.cameras import is_verdict, watched
from tests.mesh.mesh import Mesh, enrollment, image
from tests.photos import degraded, encoded, opened, photo
from tests.processes import Process

PROCESSES = ("detector", "embedder", "enhancer", "gallery", "gateway", "worker")

COLLECTION = "observed"

OPEN_METRICS = "application/openmetrics-text; version=1.0.0"
parsed: Any = text_string_to_metric_families  # untyped


def free_ports(count: int) -> list[int]:
    """Ports that nobody has at the moment."""
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]


async def scraped(port: int) -> list[Any]:
    """Families of metrics that are served at a port, with their samples."""

    def scrape() -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/metrics", headers={"Accept": OPEN_METRICS}
        )
        with urllib.request.urlopen(request, timeout=30) as page:  # noqa: S310  # see above
            return str(page.read().decode())

    return list(parsed(await asyncio.to_thread(scrape)))


@dataclass
class Observed:
    """What there is to see."""

    mesh: Mesh
    processes: dict[str, Process]
    ports: dict[str, int]
    collector: Collector
    vector: Sequence[float] = ()
    """Of somebody whom the mesh was shown."""

    errors: list[str] = field(default_factory=list)
    """Everything that came with each refusal."""

    async def scraped(self, process: str) -> list[Any]:
        """Families of metrics, with their samples."""
        return await scraped(self.ports[process])

    async def refused(self, call: Any) -> None:
        """Make a call that must fail, and keep what it says."""
        try:
            await call
        except grpc.aio.AioRpcError as error:
            details = error.trailing_metadata()
            self.errors.append(f"{error!r} {error.details()} {details!r}")
            return
        raise AssertionError("answered instead of refusing")


async def busy(seen: Observed, media: Path) -> None:
    """Ask for everything once, with marked values, and for some things that are refused."""
    marked = photo("obama2") + PIXELS
    await enrolled(seen)
    answer = await seen.mesh.analysis.Extract(
        analysis_pb2.ExtractRequest(image=image(marked)), metadata=METADATA
    )
    seen.vector = list(answer.faces[0].vector)
    await looked_for(seen, marked)
    await wrong(seen, answer.contract_id)
    shown = encoded(opened("obama2"), quality=95)
    async with watched(seen.mesh, shown, collection_id=COLLECTION) as (_, camera):
        await camera.hears(is_verdict(Verdict.MATCH))
        await camera.hangs_up()
    await job(seen, media)


async def enrolled(seen: Observed) -> None:
    """Somebody with a name."""
    await seen.mesh.enrol(COLLECTION, other="biden")
    request = enrollment(COLLECTION, PERSON, photo("obama") + PIXELS)
    request.labels["name"] = NAME
    await seen.mesh.enrollment.EnrollPerson(request, metadata=METADATA)


async def looked_for(seen: Observed, marked: bytes) -> None:
    """At a door, and by an investigator whose picture is bad."""
    await seen.mesh.access.Identify(
        access_pb2.IdentifyRequest(
            scene="access_control",
            probe=image(marked),
            collection_id=COLLECTION,
            camera_id="gate-7",
        ),
        metadata=METADATA,
    )
    await seen.mesh.investigation.Search(
        investigation_pb2.SearchRequest(
            scene="search_prefilter",
            probe=image(degraded("obama2") + PIXELS),
            collection_id=COLLECTION,
            case_id="case-7",
            purpose="test",
            operator_id="Searcher",
            camera_id="gate-8",
        ),
        metadata=METADATA,
    )


async def wrong(seen: Observed, contract_id: str) -> None:
    """Pixels that are none, vectors that are none, people and scenes that are not there."""
    access = seen.mesh.access
    await seen.refused(
        access.Identify(
            access_pb2.IdentifyRequest(
                scene="access_control", probe=image(PIXELS), collection_id=COLLECTION
            ),
            metadata=METADATA,
        )
    )
    await seen.refused(
        access.Identify(
            access_pb2.IdentifyRequest(
                scene="nowhere", probe=image(PIXELS), collection_id=COLLECTION
            ),
            metadata=METADATA,
        )
    )
    address = f"127.0.0.1:{seen.processes['gallery'].port}"
    async with grpc.aio.insecure_channel(address) as channel:
        for vector in ([*seen.vector[:-1], float("nan")], seen.vector[:-1]):
            request = gallery_pb2.SearchPersonsRequest(
                collection_id=COLLECTION,
                contract_id=contract_id,
                probes=[gallery_pb2.Probe(vector=vector)],
                limit=1,
            )
            await seen.refused(GalleryServiceStub(channel).SearchPersons(request))


async def job(seen: Observed, media: Path) -> None:
    """A folder with one picture, searched by a worker."""
    await asyncio.to_thread((media / "picture.jpg").write_bytes, photo("obama3") + PIXELS)
    async with AsyncSureface(f"127.0.0.1:{seen.processes['gateway'].port}") as client:
        submitted = await client.submit_job(
            scene="search_prefilter",
            collection_id=COLLECTION,
            case_id="case-7",
            purpose="test",
            operator_id="Searcher",
            paths=["picture.jpg"],
        )
        async with asyncio.timeout(300):
            async for state in client.watch_job(job_id=submitted.job_id):
                last = state
    assert "succeeded" == last.state.value, last
