"""The end of a job: all that was found becomes tracks, ranked and written."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from faces.errors import SourceUnusable
from gateway.backends.ports import Gallery
from gateway.calibrations.lines import Lines
from gateway.jobs.documents import about, track_rows
from gateway.jobs.folder import folder_of, written
from gateway.jobs.following import Trail
from gateway.jobs.gathering import Gathering
from gateway.jobs.job import Job, Media
from gateway.jobs.ranking import Ranked, judged, ranked
from gateway.jobs.sights import Tally, load
from gateway.jobs.store import JobStore
from gateway.records.log import DecisionLog
from gateway.worker.crops import cut_crops
from gateway.worker.patience import patiently
from gateway.worker.reading import Reader

CANDIDATES = 10
"""Of each track."""


class Closing:
    """Closes jobs, one at a time."""

    def __init__(
        self,
        store: JobStore,
        gallery: Gallery,
        lines: Lines,
        log: DecisionLog,
        reader: Reader,
        *,
        output: Path,
        patience_s: float,
    ) -> None:
        self._store = store
        self._gallery = gallery
        self._lines = lines
        self._log = log
        self._reader = reader
        self._output = output
        self._patience_s = patience_s

    async def close(self, job: Job, worker: str) -> tuple[str, int]:
        """Write what was found; the folder and how many tracks it has.

        May be done again, whatever became of the first time: the folder is the same.

        Raises:
            FaceError: The gallery refuses, or somebody is away for too long.
            OSError: The folder cannot be written.
        """
        seen = await self._gathered(job)
        tracks = ranked([await self._judged(job, trail) for trail in seen.trails()])
        for track in tracks:
            await self._note(job, track)
        faults = await self._faults(job, seen.tallies)
        with written(self._output, job.order.job_id, worker) as draft:
            await cut_crops(job, tracks, draft, self._reader)
            await self._reader.apply(lambda: draft.tracks(track_rows(job, tracks)))
            await self._reader.apply(lambda: draft.about(about(job, seen.tallies, faults)))
        return str(folder_of(self._output, job.order.job_id)), len(tracks)

    async def _gathered(self, job: Job) -> Gathering:
        seen = Gathering(job.order)
        async for found in self._store.results(job.order.job_id, job.progress.parts):
            seen.take(load(found))
        return seen

    async def _judged(self, job: Job, trail: Trail) -> Ranked:
        order = job.order
        found = await patiently(
            lambda: self._gallery.search(
                order.collection_id,
                trail.vector,
                contract_id=trail.best.contract_id,
                limit=CANDIDATES,
            ),
            limit_s=self._patience_s,
        )
        weighed = self._lines.weighed(found, trail.best.contract_id, trail.quality)
        return judged(order.policy, trail, weighed)

    async def _note(self, job: Job, track: Ranked) -> None:
        """On record before anybody hears of it; a worker that takes over notes it again."""
        order, trail = job.order, track.trail
        facts = {
            "kind": "job_track",
            "time": datetime.now(UTC).isoformat(),
            "policy_version": order.policy.version,
            "job_id": order.job_id,
            "case_id": order.case.case_id,
            "purpose": order.case.purpose,
            "operator_id": order.case.operator_id,
            "collection_id": order.collection_id,
            "scene": order.policy.scene,
            "contract_id": trail.best.contract_id,
            "path": order.sources[trail.source].path,
            "track": trail.number,
            "shot_frames": [shot.frame for shot in trail.shots],
            "quality": trail.quality,
            "verdict": track.verdict,
            "rule": track.rule,
            "reason": track.reason,
            "candidates": [
                {
                    "person_id": each.person_id,
                    "similarity": each.similarity,
                    "template_id": each.template_id,
                }
                for each in track.candidates
            ],
        }
        await self._log.append(facts)

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
