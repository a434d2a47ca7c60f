"""Calibrations as files: read back to the last digit, refused if anything was changed."""

import pytest

from meshkit.calibration_file import MAX_BYTES, CalibrationWrong, encode, parse
from tests.calibrations import calibration

GOOD = encode(calibration())


def test_comes_back_as_it_was() -> None:
    """Every number, the time and the version."""
    found = parse(GOOD.encode())

    assert calibration() == found
    assert calibration().version == found.version
    assert len(GOOD) < MAX_BYTES / 4


def test_says_what_it_is() -> None:
    """To whoever opens it."""
    assert "docs/calibration.md" in GOOD
    assert f'contract_id = "{calibration().contract_id}"' in GOOD
    assert "made = 2026-11-22T12:00:00+00:00" in GOOD
    assert 'data = "made up"' in GOOD


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        pytest.param("persons = 300", "persons = 301", "it was changed", id="a number"),
        pytest.param("made up", "made better", "it was changed", id="a word"),
        pytest.param("schema = 1", "schema = 2", "it has schema 2", id="a newer format"),
        pytest.param("schema = 1", "", "it has schema None", id="no format"),
        pytest.param("[tail]", "[tails]", "it lacks 'tail'", id="a table"),
        pytest.param("made = 2026-11-22", "made = 12 #", "made is no time", id="no time"),
        pytest.param("growth = ", "growth = 7 #", "growth must be in", id="out of range"),
        pytest.param("growth = ", "growth = [1] #", "incomplete or wrong", id="wrong type"),
        pytest.param("mated = [", "mated = [2, ", "mated needs", id="too many quantiles"),
        pytest.param("spread = [", "spread = [[1, 2, 3], ", "spread needs", id="four rows"),
        pytest.param("share = ", "slope = ", "unexpected keyword argument", id="a key"),
        pytest.param("growth = ", "growths = ", "unexpected keyword argument", id="another key"),
        pytest.param("[counts]", "[counts", "it is not TOML", id="no TOML"),
    ],
)
def test_refuses_what_was_changed(before: str, after: str, problem: str) -> None:
    """One line says what is wrong."""
    assert before in GOOD
    with pytest.raises(CalibrationWrong) as failure:
        parse(GOOD.replace(before, after, 1).encode())

    assert problem in str(failure.value)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(None, "cannot be read", id="no file"),
        pytest.param(b"\xff", "not TOML", id="no text"),
        pytest.param(b"#" * (MAX_BYTES + 1), "longer than", id="too long"),
        pytest.param(b"", "schema None", id="empty"),
        pytest.param(GOOD.encode()[: len(GOOD) // 2], "TOML", id="half of it"),
    ],
)
def test_refuses_what_is_no_calibration(content: bytes | None, problem: str) -> None:
    """It is named by whoever knows the file."""
    with pytest.raises(CalibrationWrong, match=problem):
        parse(content)
