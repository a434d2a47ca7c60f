"""Where workers work in tests: a real store and real files, before a mesh in memory."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from faces.calibration import Size
from faces.decision import Candidate
from faces.errors import FaceError, ImageBroken, ServiceUnavailable
from gateway.backends.ports import Crop, Derived, Detections, Vector
from gateway.calibrations.loaded import Loaded
from gateway.enhancing import Enhancing
from gateway.jobs.job import Order, Progress
from gateway.jobs.store import JobStore
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from gateway.worker.closing import Closing
from gateway.worker.config import Config
from gateway.worker.erasing import Erasing
from gateway.worker.parts import Parts
from gateway.worker.reading import Reader
from gateway.worker.working import Working, at_work
from tests.stage import Shown, Stage
from tests.unit.sights import vector
from tests.videos import number_of

PATIENCE_S = 60
"""More than a busy machine takes for anything that is waited for."""

TWO = (Shown(vector(0)), Shown(vector(90), (400, 100, 500, 200)))
EVERYBODY: dict[int, Sequence[Shown]] = {0: (), **dict.fromkeys(range(1, 20), TWO)}
"""Who is in the frames of `counted`: nobody at first, then two people."""


class Screen(Stage):
    """Sees in a picture what its shade stands for."""

    def __init__(self, script: dict[int, Sequence[Shown]] = EVERYBODY) -> None:
        super().__init__(alice=vector(0))
        self._names = {number: self.picture(*shown) for number, shown in script.items()}
        self.seen: list[int] = []
        """Numbers of all frames that were looked at."""
        self.faults: dict[int, list[FaceError]] = {}
        """What pictures raise, once each."""
        self.deleted: set[str] = set()
        """Who is found, and is not enrolled any more when somebody asks."""
        self._news = asyncio.Event()

    async def asked(self, times: int) -> None:
        """Wait until it was asked so often."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.seen) < times:
                self._news.clear()
                await self._news.wait()

    async def detect(self, image: bytes, *, limit: int, measures: bool = False) -> Detections:
        try:
            number = number_of(np.asarray(Image.open(BytesIO(image)).convert("RGB")))
        except OSError:
            raise ImageBroken(format="PNG") from None
        self.seen.append(number)
        self._news.set()
        if self.faults.get(number):
            raise self.faults[number].pop()
        return await super().detect(self._names[number], limit=limit, measures=measures)

    async def search(
        self, collection_id: str, vector: Vector, *, contract_id: str, limit: int, only: Any = None
    ) -> list[Candidate]:
        return await super().search(collection_id, vector, contract_id=contract_id, limit=limit)

    async def template_ids(self, collection_id: str, person_id: str) -> frozenset[str]:
        here = person_id in self.enrolled and person_id not in self.deleted
        return frozenset({""} if here else ())

    async def size(self, collection_id: str) -> Size:
        return Size(persons=len(self.enrolled), templates=len(self.enrolled))


class Away:
    """An enhancer that is not there at first."""

    def __init__(self, times: int) -> None:
        self._times = times

    async def enhance(
        self, crops: Sequence[Crop], *, camera_id: str, images: bool = False
    ) -> list[Derived]:
        if self._times:
            self._times -= 1
            raise ServiceUnavailable(service="enhancer")
        return [Derived(crop.rgb, 1.0, ("denoise",), 1.0) for crop in crops]


@dataclass(frozen=True, slots=True)
class Site:
    """Where workers work."""

    folder: Path
    media: Path
    store: JobStore
    screen: Screen
    calibrations: Loaded = field(default_factory=Loaded)

    async def ended(self, wanted: Order) -> Progress:
        """Wait for the end of a job."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                job = await self.store.get(wanted.job_id)
                if job.progress.state.ended:
                    return job.progress
                await asyncio.sleep(0.01)

    def found(self, wanted: Order, name: str) -> Any:
        """What a job has written."""
        return json.loads((self.folder / "found" / wanted.job_id / name).read_text())

    @contextlib.asynccontextmanager
    async def worker(self, enhancer: Away | None = None, **more: Any) -> AsyncIterator[None]:
        """Let a worker work while the block runs."""
        config = Config(
            data=self.folder,
            media=self.media,
            jobs=self.folder / "jobs.sqlite",
            output=self.folder / "found",
            part_frames=4,
            idle_s=0.01,
            **more,
        )
        pipeline = Pipeline(self.screen, Enhancing(self.screen, enhancer))
        with Reader(self.media) as reader, DecisionLog(self.folder) as log:
            parts = Parts(pipeline, reader, at_once=3, patience_s=config.call_patience_s)
            closing = Closing(
                self.store,
                self.screen,
                self.calibrations,
                log,
                reader,
                erasing=Erasing(self.store, self.screen, log, output=config.output),
                output=config.output,
                patience_s=config.call_patience_s,
            )
            async with at_work(Working(self.store, parts, closing, reader, config)):
                yield
