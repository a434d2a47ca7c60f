"""The committed models are the declared ones and do not mind the size of a batch."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[2] / "models"

ENTRIES: dict[str, dict[str, Any]] = tomllib.loads(
    (FOLDER / "models.toml").read_text(encoding="utf-8")
)["models"]

CASES = [
    pytest.param(name, side, id=f"{name}-{side}")
    for name, entry in ENTRIES.items()
    if entry["task"] in {"detector", "embedder"}
    for side in ((320, 640) if entry["task"] == "detector" else (112,))
]

TOLERANCE = 1e-4
"""Absolute, on every output of either kind of model."""

BATCH = 3


def synthetic_inputs(entry: dict[str, Any], side: int) -> NDArray[np.float32]:
    """Draw shaded discs with noise, preprocessed as the entry says."""
    generator = np.random.default_rng(7)
    rows, columns = np.mgrid[:side, :side]
    pictures = []
    for _ in range(BATCH):
        y, x, radius = generator.uniform(0.3, 0.7, 3) * side
        disc = np.clip(255.0 - 128.0 * np.hypot(rows - y, columns - x) / radius, 0.0, 255.0)
        pictures.append(disc + generator.normal(0.0, 10.0, (3, side, side)))
    pixels = np.clip(np.stack(pictures), 0, 255).round()
    settings = entry["preprocessing"]
    scaled: NDArray[np.float32] = ((pixels - settings["mean"]) / settings["scale"]).astype("f4")
    return scaled


def open_session(name: str) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    path = FOLDER / ENTRIES[name]["file"]
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("name", ENTRIES)
def test_a_committed_file_is_the_declared_one(name: str) -> None:
    """The sha256 of the file equals the one in models.toml."""
    content = (FOLDER / ENTRIES[name]["file"]).read_bytes()

    assert ENTRIES[name]["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(("name", "side"), CASES)
def test_a_batch_gives_what_its_members_give_alone(name: str, side: int) -> None:
    """One run of N pictures equals N runs of one, at every declared size."""
    session = open_session(name)
    feed = session.get_inputs()[0].name
    inputs = synthetic_inputs(ENTRIES[name], side)

    together = session.run(None, {feed: inputs})
    alone = [session.run(None, {feed: inputs[i : i + 1]}) for i in range(BATCH)]

    for index, actual in enumerate(together):
        expected = np.concatenate([outputs[index] for outputs in alone])
        np.testing.assert_allclose(actual, expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("name", [n for n, e in ENTRIES.items() if e["task"] == "embedder"])
def test_an_embedder_gives_the_declared_dimension(name: str) -> None:
    """Every vector has as many numbers as models.toml says."""
    session = open_session(name)
    inputs = synthetic_inputs(ENTRIES[name], 112)

    (vectors,) = session.run(["embedding"], {session.get_inputs()[0].name: inputs})

    assert (BATCH, ENTRIES[name]["dimension"]) == vectors.shape


@pytest.mark.parametrize("name", [n for n, e in ENTRIES.items() if "licence_file" in e])
def test_every_licence_text_is_there(name: str) -> None:
    """The text that goes with the weights is committed and not empty."""
    text = (FOLDER / ENTRIES[name]["licence_file"]).read_text(encoding="utf-8")

    assert len(text) > 500


@pytest.mark.parametrize("name", ENTRIES)
def test_a_card_names_origin_licence_and_bytes(name: str) -> None:
    """The card says what the file is, where it comes from and on which terms."""
    entry = ENTRIES[name]
    card = (FOLDER / entry["card"]).read_text(encoding="utf-8")
    facts = [entry["sha256"], entry["licence"]]
    if "source" in entry:
        facts += [entry["source"]["package"], entry["source"]["path"], entry["source"]["sha256"]]

    assert [] == [fact for fact in facts if fact not in card]


@pytest.mark.parametrize("name", [n for n, e in ENTRIES.items() if e["task"] == "embedder"])
def test_an_embedder_card_names_contract_and_preprocessing(name: str) -> None:
    """The card carries the numbers that make vectors comparable, and the id made of them."""
    entry = ENTRIES[name]
    card = (FOLDER / entry["card"]).read_text(encoding="utf-8")
    version, channels, mean, scale = (
        entry["preprocessing"][key] for key in ("version", "channels", "mean", "scale")
    )
    rule = [entry["sha256"], version, channels, repr(mean), repr(scale), str(entry["dimension"])]
    digest = hashlib.sha256("\n".join(["sureface-contract-v1", *rule]).encode()).hexdigest()
    facts = [f"arc{entry['dimension']}-{digest[:12]}", channels, str(mean), str(scale)]

    assert [] == [fact for fact in facts if fact not in card]
