"""What a folder of models has to enhance with, and what fuses it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.enhancement.graphs import Enhancer, Gate
from meshkit.models.registry import find, gates

SERVED = "enhancer"
"""Name of the enhancer that is served unless an operator says otherwise."""

RESOLVER = Path(".cache/training/resolve/enhancer.onnx")
"""An enhancer that was trained without its denoiser, for the ablation:
``python -m training enhancer --parts resolve --name resolve``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What may stand between a crop and its embedder."""

    enhancer: Enhancer

    resolver: Enhancer | None
    """One that was trained without a denoiser; None if there is none."""

    gates: Mapping[str, Sequence[Gate]]
    """By name of an embedder; the first one is served."""


def open_models(
    folder: Path,
    embedders: Sequence[str],
    *,
    name: str = SERVED,
    resolver: Path = RESOLVER,
    threads: int = 0,
) -> Models:
    """Load an enhancer of `folder`/models.toml, and all gates that fuse vectors of `embedders`.

    Args:
        folder: Of the models.
        embedders: Names there.
        name: Of the enhancer there.
        resolver: An ONNX outside of the registry; need not be there.
        threads: Of one run of an enhancer; 0 takes every core.

    Raises:
        ConfigError: There is no such enhancer, or a file is not as it should be.
    """
    enhancer = open_enhancer(folder, name, threads=threads)
    contracts = {each: find(folder, each, task="embedder").contract_id for each in embedders}
    return Models(
        enhancer=enhancer,
        resolver=(
            Enhancer(resolver, enhancer.how, name="resolver", threads=threads)
            if resolver.exists()
            else None
        ),
        gates={
            each: [Gate(gate) for gate in gates(folder, contract)]
            for each, contract in contracts.items()
        },
    )


def open_enhancer(folder: Path, name: str, *, threads: int = 0) -> Enhancer:
    """Load the enhancer `name` of `folder`/models.toml.

    Raises:
        ConfigError: There is no such enhancer, or its file is not as registered.
    """
    file = find(folder, name, task="enhancer")
    return Enhancer(file.path, file.preprocessing, name=file.name, threads=threads)
