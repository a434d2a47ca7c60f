"""The calibrations that are loaded, and what became of the last ones that were offered."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import Path
from typing import Self

from faces.calibration import Calibration
from faces.errors import StoreUnavailable
from gateway.calibrations import folder, metrics
from gateway.calibrations.folder import Files
from gateway.calibrations.history import History
from gateway.history import Text
from gateway.watching import watching
from meshkit.calibration_file import CalibrationWrong
from meshkit.config import ConfigError

log = logging.getLogger(__name__)


class Loaded:
    """Always whole calibrations, by contract."""

    def __init__(
        self,
        calibrations: Mapping[str, Calibration] | None = None,
        history: History | None = None,
    ) -> None:
        """Start with some.

        Args:
            calibrations: On record already; `first` does both.
            history: Where others are put on record; None does not.
        """
        self.calibrations: Mapping[str, Calibration] = calibrations or {}
        self.history = history
        self._recorded = False
        """Whether it is on record what is loaded, if only that nothing is."""
        self.rejection = ""
        """Why the files as they stand are not what is loaded, in one line; empty if they are."""
        self._show()

    @classmethod
    async def first(cls, path: Path, history: History | None = None) -> Self:
        """Load a folder, which may be empty or missing.

        Raises:
            ConfigError: A file is wrong, or cannot be put on record.
        """
        loaded = cls(history=history)
        try:
            await loaded._take(await asyncio.to_thread(folder.read, path))
        except CalibrationWrong as problem:
            raise ConfigError(f"{path}: {problem}") from None
        except StoreUnavailable:
            raise ConfigError(f"{history.path if history else path} cannot be used") from None
        return loaded

    async def offer(self, files: Files) -> bool:
        """Load other files, or reject them all and go on with the old ones.

        Returns:
            Whether that is the last word: not if they could not be put on record.
        """
        try:
            await self._take(files)
        except CalibrationWrong as problem:
            self._reject(str(problem))
        except StoreUnavailable:
            self._reject("they cannot be put on record; the disk may be full")
            return False
        return True

    async def _take(self, files: Files) -> None:
        written = await asyncio.to_thread(folder.calibrations, files)
        found = {contract_id: each.calibration for contract_id, each in written.items()}
        same = _versions(found) == _versions(self.calibrations)
        if self.history and not (same and self._recorded):
            # On record first: no decision names a version that cannot be read back.
            now = {
                name: Text(each.calibration.version, each.text) for name, each in written.items()
            }
            await asyncio.to_thread(self.history.hold, now)
        self._recorded = True
        if not same or self.rejection:
            self.calibrations, self.rejection = found, ""
            log.info("calibrations are loaded", extra={"calibrations": _versions(found)})
            self._show()

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
async def loaded(path: Path, history: History, *, look_s: float) -> AsyncIterator[Loaded]:
    """Load a folder and, while the block runs, whatever it holds next.

    Raises:
        ConfigError: A file is wrong to begin with, or cannot be put on record.
    """
    found = await Loaded.first(path, history)
    async with watching(
        "folder of calibrations", partial(folder.read, path), found.offer, look_s=look_s
    ):
        yield found


def _versions(calibrations: Mapping[str, Calibration]) -> dict[str, str]:
    return {contract_id: each.version for contract_id, each in calibrations.items()}
