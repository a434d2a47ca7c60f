"""The rows of every table: which version of a probe is compared, by the rules of a scene.

The rules are the gateway's: only a probe below the scene's line is enhanced at all, and what
resembles the raw face too little is thrown away. They hold for every row, so that rows differ in
one thing only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.embedding import Vectors
from evaluation.enhancement.graphs import Gate
from evaluation.enhancement.looks import DENOISE, ENHANCED, RAW, RESOLVE, Looks
from evaluation.logistic import Events, Numbers
from faces.gates import has_drifted, wants_enhancement
from faces.policy import Policy

FUSION = "fusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A row, of one embedder."""

    name: str
    """For example ``enhanced + fusion``."""

    version: str
    gate: str = ""
    """Name of the gate; empty if the version is taken for the probe."""


CHAIN = f"{ENHANCED} + {FUSION}"
"""The row that is served."""

NOT_DENOISED = f"{RESOLVE} + {FUSION}"


def served(gate: Gate) -> Way:
    """What the mesh does."""
    return Way(name=CHAIN, version=ENHANCED, gate=gate.name)


def ways(versions: Sequence[str], gates: Sequence[Gate]) -> list[Way]:
    """All rows of an embedder; the gate that is served is called fusion, others by their names."""
    found = [Way(name=name, version=name) for name in (RAW, DENOISE, RESOLVE, ENHANCED)]
    for number, gate in enumerate(gates):
        if not number:
            found.append(Way(name=NOT_DENOISED, version=RESOLVE, gate=gate.name))
            found.append(served(gate))
        else:
            found.append(Way(name=f"{ENHANCED} + {gate.name}", version=ENHANCED, gate=gate.name))
    return [way for way in found if way.version in {RAW, *versions}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What is compared in the end."""

    vectors: Vectors
    """Shape (n, d), unit length."""

    quality: Numbers
    """Shape (n,), in [0, 1]."""

    enhanced: Events
    """Shape (n,): whether an enhancer was asked."""

    drifted: Events
    """Shape (n,): whether its work was thrown away."""

    def of(self, chosen: Events) -> "Used":
        """Some of the probes."""
        return Used(
            vectors=self.vectors[chosen],
            quality=self.quality[chosen],
            enhanced=self.enhanced[chosen],
            drifted=self.drifted[chosen],
        )


def used(policy: Policy, looks: Looks, way: Way) -> Used:
    """Follow a way, probe by probe, as a scene says."""
    raw = looks.raw
    none = np.zeros(len(raw.vectors), dtype=np.bool_)
    if way.version == RAW:
        return Used(vectors=raw.vectors, quality=raw.quality, enhanced=none, drifted=none)
    other = looks.others[way.version]
    made = looks.fused[way.version, way.gate] if way.gate else other
    likeness = np.clip((raw.vectors * other.vectors).sum(axis=1), -1, 1).tolist()
    asked = np.array([wants_enhancement(policy, quality) for quality in raw.quality.tolist()])
    drifted = asked & np.array([has_drifted(policy, similarity) for similarity in likeness])
    taken = asked & ~drifted
    return Used(
        vectors=np.where(taken[:, None], made.vectors, raw.vectors),
        quality=np.where(taken, made.quality, raw.quality),
        enhanced=asked,
        drifted=drifted,
    )
