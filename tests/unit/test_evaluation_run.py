"""A whole measurement on made photos: what goes in as pixels comes out as a calibration."""

import csv
import io
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from evaluation import commands, loading
from evaluation.crops import Crop, list_photos, read
from evaluation.declare import BEGIN, END
from evaluation.embedding import BATCH, open_embedder
from evaluation.magnitude import FALSE_MATCH_RATE, measure
from evaluation.scores import STEP
from evaluation.subject import BASELINE
from tests import images

PEOPLE, EACH = 24, 10

TOML = """\
schema = 1

[models.tiles]  # kept
task = "embedder"
file = "tiles.onnx"

[models.tiles.preprocessing]
version = "1"
channels = "{channels}"
mean = {mean}
scale = {scale}
"""


def _declare(
    folder: Path, output: str, *, channels: str = "BGR", mean: float = 0.0, scale: float = 1.0
) -> Path:
    """A model that gives the levels of 14 px tiles, or their contrast: levels less their mean."""
    nodes = [
        helper.make_node(
            "AveragePool", ["input"], ["levels"], kernel_shape=[14, 14], strides=[14, 14]
        ),
        helper.make_node("ReduceMean", ["levels"], ["level"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Sub", ["levels", "level"], ["contrast"]),
        helper.make_node("Flatten", [output], ["embedding"]),
    ]
    given = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, 112, 112])
    made = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", 192])
    graph = helper.make_graph(nodes, "tiles", [given], [made])
    opset = [helper.make_opsetid("", 13)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=7)
    onnx.save(model, str(folder / "tiles.onnx"))
    text = TOML.format(channels=channels, mean=mean, scale=scale)
    (folder / "models.toml").write_text(text, encoding="utf-8")
    return folder


def _made_people(data: Path) -> None:
    """Each identity is a pattern; the less contrast a photo has, the more noise hides it.

    The last one is the first under another name.
    """
    generator = np.random.default_rng(1)
    rows: list[Sequence[str]] = [("source", "identity", "path", "source_inter_eye_px")]
    (data / "train").mkdir()
    patterns = generator.normal(size=(PEOPLE, 8, 8, 3))
    for who in range(PEOPLE + 1):
        pattern = patterns[who % PEOPLE]
        for n in range(EACH):
            contrast = np.exp(generator.uniform(np.log(2.0), np.log(50.0)))
            tiles = 128 + contrast * pattern + 10 * generator.normal(size=(8, 8, 3))
            pixels = np.kron(tiles, np.ones((14, 14, 1))).clip(0, 255).astype(np.uint8)
            name = f"train/{who}_{n}{'_profile' if n == 0 else ''}.png"
            cv2.imwrite(str(data / name), pixels)
            rows.append(("made", str(who), name, "40.0"))
    with (data / "train" / "index.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def _pooled(crop: Crop) -> NDArray[np.float64]:
    """Shape (8, 8, 3): what the model sees of a crop, before any preprocessing."""
    return np.asarray(crop.reshape(8, 14, 8, 14, 3).mean(axis=(1, 3)))


@pytest.mark.parametrize(
    ("channels", "mean", "scale"),
    [
        pytest.param("BGR", 0.0, 1.0, id="as stored"),
        pytest.param("RGB", 0.0, 1.0, id="turned round"),
        pytest.param("BGR", 127.5, 128.0, id="standardized"),
    ],
)
def test_the_model_sees_what_its_entry_declares(
    tmp_path: Path, channels: str, mean: float, scale: float
) -> None:
    """Order of the channels, then mean, then scale; every crop in its row, across batches."""
    crops = [images.noise(112, 112, seed=seed) for seed in range(BATCH + 5)]
    folder = _declare(tmp_path, "levels", channels=channels, mean=mean, scale=scale)
    embedder = open_embedder(folder, "tiles")

    with redirect_stdout(io.StringIO()):
        vectors = embedder.embed(len(crops), crops.__getitem__, title="made")

    order = slice(None, None, 1 if channels == "BGR" else -1)
    expected = [
        ((_pooled(crop)[..., order] - mean) / scale).transpose(2, 0, 1).ravel() for crop in crops
    ]
    assert np.allclose(expected, vectors, atol=1e-3)


def test_a_model_that_is_not_declared_is_no_model(tmp_path: Path) -> None:
    """By name."""
    with pytest.raises(KeyError, match="other"):
        open_embedder(_declare(tmp_path, "levels"), "other")


def test_a_measurement_writes_what_it_prints_and_again_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The section into the card, the sigmoid into models.toml, in the same numbers."""
    _made_people(tmp_path)
    _declare(tmp_path, "contrast")
    (tmp_path / "tiles.md").write_text(f"# ours\n{BEGIN}\n{END}\n", encoding="utf-8")
    options = ["--data", str(tmp_path), "--folder", str(tmp_path), "--model", "tiles"]
    monkeypatch.setattr("sys.argv", ["evaluation", "magnitude", *options, "--write"])

    commands.main()

    card, toml = (tmp_path / "tiles.md").read_bytes(), (tmp_path / "models.toml").read_bytes()
    section = card.decode().partition(f"{BEGIN}\n\n")[2].partition(f"\n\n{END}")[0]
    assert section.startswith("## Quality from the magnitude")
    assert section in capsys.readouterr().out
    written = tomllib.loads(toml.decode())["models"]["tiles"]
    assert written["quality"]["width"] > 0
    assert f"{written['quality']['midpoint']}) / {written['quality']['width']})" in section
    assert toml.startswith(TOML.format(channels="BGR", mean=0.0, scale=1.0).encode())

    commands.main()

    assert card == (tmp_path / "tiles.md").read_bytes()
    assert toml == (tmp_path / "models.toml").read_bytes()


def test_the_threshold_is_set_on_people_whom_the_fit_sees(tmp_path: Path) -> None:
    """Frontal crops of them only; a person under two names is no stranger to himself."""
    _made_people(tmp_path)
    photos = list_photos(tmp_path)

    with redirect_stdout(io.StringIO()):
        measured = measure(open_embedder(_declare(tmp_path, "contrast"), "tiles"), photos, seed=1)

    frontal = np.array([not photo.profile for photo in photos])
    who = np.array([int(photo.identity.removeprefix("made/")) % PEOPLE for photo in photos])
    levels = np.stack([_pooled(read(photo)).ravel() for photo in photos])
    levels -= levels.mean(axis=1, keepdims=True)
    cosine = levels @ levels.T / np.outer(*[np.linalg.norm(levels, axis=1)] * 2)
    each_once = np.triu(np.outer(frontal, frontal), 1)
    fitted = np.outer(~measured.probes.unseen, ~measured.probes.unseen)
    strangers = cosine[each_once & fitted & (who[:, None] != who)]
    threshold = measured.calibration.threshold
    assert (strangers >= threshold + STEP).mean() <= FALSE_MATCH_RATE
    assert (strangers >= threshold - 2 * STEP).mean() > FALSE_MATCH_RATE
    one_person = (each_once & (who[:, None] == who)).sum()
    two_people = (each_once & (who[:, None] != who)).sum()
    assert one_person == measured.scores.genuine.sum()
    assert two_people == measured.scores.impostor.sum()


@pytest.mark.parametrize(
    ("options", "line"),
    [
        pytest.param(
            ["report", "--out", "OUT"],
            "has no lfw/pairs.csv, train/index.csv, distractors, photos: photos of people are not",
            id="no data",
        ),
        pytest.param(["magnitude"], "index.csv", id="no index"),
        pytest.param(["report", "--out", "OUT", "--folder", "NONE"], "models.toml", id="no models"),
    ],
)
def test_what_is_missing_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], line: str
) -> None:
    """Said before anything is loaded, and nothing is written."""
    given = [str(tmp_path / word.lower()) if word.isupper() else word for word in options]
    monkeypatch.setattr("sys.argv", ["evaluation", *given, "--data", str(tmp_path)])

    with pytest.raises(SystemExit) as failure:
        commands.main()
    text = str(failure.value)
    assert text.startswith("evaluation: ")
    assert line in text
    assert 1 == len(text.splitlines())
    assert [] == list(tmp_path.iterdir())


def test_a_model_that_is_not_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before an hour is spent on the others."""
    for name in loading.NEEDED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    options = [
        "--data",
        str(tmp_path),
        "--out",
        str(tmp_path),
        "--models",
        BASELINE,
        "nobody",
    ]
    monkeypatch.setattr("sys.argv", ["evaluation", "report", *options])

    with pytest.raises(SystemExit, match="no embedder named nobody"):
        commands.main()


def test_a_missing_extra_is_one_line() -> None:
    """Which one, and how to install it."""
    program = (
        "import runpy, sys; sys.modules['matplotlib'] = None; "
        "runpy.run_module('evaluation', run_name='__main__')"
    )

    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert 1 == found.returncode
    assert "evaluation: no matplotlib; install the extra: pip install -e '.[eval]'" == (
        found.stderr.strip()
    )
