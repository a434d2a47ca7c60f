"""The end of a job: all that was found becomes tracks, ranked and written."""

import hashlib
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from faces.calibration import AcceptLine, Calibration, accept_line, drawn
from faces.errors import SourceUnusable
from gateway.backends.ports import Gallery
from gateway.calibrations.counting import Census
from gateway.calibrations.lines import weighed
from gateway.calibrations.loaded import Loaded
from gateway.jobs.documents import RECORDS, about, folder_of, track_rows
from gateway.jobs.folder import as_json, written
from gateway.jobs.following import Trail
from gateway.jobs.gathering import Gathering
from gateway.jobs.job import Job, Media, Order
from gateway.jobs.ranking import Ranked, judged, ranked
from gateway.jobs.records import end_record, track_record
from gateway.jobs.sights import Tally, load
from gateway.jobs.store import JobStore
from gateway.records.log import DecisionLog
from gateway.worker.crops import Cut, cut_crops
from gateway.worker.erasing import Erasing
from gateway.worker.patience import patiently
from gateway.worker.reading import Reader
from meshkit.chain.excerpts import proven
from meshkit.together import together

CANDIDATES = 10
"""Of each track."""


class Searched(Gallery, Census, Protocol):
    """Who is enrolled, and how many they are."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What was written."""

    folder: str
    track_count: int
    head: str
    """The last record of it."""


@dataclass(frozen=True, slots=True)
class _Bench:
    """What the tracks of a job are judged by, all alike."""

    line: AcceptLine
    calibration: Calibration | None


class Closing:
    """Closes jobs, one at a time."""

    def __init__(
        self,
        store: JobStore,
        gallery: Searched,
        calibrations: Loaded,
        log: DecisionLog,
        reader: Reader,
        *,
        erasing: Erasing,
        output: Path,
        patience_s: float,
    ) -> None:
        self._store = store
        self._gallery = gallery
        self._calibrations = calibrations
        self._log = log
        self._reader = reader
        self._erasing = erasing
        self._output = output
        self._patience_s = patience_s

    async def close(self, job: Job, worker: str) -> Closed:
        """Write what was found.

        May be done again, whatever became of the first time: the folder is the same.

        Raises:
            FaceError: The gallery refuses, or somebody is away for too long.
            OSError: The folder cannot be written.
        """
        order, seen = job.order, await self._gathered(job)
        bench = await self._bench(order)
        tracks = ranked([await self._judged(order, bench, trail) for trail in seen.trails()])
        rows = track_rows(job, tracks)
        told = about(job, bench.line, seen.tallies, await self._faults(job, seen.tallies))
        with written(self._output, order.job_id, worker) as draft:
            cuts = await cut_crops(job, tracks, draft, self._reader)
            await self._reader.apply(lambda: draft.tracks(rows))
            await self._reader.apply(lambda: draft.about(told))
            records = await self._noted(order, bench, rows, cuts, told)
            await self._reader.apply(lambda: draft.records(records))
        await self._erasing.closed(order.job_id, patience_s=self._patience_s)
        folder = folder_of(self._output, order.job_id)
        head = await self._reader.apply(lambda: proven(folder / RECORDS).last)
        return Closed(str(folder), len(tracks), str(head))

    async def _gathered(self, job: Job) -> Gathering:
        seen = Gathering(job.order)
        async for found in self._store.results(job.order.job_id, job.progress.parts):
            seen.take(load(found))
        return seen

    async def _bench(self, order: Order) -> _Bench:
        """What all tracks are judged by: as many people are searched as there are now."""
        calibration = self._calibrations.calibrations.get(order.contract_id)
        size = await patiently(
            lambda: self._gallery.size(order.collection_id), limit_s=self._patience_s
        )
        return _Bench(accept_line(order.policy, calibration, size), calibration)

    async def _judged(self, order: Order, bench: _Bench, trail: Trail) -> Ranked:
        found = await patiently(
            lambda: self._gallery.search(
                order.collection_id,
                trail.vector,
                contract_id=trail.best.contract_id,
                limit=CANDIDATES,
            ),
            limit_s=self._patience_s,
        )
        candidates = weighed(found, bench.calibration, trail.quality)
        return judged(drawn(order.policy, bench.line), trail, candidates)

    async def _noted(
        self,
        order: Order,
        bench: _Bench,
        rows: Sequence[Mapping[str, Any]],
        cuts: Mapping[int, Cut],
        told: Mapping[str, Any],
    ) -> bytes:
        """Put all of it on record before anybody hears of it; the records as an excerpt.

        A worker that takes over notes it again, in its own log.
        """
        before, calibration = self._log.head, bench.calibration
        version = calibration.version if calibration else None
        records = [track_record(order, row, _facts(cuts.get(row["rank"]), version)) for row in rows]
        where = f"{socket.gethostname()}:{self._log.data}"
        digest = hashlib.sha256(as_json(rows)).hexdigest()
        end = end_record(
            order, told, track_count=len(rows), tracks_sha256=digest, log=where, calibration=version
        )
        await together(self._log.append(record) for record in [*records, end])
        return await self._log.excerpt(before, job_id=order.job_id)

    async def _faults(self, job: Job, tallies: Mapping[int, Tally]) -> dict[int, str]:
        """Why files are missing in what was found."""
        faults = {}
        for number, source in enumerate(job.order.sources):
            if number not in tallies and source.media is Media.VIDEO:
                try:
                    await self._reader.count(source)
                except SourceUnusable as error:
                    faults[number] = str(error)
        return faults


def _facts(cut: Cut | None, calibration: str | None) -> dict[str, object]:
    return {
        "calibration": calibration,
        "crop_sha256": cut.sha256 if cut else "",
        "crop_box": list(cut.box) if cut else None,
    }
