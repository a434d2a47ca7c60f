"""The whole command, from photos on disk to a page: the served model and the one it stands on."""

import csv
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from evaluation import commands
from evaluation.nonfaces import kinds, pictures
from tests import subjects
from tests.photos import FOLDER

PAIRS = (
    ("Obama/obama", "Obama/obama2", 1),
    ("Obama/obama", "Biden/biden", 0),
    ("Obama/obama3", "Obama/obama2", 1),
    ("Collins/astronaut", "Collins/again", 1),
    ("Collins/astronaut", "Biden/biden", 0),
)
"""Of demo photos, in two folds."""

FILES = {"astronaut": "astronaut.png", "again": "astronaut.png"}
"""Of those that are not called as they are."""


def _models(folder: Path) -> None:
    """The real detector, and two made embedders under the names of the real ones."""
    real = Path("models").resolve()
    (folder / "yunet.onnx").symlink_to(real / "yunet.onnx")
    (folder / "centerface.onnx").symlink_to(real / "centerface.onnx")
    text = (
        (real / "models.toml").read_text(encoding="utf-8").partition("\n[models.mobilefacenet]")[0]
    )
    for name, learned in (("sureface", True), ("mobilefacenet", False)):
        subjects.declare(folder, learned=learned)
        model = (folder / "made.onnx").rename(folder / f"{name}.onnx").read_bytes()
        quality = subjects.BY_UNCERTAINTY if learned else subjects.BY_MAGNITUDE
        entry = subjects.TOML.format(sha256=hashlib.sha256(model).hexdigest(), quality=quality)
        text += entry.replace("schema = 1", "").replace("made", name)
    (folder / "models.toml").write_text(text, encoding="utf-8")


def _data(folder: Path) -> None:
    """The demo photos as LFW; made people as `train/` and as distractors."""
    for name in {name for first, second, _ in PAIRS for name in (first, second)}:
        path = folder / "lfw" / f"{name}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(FOLDER / FILES.get(path.stem, path.name))
    _table(
        folder / "lfw" / "pairs.csv",
        ["fold", "a", "b", "same"],
        [
            [1 + row // 3, f"{first}.jpg", f"{second}.jpg", same]
            for row, (first, second, same) in enumerate(PAIRS)
        ],
    )
    (folder / "photos" / "1").mkdir(parents=True)
    (folder / "photos" / "1" / "astronaut.jpg").symlink_to(FOLDER / "astronaut.png")
    (folder / "distractors").mkdir()
    for row, crop in enumerate(subjects.people(2, seed=7).crops):
        cv2.imwrite(str(folder / "distractors" / f"Person_{row}_0001.jpg"), crop)
    (folder / "train").mkdir()
    rows = []
    for row, crop in enumerate(subjects.people(30, seed=6).crops):
        cv2.imwrite(str(folder / "train" / f"{row}.png"), crop)
        rows.append(["made", row // 2, f"train/{row}.png", 40.0])
    _table(
        folder / "train" / "index.csv", ["source", "identity", "path", "source_inter_eye_px"], rows
    )


def _table(path: Path, head: list[str], rows: list[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])


def _pictures(folder: Path) -> None:
    folder.mkdir(parents=True)
    generator = np.random.default_rng(4)
    for name in (*pictures.ANIMALS, *pictures.THINGS):
        picture = generator.integers(0, 256, (600, 600, 3)).astype(np.uint8)
        cv2.imwrite(str(folder / name), picture)


def test_a_report_is_made_of_photos_and_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The frozen model is the baseline in whatever order; what was seen is kept."""
    monkeypatch.setattr(pictures, "SOURCES", ())
    monkeypatch.setattr(kinds, "COUNT", 3)
    models, data, cache = (tmp_path / name for name in ("models", "data", "cache"))
    models.mkdir()
    _models(models)
    _data(data)
    _pictures(cache / "pictures")
    folders = ["--folder", str(models), "--data", str(data), "--cache", str(cache)]
    options = ["--models", "sureface", "mobilefacenet", "--out", str(tmp_path / "out")]
    arguments = ["evaluation", "report", *folders, *options, "--probes", "9"]
    monkeypatch.setattr("sys.argv", arguments)

    # There are too few people for searches 1:N: the goal is not dropped in silence.
    with pytest.raises(SystemExit, match=r"sureface: not measured: open set"):
        commands.main()

    document = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert ["mobilefacenet", "sureface"] == [each["name"] for each in document["models"]]
    baseline, served = (document["models"][row]["nonfaces"] for row in (0, 1))
    assert (None, 3) == (baseline["by_uncertainty"], served["by_uncertainty"]["noise"]["count"])
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<h2>Error versus discard</h2>" in page
    assert "sureface: occlusion patterns: top-1" in capsys.readouterr().out
    # By model and crops: whoever runs it again asks nobody again.
    assert len(list((cache / "outputs").glob("sureface-*/*.npz"))) > 100
