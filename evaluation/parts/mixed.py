"""Sets of mixed degradations: probes spoiled at random, against their clean references."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.conditions import drawn
from evaluation.cutting import Cutter
from evaluation.lfw import Mated, Pairs
from evaluation.logistic import Numbers
from evaluation.measures.bootstrap import People
from evaluation.memory import Memory, nobody
from evaluation.seen import Seen, joined
from evaluation.sharpness import laplacian
from evaluation.subject import Outputs
from evaluation.trial import Trial

STRANGERS = 400_000
"""Non-mated comparisons, drawn from all probes against all references."""

_SEED = 43


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """Judges that need no embedder: the same for every model. Of references, then of probes."""

    sharpness: tuple[Numbers, Numbers]
    """Variance of the Laplacian."""

    detection: tuple[Numbers, Numbers]
    """The detector's score of the crop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """Comparisons of one model: rows are spoiled probes."""

    probes: Seen
    """All draws, one after the other."""

    reference: NDArray[np.int64]
    """Shape (n,): number of the probe's pair."""

    people: People
    """Shape (n,)."""

    genuine: Numbers
    """Shape (n,)."""

    stranger: tuple[NDArray[np.int64], NDArray[np.int64]]
    """Rows of probes and numbers of references of different people, both of shape (m,)."""

    others: Numbers
    """Shape (m,): similarities of those."""


def simple(
    name: str,
    photos: Pairs,
    mated: Mated,
    cutter: Cutter,
    memory: Memory,
    *,
    advance: Callable[[int], None] = nobody,
) -> Simple:
    """Judge references as they are, and all draws of the probes of one set."""
    references, clean = photos.crops[mated.references], photos.crops[mated.probes]
    probes = np.concatenate([each.spoil(clean)[0] for each in drawn(name)])

    def detection(crops: NDArray[np.uint8]) -> Numbers:
        def look() -> Outputs:
            scores = np.empty(len(crops), dtype=np.float32)
            for row, crop in enumerate(crops):
                scores[row] = cutter.score(crop)
                advance(1)
            return {"score": scores}

        who = f"{cutter.name}-{cutter.sha256[:12]}"
        return memory.kept(who, crops, look, advance)["score"].astype(np.float64)

    return Simple(
        sharpness=(laplacian(references), laplacian(probes)),
        detection=(detection(references), detection(probes)),
    )


def measure(name: str, trial: Trial, advance: Callable[[int], None] = nobody) -> Mixed:
    """Spoil and compare, as often as the set says."""
    results = [trial.run(each, advance=advance) for each in drawn(name)]
    vectors = np.concatenate([result.seen.vectors for result in results])
    mated = trial.mated
    own = np.tile(np.arange(len(mated.probes)), len(results))
    people = mated.people[own]
    generator = np.random.default_rng(_SEED)
    probe = generator.integers(len(own), size=STRANGERS)
    reference = generator.integers(len(mated.references), size=STRANGERS)
    apart = people[probe] != mated.people[reference]
    probe, reference = probe[apart], reference[apart]
    against = trial.clean.vectors[mated.references]
    others = [
        (vectors[probe[part]] * against[reference[part]]).sum(axis=1)
        for part in np.array_split(np.arange(len(probe)), 50)
    ]
    return Mixed(
        probes=joined([result.seen for result in results]),
        reference=own,
        people=people,
        genuine=np.concatenate([result.genuine for result in results]),
        stranger=(probe, reference),
        others=np.concatenate(others).astype(np.float64),
    )
