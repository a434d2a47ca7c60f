"""Scores the faces of a picture for liveness, where a model is configured."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace

from meshkit.batcher import Batcher
from services.detector.decode import Pixels
from services.detector.found import Face, Findings
from services.detector.liveness import Liveness, Patch, cut

SCORED = 16
"""Most faces of a picture that are scored, the most prominent ones. The others have no score, and
no scene that asks for one lets them pass."""


class Living:
    """Adds liveness scores to what was found."""

    def __init__(
        self, batcher: Batcher[Patch, float], *, model: Liveness, threads: Executor
    ) -> None:
        """Wire the stages.

        Args:
            batcher: Runs `model.score`; a call with `SCORED` faces fits into its queue.
            model: Says what a patch is.
            threads: Cut patches. Their queue is bounded by whoever lets calls in.
        """
        self._batcher = batcher
        self._model = model
        self._threads = threads

    async def score(self, pixels: Pixels, findings: Findings) -> Findings:
        """Score the most prominent faces of a picture."""
        told = findings.faces[:SCORED]
        if not told:
            return findings
        patches = await asyncio.wrap_future(self._threads.submit(self._cut, pixels, told))
        scores = await self._batcher.submit(patches)
        scored = [replace(face, liveness=score) for face, score in zip(told, scores, strict=True)]
        return replace(findings, faces=[*scored, *findings.faces[SCORED:]])

    def _cut(self, pixels: Pixels, faces: Sequence[Face]) -> list[Patch]:
        side, margin = self._model.side, self._model.margin
        return [cut(pixels, face.box, side=side, margin=margin) for face in faces]
