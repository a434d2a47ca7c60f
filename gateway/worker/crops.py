"""The best shot of each track, cut from its file once more: stores hold no pixels."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from faces.tracking import Box
from gateway.jobs.documents import crop_name
from gateway.jobs.folder import Draft
from gateway.jobs.job import Job, Media
from gateway.jobs.pictures import crop, in_crop
from gateway.jobs.ranking import Ranked
from gateway.jobs.video import Pixels
from gateway.worker.reading import Reader

_ByFrame = dict[int, list[tuple[int, Ranked]]]
"""Ranks and tracks by the frame of their best shot."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A crop that is kept."""

    sha256: str
    box: Box
    """Where in it the face is."""


async def cut_crops(
    job: Job, tracks: Sequence[Ranked], draft: Draft, reader: Reader
) -> Mapping[int, Cut]:
    """Cut and keep the crops of all tracks, file by file.

    Returns:
        Crops by rank; none for a track whose picture cannot be read any more.

    Raises:
        SourceUnusable: A file is not there any more.
    """
    cuts: dict[int, Cut] = {}
    wanted: dict[int, _ByFrame] = defaultdict(lambda: defaultdict(list))
    for rank, track in enumerate(tracks, start=1):
        best = track.trail.best
        wanted[best.source][best.frame].append((rank, track))
    for number, frames in wanted.items():
        source, keep = job.order.sources[number], partial(_keep, draft, cuts, frames)
        if source.media is Media.VIDEO:
            await reader.some(source, set(frames), keep)
        else:
            await reader.upright(source, partial(keep, 0))
    return cuts


def _keep(draft: Draft, cuts: dict[int, Cut], frames: _ByFrame, frame: int, pixels: Pixels) -> None:
    for rank, track in frames[frame]:
        box = track.trail.best.box
        png = crop(pixels, box)
        draft.crop(crop_name(rank), png)
        cuts[rank] = Cut(hashlib.sha256(png).hexdigest(), in_crop(pixels, box))
