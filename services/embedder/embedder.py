"""Embeds pictures, each of their versions by itself, and makes two versions one."""

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
        raw = [p.raw for p in pictures if p.seen is None]
        enhanced = [p.enhanced for p in pictures if p.enhanced is not None]
        embedded = await self._crops.submit([*raw, *enhanced])
        fresh, others = iter(embedded[: len(raw)]), embedded[len(raw) :]
        answers = [p.seen or next(fresh) for p in pictures]
        doubled = [n for n, p in enumerate(pictures) if p.enhanced is not None]
        if not doubled or self._pairs is None:
            return answers
        pairs = [
            Pair(answers[n], other, pictures[n].scale)
            for n, other in zip(doubled, others, strict=True)
        ]
        for n, fused in zip(doubled, await self._pairs.submit(pairs), strict=True):
            answers[n] = fused
        return answers
