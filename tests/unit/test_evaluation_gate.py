"""The gate that CI runs: real photos, every model that numbers are expected of."""

from pathlib import Path

import numpy as np
import pytest

from evaluation.gate import expected, measured
from evaluation.gate.measured import Few
from evaluation.subject import open_subject
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


@pytest.mark.parametrize("name", expected.models())
def test_a_model_is_as_expected(name: str) -> None:
    """The photos of the demo through the real detector, ladders and coverings: no regression."""
    few = measured.gather(MODELS, FOLDER)

    found = measured.measure(open_subject(MODELS, name, threads=1), few)

    assert [] == expected.wrong(found, expected.load(name))


def test_numbers_are_expected_of_the_model_that_is_served() -> None:
    """A gate without expectations would let everything pass."""
    assert "mobilefacenet" in expected.models()
