"""Embeds pictures: those in two versions twice, and then once more as one."""

from collections.abc import Sequence

from meshkit.batcher import Batcher
from services.embedder.fusing import Gate, Pair
from services.embedder.model import Crop, Embedded, Picture


class Embedder:
    """The model's batcher and, where there is a gate, the gate's."""

    def __init__(
        self,
        crops: Batcher[Crop, Embedded],
        pairs: Batcher[Pair, Embedded] | None = None,
        *,
        gate: Gate | None = None,
    ) -> None:
        self._crops = crops
        self._pairs = pairs
        self.gate = gate
        """What it fuses with; None if it cannot."""

    async def embed(self, pictures: Sequence[Picture]) -> list[Embedded]:
        """Embed in order.

        Raises:
            QueueFull: The versions do not all fit into the queue.
        """
        doubled = [n for n, picture in enumerate(pictures) if picture.enhanced is not None]
        versions = [picture.raw for picture in pictures]
        versions += [p.enhanced for p in pictures if p.enhanced is not None]
        embedded = await self._crops.submit(versions)
        answers, others = embedded[: len(pictures)], embedded[len(pictures) :]
        if not doubled or self._pairs is None:
            return answers
        pairs = [
            Pair(answers[n], other, pictures[n].scale)
            for n, other in zip(doubled, others, strict=True)
        ]
        for n, fused in zip(doubled, await self._pairs.submit(pairs), strict=True):
            answers[n] = fused
        return answers
