"""What an embedder says of probes in all their versions; asked once, and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.enhancement.graphs import CROP, DENOISED, Enhancer, Gate
from evaluation.enhancement.models import Models
from evaluation.enhancement.settings import Spoiled
from evaluation.memory import Memory, fingerprint, nobody
from evaluation.seen import Seen
from evaluation.subject import CropBatch, Subject
from faces.fusion import fused_quality
from faces.quality import Quality

RAW, DENOISE, RESOLVE, ENHANCED = "raw", "denoise only", "super-resolution only", "enhanced"


class Versions:
    """Probes, and what enhancers make of them: each graph runs once, if anybody asks."""

    def __init__(self, models: Models, spoiled: Spoiled) -> None:
        self.spoiled = spoiled
        self._made: dict[str, dict[str, CropBatch]] = {}
        enhancer = models.enhancer
        self._graphs: dict[str, tuple[Enhancer, str]] = {ENHANCED: (enhancer, CROP)}
        if DENOISED in enhancer.parts:
            self._graphs[DENOISE] = (enhancer, DENOISED)
        if models.resolver:
            self._graphs[RESOLVE] = (models.resolver, CROP)
        self.names = [name for name in (DENOISE, RESOLVE, ENHANCED) if name in self._graphs]

    def name_of(self, version: str) -> str:
        """What a version is made by and of, besides the crops."""
        graph, part = self._graphs[version]
        told = fingerprint(self.spoiled.scale.tobytes().hex())
        return f"{graph.name}-{graph.sha256[:12]}-{part}-{told}"

    def crops(self, version: str) -> CropBatch:
        """A version of all probes: shape (n, 112, 112, 3), BGR."""
        graph, part = self._graphs[version]
        if graph.sha256 not in self._made:
            made = graph.enhance(self.spoiled.crops, self.spoiled.scale)
            self._made[graph.sha256] = made
        return self._made[graph.sha256][part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """Raw probes and another version of them, as one."""

    vectors: NDArray[np.float32]
    """Shape (n, d), unit length."""

    quality: NDArray[np.float64]
    """Shape (n,), in [0, 1]."""

    share: NDArray[np.float64]
    """Shape (n,), in [0, 1]: weight of the raw probe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What one embedder says of probes."""

    raw: Seen

    others: Mapping[str, Seen]
    """By version."""

    fused: Mapping[tuple[str, str], Fused]
    """By version and gate."""


def look(memory: Memory, subject: Subject, versions: Versions, gates: Sequence[Gate]) -> Looks:
    """Ask an embedder about all versions, and fuse each with what came."""
    spoiled = versions.spoiled
    raw = memory.see(subject, spoiled.crops)
    others = {name: _see(memory, subject, versions, name) for name in versions.names}
    fused = {
        (name, gate.name): _fused(gate, raw, other, spoiled.scale)
        for name, other in others.items()
        for gate in gates
    }
    return Looks(raw=raw, others=others, fused=fused)


def _see(memory: Memory, subject: Subject, versions: Versions, version: str) -> Seen:
    who = f"{subject.name}-{subject.sha256[:12]}-after-{versions.name_of(version)}"
    # Kept by the crops that came: whoever runs it again need not enhance them again.
    outputs = memory.kept(
        who, versions.spoiled.crops, lambda: subject.outputs(versions.crops(version), nobody)
    )
    return subject.see(outputs)


def _fused(gate: Gate, raw: Seen, other: Seen, scale: NDArray[np.float32]) -> Fused:
    vectors, share = gate.fuse(raw, other, scale)
    columns = (raw.quality, raw.magnitude, other.quality, other.magnitude, share)
    quality = [
        fused_quality(
            Quality(score=q, magnitude=m), Quality(score=better, magnitude=length), share=weight
        ).score
        for q, m, better, length, weight in np.stack(columns, axis=1).tolist()
    ]
    return Fused(vectors=vectors, quality=np.array(quality), share=share)
