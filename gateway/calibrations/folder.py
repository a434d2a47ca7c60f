"""The folder of calibrations, as a whole."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from faces.calibration import Calibration
from meshkit.calibration_file import MAX_BYTES, SUFFIX, CalibrationWrong, parse

Files = Mapping[str, bytes | None]
"""Contents by name; None for what cannot be read."""


def read(folder: Path) -> Files:
    """Every file of a folder that should hold a calibration; none if there is no folder."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except OSError:
        return {}
    return {path.name: _content(path) for path in paths}


class Written(NamedTuple):
    """A calibration, and the file that it was read from."""

    calibration: Calibration
    text: str


def calibrations(files: Files) -> dict[str, Written]:
    """The calibrations of a folder, by contract; of several, the one that was made last.

    Raises:
        CalibrationWrong: A file holds none; it is named.
    """
    found: dict[str, Written] = {}
    for name, content in files.items():
        try:
            calibration = parse(content)
        except CalibrationWrong as problem:
            raise CalibrationWrong(f"{name}: {problem}") from None
        other = found.get(calibration.contract_id)
        if content and (other is None or other.calibration.made < calibration.made):
            found[calibration.contract_id] = Written(calibration, content.decode("utf-8"))
    return dict(sorted(found.items()))


def _content(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError:
        return None
