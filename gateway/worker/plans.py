"""How a job is cut into parts."""

from collections.abc import Iterator

from faces.errors import SourceUnusable
from gateway.jobs.job import Media, Order
from gateway.jobs.tasks import Span
from gateway.worker.reading import Reader


async def plan(order: Order, reader: Reader, *, size: int) -> tuple[list[Span], int]:
    """Count the frames of all sources, and cut them into parts.

    Parts only say who looks at what: tracks are the same, however they are cut.

    Args:
        order: What is asked for.
        reader: Who counts.
        size: Frames of a part.

    Returns:
        Parts in the order of sources, and how many frames they have in all.

    Raises:
        SourceUnusable: Nothing of it can be read. A single file that cannot be is told of in the
            end, and does not keep the others from being searched.
    """
    spans: list[Span] = []
    unusable: SourceUnusable | None = None
    pictures = 0
    for number, source in enumerate(order.sources):
        if source.media is Media.PICTURE:
            pictures += 1
            continue
        spans += _pictures(number, pictures, size)
        pictures = 0
        try:
            count = await reader.count(source)
        except SourceUnusable as error:
            unusable = error
            continue
        spans += _video(number, count, size)
    spans += _pictures(len(order.sources), pictures, size)
    if not spans:
        raise unusable or SourceUnusable(path=order.sources[0].path, problem="has no frames")
    return spans, sum(span.stop - span.start for span in spans)


def _pictures(end: int, count: int, size: int) -> Iterator[Span]:
    """Parts of the `count` pictures before source number `end`."""
    for first in range(end - count, end, size):
        yield Span(first, 0, min(size, end - first))


def _video(source: int, count: int, size: int) -> Iterator[Span]:
    for start in range(0, count, size):
        yield Span(source, start, min(start + size, count))
