"""The frames of one part, judged."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from faces.errors import Code, FaceError, SourceUnusable
from faces.policy import Row
from gateway.jobs.job import Media, Order
from gateway.jobs.looking import look
from gateway.jobs.sights import Findings, Sight, Tally, added, tallied
from gateway.jobs.tasks import Span
from gateway.pipeline import Pipeline
from gateway.worker.patience import patiently
from gateway.worker.reading import Picture, Reader
from meshkit.telemetry import apart
from meshkit.together import together

_BROKEN = "ERROR_REASON_IMAGE_BROKEN"
"""Of a frame that the decoder cannot make out."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One frame after it was looked at."""

    sights: Sequence[Sight]
    reason: str | None
    """Why it is broken; None if it is not."""


class Parts:
    """Judges parts of jobs, one at a time."""

    def __init__(
        self, pipeline: Pipeline, reader: Reader, *, at_once: int, patience_s: float
    ) -> None:
        self._pipeline = pipeline
        self._reader = reader
        self._at_once = at_once
        self._patience_s = patience_s

    async def findings(self, order: Order, span: Span) -> Findings:
        """Look at every frame of a part.

        A frame that cannot be decoded is counted, and the next one looked at.

        Raises:
            FaceError: The mesh is away for too long, or refuses something that is not a frame's.
        """
        sights: list[Sight] = []
        tallies: dict[int, Tally] = {}
        async for source, pictures in self._pictures(order, span):
            seen = await together(self._see(order.policy, source, each) for each in pictures)
            sights += [sight for each in seen for sight in each.sights]
            tally = tallied(each.reason for each in seen)
            tallies[source] = added(tallies.get(source, Tally()), tally)
        return Findings(tuple(sights), tallies)

    async def _pictures(
        self, order: Order, span: Span
    ) -> AsyncIterator[tuple[int, Sequence[Picture]]]:
        first = order.sources[span.source]
        if first.media is Media.VIDEO:
            batches = self._reader.frames(first, span.start, span.stop, at_once=self._at_once)
            async for batch in batches:
                yield span.source, batch
            return
        for source in range(span.source + span.start, span.source + span.stop):
            try:
                content = await self._reader.content(order.sources[source])
            except SourceUnusable:
                content = None
            yield source, [Picture(0, 0, content)]

    async def _see(self, policy: Row, source: int, picture: Picture) -> _Seen:
        image = picture.image
        if image is None:
            return _Seen((), _BROKEN)
        try:
            with apart("frame"):
                sights = await patiently(
                    lambda: look(
                        self._pipeline,
                        policy,
                        image,
                        source=source,
                        frame=picture.number,
                        offset_ms=picture.offset_ms,
                    ),
                    limit_s=self._patience_s,
                )
        except FaceError as error:
            if not of_one_picture(error):
                raise
            return _Seen((), error.reason)
        return _Seen(sights, None)


def of_one_picture(error: FaceError) -> bool:
    """Whether a failure is the picture's own, or a bug that it brings out."""
    if error.passes:
        return False
    return error.reason.startswith("ERROR_REASON_IMAGE_") or error.code is Code.INTERNAL
