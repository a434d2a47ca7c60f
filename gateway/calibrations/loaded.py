"""The calibrations that are loaded, and what became of the last ones that were offered."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import Path
from typing import Self

from faces.calibration import Calibration
from gateway.calibrations import folder, metrics
from gateway.calibrations.folder import Files
from gateway.watching import watching
from meshkit.calibration_file import CalibrationWrong
from meshkit.config import ConfigError

log = logging.getLogger(__name__)


class Loaded:
    """Always whole calibrations, by contract."""

    def __init__(self, calibrations: Mapping[str, Calibration] | None = None) -> None:
        self.calibrations: Mapping[str, Calibration] = calibrations or {}
        self.rejection = ""
        """Why the files as they stand are not what is loaded, in one line; empty if they are."""
        self._show()

    @classmethod
    async def first(cls, path: Path) -> Self:
        """Load a folder, which may be empty or missing.

        Raises:
            ConfigError: A file is wrong.
        """
        try:
            return cls(await asyncio.to_thread(lambda: folder.calibrations(folder.read(path))))
        except CalibrationWrong as problem:
            raise ConfigError(f"{path}: {problem}") from None

    async def offer(self, files: Files) -> bool:
        """Load other files, or reject them all and go on with the old ones.

        Returns:
            True: that is the last word.
        """
        try:
            found = await asyncio.to_thread(folder.calibrations, files)
        except CalibrationWrong as problem:
            self._reject(str(problem))
            return True
        if _versions(found) != _versions(self.calibrations) or self.rejection:
            self.calibrations, self.rejection = found, ""
            log.info("calibrations are loaded", extra={"calibrations": _versions(found)})
            self._show()
        return True

    def _reject(self, problem: str) -> None:
        if problem != self.rejection:
            self.rejection = problem
            log.error("calibrations were rejected; the old ones stay", extra={"problem": problem})
            self._show()

    def _show(self) -> None:
        metrics.REJECTED.set(bool(self.rejection))
        metrics.LOADED.clear()
        for contract_id, version in _versions(self.calibrations).items():
            metrics.LOADED.labels(contract_id, version).set(1)


@contextlib.asynccontextmanager
async def loaded(path: Path, *, look_s: float) -> AsyncIterator[Loaded]:
    """Load a folder and, while the block runs, whatever it holds next.

    Raises:
        ConfigError: A file is wrong to begin with.
    """
    found = await Loaded.first(path)
    async with watching(
        "folder of calibrations", partial(folder.read, path), found.offer, look_s=look_s
    ):
        yield found


def _versions(calibrations: Mapping[str, Calibration]) -> dict[str, str]:
    return {contract_id: each.version for contract_id, each in calibrations.items()}
