"""``python -m bench.facelike``: write a gallery and probes to search it with, and the table.

Four files: ``face.npy`` and ``normal.npy`` (templates, float32, unit rows) and
``face-probes.npz`` and ``normal-probes.npz`` (`files.Probes`). Read the templates with
``np.load(path, mmap_mode="r")``; the first n rows are the gallery of n.
"""

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import DATA
from bench.facelike import SEED, files, realism
from bench.facelike.observe import Observed, observe
from bench.facelike.sample import Faces, Normal, Population
from bench.facelike.statistics import Numbers, fit
from bench.results import ROOT

COMMAND = "python -m bench.facelike"

FOLDER = ROOT / ".cache" / "facelike"


def build(
    name: str, population: Population, folder: Path, *, dimension: int, seed: int, count: int
) -> None:
    """Write the templates and the probes of one population."""
    probes = files.draw_probes(population, clean=400, degraded=400, strangers=200, seed=seed)
    files.write_probes(folder / f"{name}-probes.npz", probes)
    templates = folder / f"{name}.npy"
    files.write_templates(templates, population, count, dimension=dimension, seed=seed)


def show_realism(observed: Observed, population: Population, *, seed: int) -> None:
    """Print mean, deviation and the upper percent of every score, real beside sampled."""
    side = realism.real(observed, seed=seed)
    other = realism.sampled(population, side, seed=seed)
    table = Table("score", "real", "sampled", caption="mean ± deviation, 99th percentile")
    measured = [realism.measure(each, seed=seed) for each in (side, other)]
    for name in measured[0]:
        table.add_row(name, *(_spread(scores[name]) for scores in measured))
    held = (str(realism.dimensions(each.templates)) for each in (side, other))
    table.add_row("directions with 99 % of the variance", *held)
    Console().print(table)


def _spread(scores: Numbers) -> str:
    upper = float(sorted(scores)[int(0.99 * len(scores))])
    return f"{scores.mean():.3f} ± {scores.std():.3f}, {upper:.3f}"


def main() -> None:
    """Fit, print the table, and write the files."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="people in each gallery")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with train/index.csv")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the files go")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--table", action="store_true", help="print the table and write nothing")
    arguments = parser.parse_args()
    seed, folder = arguments.seed, arguments.folder
    cache = folder / f"observed-{seed}.npz"
    observed = observe(arguments.data, ROOT / "models", cache=cache, seed=seed)
    faces = Faces(fit(observed), seed=seed)
    show_realism(observed, faces, seed=seed)
    if arguments.table:
        return
    dimension = observed.clean.shape[1]
    for name, population in (("face", faces), ("normal", Normal(dimension))):
        build(name, population, folder, dimension=dimension, seed=seed, count=arguments.count)


if __name__ == "__main__":
    main()
