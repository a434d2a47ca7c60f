"""The command: whom it asks, what it keeps, and what it says when something is not there."""

import csv
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench import results
from evaluation import commands
from evaluation.aside import aside
from evaluation.enhancement import loading
from evaluation.enhancement.ladders import ladders
from evaluation.enhancement.loading import kept_aside
from evaluation.lfw import people
from evaluation.study import Named
from tests import enhancements, subjects

pytestmark = pytest.mark.timeout(600)  # forty settings, on a busy machine

pytestmark = pytest.mark.timeout(600)  # forty settings, on a busy machine


def test_people_kept_aside_search_among_people_of_training() -> None:
    """One photo of each of the others; nobody of LFW, and nobody who searches."""
    crops = subjects.people(40, seed=6).crops
    train = Named(crops=crops, names=[f"p{row // 2:02}" for row in range(80)])
    who = people(train.names)
    rows = aside(who)
    photos = replace(subjects.people(6), crops=crops[rows], people=who[rows])

    ground = kept_aside(train, photos, 1000)

    assert 40 - 6 == len(ground.strangers) == len(np.unique(who[~rows]))
    held = {crop.tobytes() for crop in crops[rows]}
    assert not held & {crop.tobytes() for crop in ground.strangers}


def _train(data: Path) -> None:
    (data / "train").mkdir()
    rows: list[list[object]] = [["source", "identity", "path", "source_inter_eye_px"]]
    for row, crop in enumerate(subjects.people(40, seed=6).crops):
        cv2.imwrite(str(data / "train" / f"{row}.png"), crop)
        rows.append(["made", row // 2, f"train/{row}.png", 40.0])
    with (data / "train" / "index.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def test_people_kept_aside_are_chosen_by_and_nothing_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From photos on disk to a page with lines of scenes; without a resolver a goal is open."""
    monkeypatch.setattr("evaluation.enhancement.examination.ladders", lambda: ladders()[:1])
    (tmp_path / "models").mkdir()
    models = enhancements.models(tmp_path / "models")
    _train(tmp_path)
    folders = ["--data", str(tmp_path), "--folder", str(models), "--cache", str(tmp_path / "c")]
    options = [*folders, "--out", str(tmp_path / "out"), "--resolver", str(tmp_path / "none")]
    monkeypatch.setattr("sys.argv", ["evaluation", "enhancement", *options, "--on", "aside"])
    before = results.load("enhancement")

    with pytest.raises(SystemExit, match="not measured: low quality: FNMR added without denois"):
        commands.main()

    said = capsys.readouterr().out
    assert "access_control: the best line to enhance below is " in said
    assert (tmp_path / "out" / "enhancement.html").exists()
    assert loading.GROUNDS["aside"] in (tmp_path / "out" / "enhancement.html").read_text()
    assert before == results.load("enhancement")


@pytest.mark.parametrize("on", ["test", "aside"])
def test_without_an_enhancer_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: str
) -> None:
    """Before any data are looked for; nothing is written, nothing recorded."""
    folders = ["--data", str(tmp_path / "none"), "--out", str(tmp_path / "out")]
    toml = tmp_path / "models.toml"
    toml.write_text('schema = 1\n[models.mobilefacenet]\ntask = "embedder"\n', encoding="utf-8")
    arguments = ["evaluation", "enhancement", *folders, "--folder", str(tmp_path), "--on", on]
    monkeypatch.setattr("sys.argv", arguments)

    with pytest.raises(SystemExit) as failure:
        commands.main()

    text = str(failure.value)
    assert f"evaluation: {toml} has no enhancer named enhancer: nothing was measured" == text
    assert [toml] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("on", "missing"), [("test", "lfw/pairs.csv, distractors"), ("aside", "train/index.csv")]
)
def test_without_data_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: str, missing: str
) -> None:
    """What of it is missing; each ground needs its own."""
    folder = enhancements.models(tmp_path)
    options = ["--data", str(tmp_path / "none"), "--out", str(tmp_path / "out"), "--on", on]
    monkeypatch.setattr(
        "sys.argv", ["evaluation", "enhancement", *options, "--folder", str(folder)]
    )

    with pytest.raises(SystemExit, match=f"has no {missing}: photos of people"):
        commands.main()
