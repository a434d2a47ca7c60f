"""Videos, read from their beginning, packet by packet.

What a decoder makes of a packet depends on those before it. So frames are named by the packets
that brought them, and whoever reads a part of a video decodes all that comes before it, too:
that costs little beside looking at faces, and every worker sees the same frames, wherever
another one was killed.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from faces.errors import SourceUnusable

Pixels = NDArray[np.uint8]
"""Shape (height, width, 3), RGB, upright."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a video, or what was to be one."""

    number: int
    """Counted from the beginning, broken ones included."""

    offset_ms: int
    """Since the video's beginning; never falls."""

    pixels: Pixels | None
    """None if it cannot be decoded."""


class Video:
    """An open video. Used by one thread at a time."""

    def __init__(self, path: Path, name: str) -> None:
        """Open a file.

        Args:
            path: Where it is.
            name: What it is called in errors.

        Raises:
            SourceUnusable: It is no video, or has no pictures.
        """
        try:
            self._container = av.open(str(path))
        except (av.error.FFmpegError, OSError, ValueError):
            raise SourceUnusable(path=name, problem="cannot be decoded as a video") from None
        if not self._container.streams.video:
            self._container.close()
            raise SourceUnusable(path=name, problem="has no pictures")
        self._stream = self._container.streams.video[0]
        # What several threads make of a broken packet may depend on their luck.
        self._stream.codec_context.thread_count = 1
        self._packets = self._demuxed()
        self._ahead: Any = None
        self.position = 0
        """Packets that were read."""
        self.stopped = False
        """Whether it was told to stop: what it reads from then on is not the whole of it."""
        self._number = 0
        self._offset_ms = 0

    def count(self) -> int:
        """Packets that are left; none is left after that."""
        return sum(1 for _ in self._packets)

    def frames(self, stop: int, *, pixels_from: int = 0) -> Iterator[Frame]:
        """Read on up to packet number `stop`, or to the end.

        Args:
            stop: The frames that are still in the decoder at the end come with the last packet.
            pixels_from: Frames of the packets before are passed over.
        """
        while self.position < stop:
            packet = self._next()
            if packet is None:
                yield from self._decoded(None, wanted=True)
                return
            wanted = self.position >= pixels_from
            self.position += 1
            yield from self._decoded(packet, wanted=wanted)
            if self.position == stop:
                yield from self._rest(wanted=wanted)

    def stop(self) -> None:
        """Let whoever reads it come to an end, from another thread: nobody waits for it."""
        self.stopped = True

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _rest(self, *, wanted: bool) -> Iterator[Frame]:
        """After the last packet, what the decoder has kept."""
        self._ahead = self._next()
        if self._ahead is None:
            yield from self._decoded(None, wanted=wanted)

    def _next(self) -> Any:
        """The next packet; None after the last one."""
        packet, self._ahead = self._ahead or next(self._packets, None), None
        return packet

    def _demuxed(self) -> Iterator[Any]:
        """Packets. A file that breaks off ends there."""
        with contextlib.suppress(av.error.FFmpegError):
            for packet in self._container.demux(self._stream):
                if self.stopped:
                    return
                if packet.size:
                    yield packet

    def _decoded(self, packet: Any, *, wanted: bool) -> Iterator[Frame]:
        try:
            frames = self._stream.codec_context.decode(packet)
        except av.error.EOFError:
            return  # was emptied before
        except av.error.FFmpegError:
            if wanted:
                yield Frame(self._number, self._offset_ms, None)
            self._number += 1
            return
        for frame in frames:
            self._offset_ms = max(self._offset_ms, self._since_beginning_ms(frame))
            if wanted:
                pixels = None if frame.is_corrupt else _upright(frame)
                yield Frame(self._number, self._offset_ms, pixels)
            self._number += 1

    def _since_beginning_ms(self, frame: Any) -> int:
        if frame.pts is None or self._stream.time_base is None:
            return 0
        ticks = frame.pts - (self._stream.start_time or 0)
        offset_ms: int = round(1000 * ticks * self._stream.time_base)
        return offset_ms


def _upright(frame: Any) -> Pixels:
    pixels = frame.to_ndarray(format="rgb24")
    return np.ascontiguousarray(np.rot90(pixels, k=round(frame.rotation / 90)))
