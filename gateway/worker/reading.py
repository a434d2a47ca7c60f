"""Files of jobs, read on a thread of their own."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from faces.errors import SourceUnusable
from gateway.jobs.job import Source
from gateway.jobs.pictures import encoded, upright
from gateway.jobs.sources import inside
from gateway.jobs.video import Frame, Pixels, Video

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame, ready to be looked at."""

    number: int
    offset_ms: int
    image: bytes | None
    """Encoded; None if it cannot be decoded."""


class Reader:
    """Reads sources below one folder.

    The video that was read last stays open: the next part of it goes on where the last one ended.
    """

    def __init__(self, media: Path) -> None:
        self._media = media
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="media")
        self._open: tuple[str, Video] | None = None
        self._latest: Video | None = None
        """What is read just now, or was."""

    async def count(self, source: Source) -> int:
        """Packets of a video.

        Raises:
            SourceUnusable: It is none, or is not there.
        """
        return await self._do(lambda: self._count(source))

    async def frames(
        self, source: Source, start: int, stop: int, *, at_once: int
    ) -> AsyncIterator[list[Picture]]:
        """The frames of packets [start, stop) of a video, `at_once` at a time.

        Raises:
            SourceUnusable: It cannot be read any more, or is shorter than it was.
        """
        video = await self._do(lambda: self._video(source, start))
        frames = video.frames(stop, pixels_from=start)
        while batch := await self._do(lambda: self._batch(frames, at_once)):
            yield batch
        if video.position < stop:
            raise SourceUnusable(path=source.path, problem="has changed while it was searched")

    async def content(self, source: Source) -> bytes:
        """The bytes of a picture.

        Raises:
            SourceUnusable: It cannot be read any more.
        """

        def read() -> bytes:
            try:
                return inside(self._media, source).read_bytes()
            except OSError:
                raise SourceUnusable(path=source.path, problem="cannot be read") from None

        return await self._do(read)

    async def some(
        self, source: Source, wanted: set[int], use: Callable[[int, Pixels], None]
    ) -> None:
        """Give single frames of a video to a function, by their number."""

        def read() -> None:
            with self._opened(source) as video:
                for frame in itertools.takewhile(
                    lambda frame: frame.number <= max(wanted), video.frames(2**62)
                ):
                    if frame.number in wanted and frame.pixels is not None:
                        use(frame.number, frame.pixels)

        await self._do(read)

    async def upright(self, source: Source, use: Callable[[Pixels], None]) -> None:
        """Give the pixels of a picture to a function, as the detector sees them.

        Raises:
            SourceUnusable: It is not there any more.
        """

        def read() -> None:
            pixels = upright(inside(self._media, source))
            if pixels is not None:
                use(pixels)

        await self._do(read)

    async def apply(self, work: Callable[[], T]) -> T:
        """Do something else that blocks, such as writing."""
        return await self._do(work)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.shutdown()
        self._close()

    def _count(self, source: Source) -> int:
        with self._opened(source) as video:
            return video.count()

    def _video(self, source: Source, start: int) -> Video:
        """The open video, if it has not come too far; else from the beginning."""
        if self._open:
            path, video = self._open
            if path == source.path and video.position <= start and not video.stopped:
                return video
        self._close()
        video = self._opened(source)
        self._open = source.path, video
        return video

    def _opened(self, source: Source) -> Video:
        self._latest = Video(inside(self._media, source), source.path)
        return self._latest

    def _batch(self, frames: Iterator[Frame], size: int) -> list[Picture]:
        return [
            Picture(
                frame.number,
                frame.offset_ms,
                None if frame.pixels is None else encoded(frame.pixels),
            )
            for frame in itertools.islice(frames, size)
        ]

    def _close(self) -> None:
        if self._open:
            self._open[1].close()
            self._open = None

    async def _do(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except asyncio.CancelledError:
            # Hours of video may lie before the frame that nobody waits for any more.
            if self._latest:
                self._latest.stop()
            raise
