"""The best shot of each track, cut from its file once more: stores hold no pixels."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from gateway.jobs.documents import crop_name
from gateway.jobs.folder import Draft
from gateway.jobs.job import Job, Media
from gateway.jobs.pictures import crop
from gateway.jobs.ranking import Ranked
from gateway.jobs.video import Pixels
from gateway.worker.reading import Reader

_ByFrame = dict[int, list[tuple[int, Ranked]]]
"""Ranks and tracks by the frame of their best shot."""


async def cut_crops(job: Job, tracks: Sequence[Ranked], draft: Draft, reader: Reader) -> None:
    """Cut and keep the crops of all tracks, file by file.

    Raises:
        SourceUnusable: A file is not there any more.
    """
    wanted: dict[int, _ByFrame] = defaultdict(lambda: defaultdict(list))
    for rank, track in enumerate(tracks, start=1):
        best = track.trail.best
        wanted[best.source][best.frame].append((rank, track))
    for number, frames in wanted.items():
        source, keep = job.order.sources[number], partial(_keep, draft, frames)
        if source.media is Media.VIDEO:
            await reader.some(source, set(frames), keep)
        else:
            await reader.upright(source, partial(keep, 0))


def _keep(draft: Draft, frames: _ByFrame, frame: int, pixels: Pixels) -> None:
    for rank, track in frames[frame]:
        draft.crop(crop_name(rank), crop(pixels, track.trail.best.box))
