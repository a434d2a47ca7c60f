"""From bytes to faces: decode, letterbox, look, look again, judge, cut.

The event loop only hands work on: pictures are decoded and cut on a few threads of their
own, the network runs behind the batcher.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import numpy as np

from meshkit.batcher import Batcher
from meshkit.telemetry import span
from services.detector import looks
from services.detector.admission import Admission
from services.detector.decode import Header, Pixels, read_header, read_pixels
from services.detector.found import Findings, Query, judge
from services.detector.living import Living
from services.detector.looks import Region
from services.detector.port import Canvas, Detections, Network

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Look:
    """One canvas, waiting for the network."""

    canvas: Canvas
    """What to look at."""

    min_score: float
    """Least score of a face."""

    @property
    def side(self) -> int:
        """Canvases of one side share a batch."""
        side: int = self.canvas.shape[-1]
        return side


def run_batch(network: Network, batch: Sequence[Look]) -> list[Detections]:
    """Let the network look at a batch; what the batcher calls."""
    return network.detect([look.canvas for look in batch], [look.min_score for look in batch])


def warm_up(network: Network, sides: Sequence[int]) -> None:
    """Run the network once at every side, so that no caller waits for its first time."""
    for side in sides:
        network.detect([np.zeros((3, side, side), dtype=np.uint8)], [1.0])


class Detector:
    """Finds faces in encoded pictures."""

    def __init__(
        self,
        batcher: Batcher[Look, Detections],
        *,
        threads: Executor,
        admission: Admission,
        sides: tuple[int, ...],
        good_px: tuple[int, int],
        second_looks: int,
        living: Living | None = None,
    ) -> None:
        """Wire the stages.

        Args:
            batcher: Runs `run_batch`.
            threads: Decode and cut. Their queue is bounded by `admission`.
            admission: What may be inside at one time.
            sides: The canvases there are, rising.
            good_px: Of the network, see `port.Network`.
            second_looks: Most faces of a picture that are looked at twice.
            living: Scores faces for liveness; None if no model is configured.
        """
        self._batcher = batcher
        self._threads = threads
        self._admission = admission
        self._sides = sides
        self._good_px = good_px
        self._second_looks = second_looks
        self._living = living

    async def detect(self, data: bytes, query: Query) -> Findings:
        """Find the faces of one picture.

        Raises:
            FaceError: The picture is refused (see `decode`), or too much is going on.
        """
        with self._admission.call():
            header = await self._aside(read_header, data)
            async with self._admission.picture(header.pixel_count):
                with span("decode"):
                    pixels, region, view = await self._aside(_decode, header, self._sides)
                [seen] = await self._batcher.submit([Look(view, query.min_score)])
                detections = await self._look_again(pixels, region, region.to_picture(seen), query)
                with span("align"):
                    findings = await self._aside(judge, pixels, detections, query)
                return await self._living.score(pixels, findings) if self._living else findings

    async def _look_again(
        self, pixels: Pixels, first: Region, found: Detections, query: Query
    ) -> Detections:
        most = min(self._second_looks, query.max_faces)
        regions, rows = looks.again(
            first, found, sides=self._sides, good_px=self._good_px, most=most
        )
        if not regions:
            return found
        views = await self._aside(_paint, pixels, regions)
        seen = await self._batcher.submit([Look(view, query.min_score) for view in views])
        mapped = [region.to_picture(look) for region, look in zip(regions, seen, strict=True)]
        return looks.revise(found, rows, mapped)

    async def _aside(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run blocking work on the threads; a caller that gives up leaves their queue."""
        return await asyncio.wrap_future(self._threads.submit(work, *args, **kwargs))


def _decode(header: Header, sides: tuple[int, ...]) -> tuple[Pixels, Region, Canvas]:
    pixels = read_pixels(header)
    height, width = pixels.shape[:2]
    region = looks.whole(width, height, sides)
    return pixels, region, region.paint(pixels)


def _paint(pixels: Pixels, regions: list[Region]) -> list[Canvas]:
    return [region.paint(pixels) for region in regions]
