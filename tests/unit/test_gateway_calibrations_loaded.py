"""Files of calibrations: which of them count, and what an operator hears of those that do not."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.calibrations.history import FILE, History
from gateway.calibrations.loaded import Loaded
from meshkit.calibration_file import encode
from meshkit.config import ConfigError
from tests.calibrations import CONTRACT, calibration

CALIBRATED = {CONTRACT: calibration()}


async def test_a_folder_is_taken_whole_or_not_at_all() -> None:
    """A wrong file changes nothing and is named; a folder that is empty is no mistake."""
    good = encode(calibration())
    loaded = Loaded(CALIBRATED)

    assert await loaded.offer({"a.toml": good.encode(), "b.toml": b"growth = 1\n"})
    assert loaded.rejection.startswith("b.toml: it has schema None")
    assert CALIBRATED == loaded.calibrations

    assert await loaded.offer({})
    assert ("", {}) == (loaded.rejection, loaded.calibrations)
    assert "it was changed" in (
        await _rejected(loaded, good.replace("persons = 300", "persons = 301"))
    )


async def _rejected(loaded: Loaded, text: str) -> str:
    await loaded.offer({"c.toml": text.encode()})
    return loaded.rejection


async def test_of_two_calibrations_the_later_counts() -> None:
    """An operator's own beside the one that was shipped."""
    fitted = calibration()
    later = replace(fitted, made=fitted.made.replace(day=23), data="ours")
    loaded = Loaded()

    await loaded.offer({"a.toml": encode(later).encode(), "b.toml": encode(fitted).encode()})

    assert {CONTRACT: later} == loaded.calibrations


async def test_a_gateway_starts_without_calibrations_but_not_with_wrong_ones(
    tmp_path: Path,
) -> None:
    """A missing folder is an empty one; a file that is none is an error of one line."""
    missing = await Loaded.first(tmp_path / "missing")
    (tmp_path / "notes.txt").write_text("nothing to do with it")
    (tmp_path / "a.toml").write_text(encode(calibration()))
    good = await Loaded.first(tmp_path)
    (tmp_path / "b.toml").write_text("schema = 1\n")

    assert {} == missing.calibrations
    assert CALIBRATED == good.calibrations
    with pytest.raises(ConfigError, match=r"b\.toml: it lacks 'counts'"):
        await Loaded.first(tmp_path)


def versions(history: History) -> list[str]:
    """That were loaded, the latest first; empty for none."""
    return [period.version for period in history.periods(before="", size=99).items]


async def test_what_is_loaded_is_on_record(tmp_path: Path) -> None:
    """From when to when, with the file as it was written; a restart begins no other period."""
    history, ours = History(tmp_path), replace(calibration(), data="ours")
    text = "# of May\n" + encode(calibration())
    loaded = await Loaded.first(tmp_path / "missing", history)
    for content in (text, encode(calibration()), encode(ours)):
        await loaded.offer({"a.toml": content.encode()})
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.toml").write_text(encode(ours))
    again = await Loaded.first(tmp_path / "folder", History(tmp_path))
    now, before = history.periods(before="", size=9).items
    await again.offer({})

    assert [ours.version, calibration().version] == [now.version, before.version]
    assert (CONTRACT, now.begin_time, None) == (now.subject, before.end_time, now.end_time)
    assert text == history.text(before.version)
    assert ["", ours.version, calibration().version] == versions(history)


async def test_what_cannot_be_put_on_record_is_not_loaded(tmp_path: Path) -> None:
    """No decision names a calibration that cannot be read back; it is tried again."""
    loaded = await Loaded.first(tmp_path / "missing", History(tmp_path))
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()

    assert not await loaded.offer({"a.toml": encode(calibration()).encode()})
    assert ({}, "they cannot be put on record; the disk may be full") == (
        loaded.calibrations,
        loaded.rejection,
    )
    with pytest.raises(ConfigError, match="cannot be used"):
        await Loaded.first(tmp_path / "missing", History(tmp_path))
