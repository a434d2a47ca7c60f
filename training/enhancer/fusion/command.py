"""``python -m training fusion``: the gate between raw and enhanced vectors."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.probes import unit
from evaluation.subject import open_subject
from training import records
from training.enhancer.fusion.export import write
from training.enhancer.fusion.fitting import Settings, applied, fit
from training.enhancer.fusion.gate import FusionGate
from training.enhancer.fusion.observations import Observed, observe, served
from training.enhancer.trained import trained
from training.heads.fitting import split
from training.matching import Matched, References
from training.people import People, gather

HELP = "how much to trust an enhanced crop; half an hour"

SEED = 71

MOST = 1.2
"""By how much the false match rate may exceed that of raw crops."""

GRID = [
    Settings(vector=vector, hidden=hidden, strangers=strangers)
    for vector, hidden, strangers in product((False, True), (8, 32), (0.3, 1.0, 3.0))
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A gate, and how it did."""

    settings: Settings
    gate: FusionGate
    rates: Matched
    share: float
    """Mean share of the crop as it came."""


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--name", default="enhancer", help="folder of the training under --work")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--embedder", default="sureface", help="name in models.toml")
    parser.add_argument("--count", type=int, default=6000, help="crops to learn and to judge by")
    parser.add_argument("--vector", action="store_true", help="keep the best gate of the article")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    people = gather(arguments.data, arguments.work)
    folder: Path = arguments.work / arguments.name
    embed = served(open_subject(arguments.models, arguments.embedder))
    enhancer, parts = trained(folder), split(people)
    seen = {
        name: observe(
            people,
            embed,
            enhancer,
            rows=parts[name],
            count=arguments.count,
            seed=SEED + place,
            cache=folder / f"fused-{name}.npz",
        )
        for place, name in enumerate(("tune", "prove"))
    }
    proof = frontal(people, parts["prove"])
    prove = seen["prove"]
    before = {
        name: proof.match(getattr(prove, name), people.person[prove.row], prove.row)
        for name in ("raw", "enhanced")
    }
    tried = list(tries(seen["tune"], prove, people, proof))
    log(folder / "fusions.csv", before, tried)
    chosen = best([one for one in tried if one.settings.vector == arguments.vector], before["raw"])
    if chosen is None:
        sys.exit("fusion: every gate lets too many strangers through; nothing is written")
    write(chosen.gate, folder / "fusion.onnx")
    print(f"wrote {folder / 'fusion.onnx'}: {asdict(chosen.settings)}, {asdict(chosen.rates)}")


def tries(
    tune: Observed, prove: Observed, people: People, proof: References
) -> Iterator[Candidate]:
    """Fit by `tune`, judge by `prove`, for all of `GRID`."""
    for settings in GRID:
        gate = fit(tune, people, settings, seed=SEED)
        fused, share = applied(gate, prove)
        rates = proof.match(fused, people.person[prove.row], prove.row)
        yield Candidate(settings=settings, gate=gate, rates=rates, share=float(share.mean()))


def frontal(people: People, rows: NDArray[np.int64]) -> References:
    """The frontal ones of the photos `rows`, as they were."""
    photos = rows[~people.profile[rows]]
    return References(
        vectors=unit(people.raw[photos]), persons=people.person[photos], photos=photos
    )


def best(tried: list[Candidate], raw: Matched) -> Candidate | None:
    """The fewest false non-matches among those that let no more strangers through."""
    fits = [one for one in tried if one.rates.fmr <= MOST * raw.fmr]
    return min(fits, key=lambda one: one.rates.fnmr, default=None)


def log(path: Path, before: dict[str, Matched], tried: list[Candidate]) -> None:
    """Write what was tried, and what raw and enhanced crops do by themselves."""
    none = dict.fromkeys(asdict(GRID[0]), "")
    rows = [{"what": name, **asdict(rates), "share": "", **none} for name, rates in before.items()]
    rows += [
        {"what": "fused", **asdict(one.rates), "share": round(one.share, 4)} | asdict(one.settings)
        for one in tried
    ]
    records.write(path, rows)
