"""From a track to what is told of it, if anything is."""

import time
from collections.abc import Sequence

import numpy as np

from faces.calibration import AcceptLine, drawn
from faces.decision import Candidate, decide
from faces.policy import Verdict
from faces.templates import fuse
from faces.tracking import Advised, Basis, Evidence, Track, is_certain
from gateway import raw_score
from gateway.access import RUNNERS_UP
from gateway.backends.ports import Gallery
from gateway.records.decision import Decision
from gateway.records.recorder import Recorder
from gateway.reviewing.principals import principal
from gateway.reviewing.reviewing import Reviewing
from gateway.streaming.due import Due, Told, advice, left
from gateway.streaming.frames import Settings, View
from gateway.streaming.metrics import TRACKS, VERDICT_SECONDS
from gateway.streaming.stills import Stills


class Judging:
    """Judges the tracks of one stream."""

    def __init__(
        self,
        recorder: Recorder,
        gallery: Gallery,
        reviewing: Reviewing,
        settings: Settings,
        *,
        stream_id: str,
    ) -> None:
        self.stills = Stills()
        """Frames that reviewers would look at."""
        self._recorder = recorder
        self._gallery = gallery
        self._reviewing = reviewing
        self._settings = settings
        self._stream_id = stream_id

    async def due(self, track: Track[View], *, over: bool) -> Due | None:
        """What is to be told of a track, if anything is.

        Args:
            track: Seen in the latest frame, unless it is over.
            over: Whether it has ended.
        """
        if track.told:
            return None
        if evidence := track.evidence:
            if track.found is None:
                track.found = await self._search(evidence)
            line = await self._recorder.lines.among(
                evidence.policy, evidence.contract_id, self._settings.collection_id
            )
            policy, found = drawn(evidence.policy, line), track.found
            conclusion = decide(policy, found)
            if is_certain(conclusion, evidence, policy=policy, found=found, over=over):
                return await self._verdict(track, evidence, found, line, over=over)
        return left(track) if over else advice(track)

    async def tell(self, due: Due) -> Told:
        """Decide and put on record. From here on the track has its verdict, or its advice.

        A hit that people must confirm becomes a review item: one at most, as there is one verdict.

        Raises:
            StoreUnavailable: It is not on record, so it is not told; it is still due.
        """
        track, last = due.track, due.track.last.sample
        context = {
            "collection_id": self._settings.collection_id,
            "camera_id": self._settings.camera_id,
            "stream_id": self._stream_id,
            "track_id": track.track_id,
            "frame_offsets_ms": " ".join(str(view.offset_ms) for view in due.views),
        }
        decision = await self._recorder.conclude(
            "IdentifyStream",
            due.policy,
            [view.sample for view in due.views],
            due.candidates,
            context,
            raw_similarity=due.raw_similarity,
            line=due.line,
            basis=due.basis,
        )
        best = due.best.sample
        if decision.review_id:
            probe = self.stills.image(due.best)
            await self._reviewing.begin(
                due.policy, decision, best, searcher=principal(), probe=probe
            )
        self._note(track, decision)
        return Told(
            track_id=track.track_id,
            decision=decision,
            candidates=due.candidates,
            offset_ms=last.offset_ms,
            face=last.sample.face,
            quality=best.judged.quality if best.judged else None,
        )

    def _note(self, track: Track[View], decision: Decision) -> None:
        conclusion = decision.conclusion
        if conclusion.verdict is Verdict.RECAPTURE:
            track.advised = Advised(conclusion.rule, conclusion.advices, track.seen_ms)
            return
        track.told = True
        TRACKS.labels(conclusion.verdict.value).inc()
        if track.first:
            took_s = time.perf_counter() - track.first.sample.arrived_s
            VERDICT_SECONDS.labels(conclusion.verdict.value).observe(took_s)

    async def _search(self, evidence: Evidence[View]) -> list[Candidate]:
        return await self._gallery.search(
            self._settings.collection_id,
            evidence.fused.vector,
            contract_id=evidence.contract_id,
            limit=1 + RUNNERS_UP,
        )

    async def _verdict(
        self,
        track: Track[View],
        evidence: Evidence[View],
        found: Sequence[Candidate],
        line: AcceptLine,
        *,
        over: bool,
    ) -> Due:
        views = [shot.sample for shot in evidence.best]
        return Due(
            track=track,
            policy=evidence.policy,
            views=views,
            basis=_basis(evidence, over=over),
            candidates=found,
            raw_similarity=await self._raw(evidence, found),
            line=line,
        )

    async def _raw(self, evidence: Evidence[View], found: Sequence[Candidate]) -> float | None:
        """Similarity of the best candidate and the shots as the camera saw them."""
        samples = [shot.sample.sample for shot in evidence.best]
        raw = [sample.raw for sample in samples if sample.raw]
        if not (found and raw and any(sample.derived for sample in samples)):
            return None
        fused = fuse(
            np.stack([judged.vector for judged in raw]),
            np.array([judged.quality.score for judged in raw], dtype=np.float32),
            line=evidence.policy.review,
        )
        return await raw_score.of_vector(
            self._gallery,
            fused.vector,
            contract_id=evidence.contract_id,
            collection_id=self._settings.collection_id,
            candidates=found,
        )


def _basis(evidence: Evidence[View], *, over: bool) -> Basis:
    return Basis(
        count=evidence.count,
        span_ms=evidence.span_ms,
        over=over,
        line=evidence.policy.review,
        agreement=evidence.agreement,
    )
