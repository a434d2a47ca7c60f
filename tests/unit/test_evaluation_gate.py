"""The gate that CI runs: real photos, every embedder. `make gate` holds all of them to it."""

from pathlib import Path

import numpy as np
import pytest

from evaluation import commands
from evaluation.gate import expected, measured
from evaluation.gate.measured import Few
from evaluation.subject import embedders
from tests import subjects
from tests.photos import FOLDER

MODELS = Path("models")

FINE = {
    "similarity of one person, lowest": 0.7,
    "similarity of two people, highest": 0.1,
    "quality of clean photos, mean": 0.9,
    "batch: largest difference": 0.0,
    "FNMR: block 0.2": 0.25,
    "rise of quality along iso": 0.0,
}


def test_numbers_as_expected_are_not_wrong() -> None:
    """Nor those of another machine, which rounds a little otherwise."""
    near = FINE | {"quality of clean photos, mean": 0.91, "FNMR: block 0.2": 0.2679}

    assert [] == expected.wrong(FINE, FINE) == expected.wrong(near, FINE)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        pytest.param(
            {"quality of clean photos, mean": 0.86},
            "quality of clean photos, mean: 0.8600, not 0.9000",
            id="worse",
        ),
        pytest.param(
            {"FNMR: block 0.2": 0.1},
            "FNMR: block 0.2: 0.1000, not 0.2500",
            id="better, unannounced",
        ),
        pytest.param(
            {"rise of quality along iso": 0.04},
            "rise of quality along iso: 0.0400, not 0.0000",
            id="a ladder that is no longer monotone",
        ),
        pytest.param(
            {"batch: largest difference": 0.001},
            "a vector depends on the batch that it is in",
            id="batches mix",
        ),
        pytest.param({"FNMR: fog": 0.1}, "measured or expected alone: FNMR: fog", id="a new one"),
    ],
)
def test_what_changed_is_named(change: dict[str, float], line: str) -> None:
    """One line a number."""
    assert [line] == expected.wrong(FINE | change, FINE)


def test_people_must_be_apart_whatever_was_written() -> None:
    """An expectation cannot excuse a model that takes everybody for one person."""
    alike = FINE | {"similarity of two people, highest": 0.5}

    assert ["people are 0.200 apart, not 0.3"] == expected.wrong(alike, alike)


def test_expectations_are_written_and_read(tmp_path: Path) -> None:
    """By the name of the model; there may be none."""
    expected.write("one", FINE, tmp_path)

    assert FINE == expected.load("one", tmp_path)
    assert ["one"] == expected.models(tmp_path)
    assert {} == expected.load("other", tmp_path)


def test_the_numbers_are_those_of_the_photos(tmp_path: Path) -> None:
    """Of a made model: its similarities, its quality, and no difference between batches."""
    pairs = subjects.people(3)
    names = ["a", "a", "b", "b", "c", "c"]
    subject = subjects.made(tmp_path)

    found = measured.measure(subject, Few(crops=pairs.crops, people=names))

    raw = subjects.contrast(pairs.crops)
    length = np.linalg.norm(raw, axis=1)
    cosine = raw @ raw.T / np.outer(length, length)
    one_person = [cosine[0, 1], cosine[2, 3], cosine[4, 5]]
    assert min(one_person) == pytest.approx(found["similarity of one person, lowest"], abs=1e-5)
    quality = 1 / (1 + np.exp(-(np.log(length) - 5.0) / 0.5))
    assert quality.mean() == pytest.approx(found["quality of clean photos, mean"], abs=1e-4)
    assert found["batch: largest difference"] < 1e-5
    assert found["similarity of two people, highest"] < 0.5


def test_a_model_that_judges_itself_is_held_to_its_own_words(tmp_path: Path) -> None:
    """Uncertainty, share, and names of what is covered: all of a kind that has a tolerance."""
    few = Few(crops=subjects.people(2).crops, people=["a", "a", "b", "b"])

    found = measured.measure(subjects.made(tmp_path, learned=True), few)

    assert 0.5 == pytest.approx(found["share of clean photos, mean"])
    assert "uncertainty of clean photos, mean log" in found
    # It says "nothing" of every crop; noise covers nothing, and no name of it is asked for.
    assert 0.0 == found["top-1: block 0.2"]
    assert "top-1: iso 12800" not in found
    assert [] == [line for line in expected.wrong(found, found) if "apart" not in line]


def test_a_number_of_an_unknown_kind_is_refused() -> None:
    """It would have passed whatever it was."""
    odd = FINE | {"beauty of clean photos": 0.5}

    with pytest.raises(KeyError, match="beauty"):
        expected.wrong(odd, odd)


@pytest.mark.parametrize(
    "metric",
    ["quality of clean photos, mean", "batch: largest difference"],
)
def test_what_is_no_number_is_wrong(metric: str) -> None:
    """A model that says NaN has not passed."""
    assert expected.wrong(FINE | {metric: float("nan")}, FINE)


def test_the_gate_fails_on_drift_and_on_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The photos of the demo through the real detector and model; one expectation is moved."""
    wanted = expected.load("mobilefacenet")
    name = "quality on iso 12800"
    expected.write("mobilefacenet", wanted | {name: wanted[name] + 0.1}, tmp_path)
    options = ["--models", "mobilefacenet", "--photos", str(FOLDER), "--numbers", str(tmp_path)]
    monkeypatch.setattr("sys.argv", ["evaluation", "gate", *options])

    with pytest.raises(SystemExit) as failure:
        commands.main()

    assert str(failure.value).startswith(f"mobilefacenet: {name}: ")
    assert 1 == len(str(failure.value).splitlines())
    assert f"| {name}" in capsys.readouterr().out


def test_numbers_are_expected_of_every_model() -> None:
    """One that is new needs `python -m evaluation gate --write`; a gate without would be open."""
    assert sorted(embedders(MODELS)) == expected.models()
