"""Gate 2: a crop embedded as it came and, where the policy asks for it, fused with better ones."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from faces.errors import FaceError, FusionUnavailable
from faces.gates import Enhancement, has_drifted, wants_enhancement
from faces.policy import Policy
from gateway.backends.ports import Batch, Crop, Derived, Embedder, Enhancer, Fusion, Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Enhanced:
    """What an enhancer made of a face, whether it was used or thrown away."""

    derived: Derived

    raw: Judged
    """The face as the camera saw it."""

    fusion: Fusion | None
    """None if the two were never fused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """A crop, embedded by gate 2."""

    judged: Judged
    contract_id: str
    enhancement: Enhancement
    enhanced: Enhanced | None = None
    """None if no enhancer answered."""


class Enhancing:
    """Embedder and enhancer. Whatever an enhancer does, it never costs the raw answer."""

    def __init__(
        self, embedder: Embedder, enhancer: Enhancer | None = None, *, limit_s: float = 1.0
    ) -> None:
        """Connect the services.

        Args:
            embedder: Embeds, judges and fuses.
            enhancer: Repairs; None if none is configured.
            limit_s: Whoever takes longer for a face counts as unavailable.
        """
        self._embedder = embedder
        self._enhancer = enhancer
        self._limit_s = limit_s

    async def embed(
        self, policy: Policy, crop: Crop, *, camera_id: str, enhance: bool, images: bool
    ) -> Embedding:
        """Embed a crop; below the policy's line, and if `enhance` is set, with its better self."""
        batch = await self._embedder.embed([crop])
        [raw] = batch.crops
        if not (enhance and wants_enhancement(policy, raw.quality.score)):
            return _as_it_came(batch, Enhancement.NOT_NEEDED)
        derived, outcome = await self.derive([crop], camera_id=camera_id, images=images)
        if not derived:
            return _as_it_came(batch, outcome)
        return await self._fuse(policy, crop, batch, derived[0])

    async def derive(
        self, crops: Sequence[Crop], *, camera_id: str, images: bool
    ) -> tuple[list[Derived], Enhancement]:
        """Enhance crops, or tell why there is nothing: an outcome, never an error."""
        if self._enhancer is None:
            return [], Enhancement.NOT_CONFIGURED
        try:
            async with asyncio.timeout(self._limit_s * len(crops)):
                derived = await self._enhancer.enhance(crops, camera_id=camera_id, images=images)
        except (FaceError, TimeoutError):
            return [], Enhancement.UNAVAILABLE
        return derived, Enhancement.DONE

    async def _fuse(self, policy: Policy, crop: Crop, batch: Batch, derived: Derived) -> Embedding:
        [raw] = batch.crops
        try:
            async with asyncio.timeout(self._limit_s):
                answer = await self._embedder.fuse(
                    crop, raw, derived, contract_id=batch.contract_id
                )
        except FusionUnavailable:
            return _as_it_came(batch, Enhancement.NOT_FUSED, derived)
        except (FaceError, TimeoutError):
            return _as_it_came(batch, Enhancement.UNAVAILABLE, derived)
        [judged] = answer.crops
        fusion = judged.fusion
        if fusion is None:
            return _as_it_came(batch, Enhancement.NOT_FUSED, derived)
        if has_drifted(policy, fusion.similarity):
            return _as_it_came(batch, Enhancement.DRIFTED, derived, fusion)
        return Embedding(
            judged=judged,
            contract_id=answer.contract_id,
            enhancement=Enhancement.DONE,
            enhanced=Enhanced(derived=derived, raw=raw, fusion=fusion),
        )


def _as_it_came(
    batch: Batch,
    enhancement: Enhancement,
    derived: Derived | None = None,
    fusion: Fusion | None = None,
) -> Embedding:
    [raw] = batch.crops
    thrown_away = Enhanced(derived=derived, raw=raw, fusion=fusion) if derived else None
    return Embedding(
        judged=raw, contract_id=batch.contract_id, enhancement=enhancement, enhanced=thrown_away
    )
