"""A model under test: what it says, how that is read, and that it is asked once."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluation.embedding import BATCH
from evaluation.judge import Judge
from evaluation.memory import Memory, nobody
from evaluation.seen import joined
from evaluation.subject import Outputs, Subject, embedders, open_subject
from meshkit.config import ConfigError
from tests import images, subjects


def _crops(count: int, first: int = 0) -> NDArray[np.uint8]:
    return np.stack([images.noise(112, 112, seed=first + n) for n in range(count)])


class Counts(Subject):
    """Says how often it was asked."""

    asked = 0

    def outputs(self, crops: NDArray[np.uint8], advance: Callable[[int], None]) -> Outputs:
        type(self).asked += 1
        return super().outputs(crops, advance)


def _counting(folder: Path) -> Subject:
    subject = subjects.made(folder)
    Counts.asked = 0
    return Counts(
        name=subject.name, sha256=subject.sha256, embedder=subject.embedder, judge=subject.judge
    )


def test_a_model_with_vectors_only_is_judged_by_their_length(tmp_path: Path) -> None:
    """Unit vectors, their lengths, and the sigmoid of its table; nothing it does not say."""
    crops = _crops(BATCH + 3)
    subject = subjects.made(tmp_path)

    seen = subject.see(subject.outputs(crops, nobody))

    raw = subjects.contrast(crops)
    length = np.linalg.norm(raw, axis=1)
    assert np.allclose(raw / length[:, None], seen.vectors, atol=1e-4)
    assert np.allclose(length, seen.magnitude, rtol=1e-4)
    assert np.allclose(1 / (1 + np.exp(-(np.log(length) - 5.0) / 0.5)), seen.quality, atol=1e-4)
    assert (seen.uncertainty, seen.band, seen.parity, seen.patterns, seen.share) == (None,) * 5


def test_a_model_that_judges_itself_is_read_by_name(tmp_path: Path) -> None:
    """Whatever the order of its outputs: quality by u, with its band and the article's curve."""
    crops = _crops(5)
    subject = subjects.made(tmp_path, learned=True)

    seen = subject.see(subject.outputs(crops, nobody))

    length = np.linalg.norm(subjects.contrast(crops), axis=1)
    log_u = -np.log(length)
    assert seen.uncertainty is not None
    assert seen.band is not None
    assert seen.parity is not None
    assert seen.patterns is not None
    assert np.allclose(1 / length, seen.uncertainty, rtol=1e-4)
    assert np.allclose(1 / (1 + np.exp((log_u + 3.5) / 0.5)), seen.quality, atol=1e-4)
    assert np.allclose(1 / (1 + np.exp((log_u + 3.75) / 0.5)), seen.band[0], atol=1e-4)
    assert np.allclose(1 / (1 + np.exp((log_u + 3.25) / 0.5)), seen.band[1], atol=1e-4)
    assert np.allclose(1 / (1 + np.exp(log_u + 3.0)), seen.parity, atol=1e-4)
    assert (5, 226) == seen.patterns.shape
    assert (seen.patterns.argmax(axis=1) == 0).all()
    assert [0.5] * 5 == pytest.approx(np.asarray(seen.share).tolist())


def test_progress_is_told_batch_by_batch(tmp_path: Path) -> None:
    """All crops, in parts."""
    told: list[int] = []

    subjects.made(tmp_path).outputs(_crops(BATCH + 3), told.append)

    assert [BATCH, 3] == told


@pytest.mark.parametrize(
    ("quality", "part"),
    [
        pytest.param('method = "guess"\nmidpoint = 1.0\nwidth = 1.0', "guess", id="a new method"),
        pytest.param('method = "uncertainty"\nmidpoint = 1.0', "missing", id="half of a table"),
    ],
)
def test_a_table_that_says_no_quality_is_refused(tmp_path: Path, quality: str, part: str) -> None:
    """By the name of the model, before anything is measured."""
    folder = subjects.declare(tmp_path, quality=quality)

    with pytest.raises(ConfigError, match=rf"models\.made\.quality.*{part}"):
        open_subject(folder, "made")


def test_quality_by_a_missing_output_is_refused(tmp_path: Path) -> None:
    """A plain model with the table of a learned one."""
    subject = open_subject(
        subjects.declare(tmp_path, quality=subjects.BY_UNCERTAINTY), "made", threads=1
    )

    with pytest.raises(ValueError, match="without that output"):
        subject.see(subject.outputs(_crops(1), nobody))


@pytest.mark.parametrize("wrong", [float("nan"), 0.0, -1.0, float("inf")])
def test_an_uncertainty_that_is_none_is_a_broken_model(tmp_path: Path, wrong: float) -> None:
    """As in the service: no quality is made of it."""
    subject = subjects.made(tmp_path, learned=True)
    outputs = dict(subject.outputs(_crops(2), nobody))
    outputs["uncertainty"] = np.array([0.1, wrong], np.float32)

    with pytest.raises(ValueError, match="not positive"):
        subject.see(outputs)


def test_batches_are_joined_field_by_field(tmp_path: Path) -> None:
    """As if they had been one; pairs of arrays, and what is missing, too."""
    crops = _crops(7)
    for learned in (False, True):
        subject = subjects.made(tmp_path, learned=learned)

        parts = [subject.see(subject.outputs(part, nobody)) for part in (crops[:3], crops[3:])]

        whole, found = subject.see(subject.outputs(crops, nobody)), joined(parts)
        assert np.allclose(whole.vectors, found.vectors, atol=1e-6)
        assert np.allclose(whole.quality, found.quality, atol=1e-6)
        assert (whole.band is None) == (found.band is None)
        if whole.band and found.band:
            assert np.allclose(whole.band[1], found.band[1], atol=1e-6)


def test_what_was_seen_is_not_asked_again(tmp_path: Path) -> None:
    """Not by another process either; other crops are."""
    subject = _counting(tmp_path)
    first = Memory(tmp_path / "cache").see(subject, _crops(4))
    told: list[int] = []

    again = Memory(tmp_path / "cache").see(subject, _crops(4), told.append)

    assert np.array_equal(first.vectors, again.vectors)
    assert np.array_equal(first.quality, again.quality)
    assert [4] == told
    assert 1 == Counts.asked
    Memory(tmp_path / "cache").see(subject, _crops(4, first=1))
    assert 2 == Counts.asked


def test_another_model_is_asked_itself(tmp_path: Path) -> None:
    """Even under the same name; and a new calibration needs no new run."""
    subject = _counting(tmp_path)
    memory = Memory(tmp_path / "cache")
    memory.see(subject, _crops(2))

    memory.see(replace(subject, sha256="0" * 64), _crops(2))
    judge = Judge("made", {"method": "log_magnitude", "midpoint": 4.0, "width": 0.5})
    seen = memory.see(replace(subject, judge=judge), _crops(2))

    assert 2 == Counts.asked
    length = np.linalg.norm(subjects.contrast(_crops(2)), axis=1)
    assert np.allclose(1 / (1 + np.exp(-(np.log(length) - 4.0) / 0.5)), seen.quality, atol=1e-4)


def test_a_torn_file_is_made_again(tmp_path: Path) -> None:
    """An interrupted copy, a full disk: the model is asked, nothing fails."""
    subject = _counting(tmp_path)
    Memory(tmp_path / "cache").see(subject, _crops(2))
    (kept,) = (tmp_path / "cache").rglob("*.npz")
    kept.write_bytes(kept.read_bytes()[:100])

    seen = Memory(tmp_path / "cache").see(subject, _crops(2))

    assert 2 == Counts.asked
    assert (2, 192) == seen.vectors.shape


def test_a_memory_may_be_forbidden(tmp_path: Path) -> None:
    """Nothing is written."""
    Memory(None).see(_counting(tmp_path), _crops(2))

    assert [] == list(tmp_path.rglob("*.npz"))


def test_the_baseline_comes_first(tmp_path: Path) -> None:
    """Of all embedders of a registry; detectors are none."""
    tasks = {"a": "embedder", "yunet": "detector", "mobilefacenet": "embedder", "b": "embedder"}
    lines = [f'[models.{name}]\ntask = "{task}"' for name, task in tasks.items()]
    text = "\n".join(["schema = 1", *lines])
    (tmp_path / "models.toml").write_text(text, encoding="utf-8")

    assert ["mobilefacenet", "a", "b"] == embedders(tmp_path)
