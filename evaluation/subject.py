"""The model under test: what it says of crops, under one form whatever it has to say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from evaluation.embedding import BATCH, Embedder
from evaluation.judge import Judge
from evaluation.logistic import Numbers
from evaluation.probes import unit
from evaluation.seen import Seen
from meshkit.models.registry import find, registered

Outputs = Mapping[str, NDArray[np.float32]]
"""Of a network, by name; the first axis is the crop."""

BASELINE = "mobilefacenet"
"""What others are compared with: the frozen embedder."""

VECTORS = "embedding"
"""The output with vectors, of a network that has several."""

CropBatch = NDArray[np.uint8]
"""Shape (n, 112, 112, 3), BGR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An embedder of `models.toml`."""

    name: str
    """There."""

    sha256: str
    """Of its file."""

    embedder: Embedder
    """Runs it."""

    judge: Judge
    """From its outputs to quality."""

    def outputs(self, crops: CropBatch, advance: Callable[[int], None]) -> Outputs:
        """Run it over crops, batch by batch; `advance` hears how many are done."""
        parts: list[Outputs] = []
        for start in range(0, len(crops), BATCH):
            batch = crops[start : start + BATCH]
            parts.append(self.embedder.outputs(batch))
            advance(len(batch))
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def see(self, outputs: Outputs) -> Seen:
        """Read its outputs by name; a network with one output only may call it what it likes."""
        raw = outputs[VECTORS] if len(outputs) > 1 else next(iter(outputs.values()))
        magnitude = _numbers(outputs, "magnitude")
        if magnitude is None:
            magnitude = np.linalg.norm(raw, axis=1).astype(np.float64)
        uncertainty = _numbers(outputs, "uncertainty")
        judged = self.judge.judge(magnitude, uncertainty)
        return Seen(
            vectors=unit(raw),
            magnitude=magnitude,
            quality=judged.quality,
            parity=judged.parity,
            band=judged.band,
            uncertainty=uncertainty,
            patterns=outputs.get("patterns"),
            share=_numbers(outputs, "share"),
        )


def open_subject(folder: Path, name: str, *, threads: int = 0) -> Subject:
    """Load the embedder `name` of `folder`/models.toml.

    Args:
        folder: Of the models.
        name: There.
        threads: Of one run; 0 takes every core.

    Raises:
        ConfigError: There is no such model, its file is not as registered, or its quality is
            of an unknown method.
    """
    file = find(folder, name, task="embedder")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that spin while they wait take the cores from whoever else is at work.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = ort.InferenceSession(file.path, options, providers=["CPUExecutionProvider"])
    how = file.preprocessing
    return Subject(
        name=name,
        sha256=file.sha256,
        embedder=Embedder(session=session, channels=how.channels, mean=how.mean, scale=how.scale),
        judge=Judge(name, file.quality),
    )


def embedders(folder: Path) -> list[str]:
    """Names of all embedders of `folder`/models.toml, the baseline first if it is there."""
    return sorted(registered(folder, "embedder"), key=lambda name: name != BASELINE)


def _numbers(outputs: Outputs, name: str) -> Numbers | None:
    found = outputs.get(name)
    return None if found is None else found.reshape(-1).astype(np.float64)
