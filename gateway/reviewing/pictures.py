"""Pictures of review items: files of the gateway's owner alone, whole or not there."""

import asyncio
import contextlib
import json
import math
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from faces.errors import StoreUnavailable
from gateway.backends.ports import Derived
from gateway.records.segment import sync_folder
from meshkit.config import ConfigError

FOLDER = "reviews"
"""Name of the folder in the gateway's data folder."""

_NEW = ".new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What reviewers look at."""

    probe: bytes
    """Encoded, as it was sent."""

    reference: bytes = b""
    """The most similar photo that came along with the probe; empty if there is none."""

    enhanced: Derived | None = None
    """What an enhancer made of the probe, as an image that says so; None if there is none."""


class Pictures:
    """One folder an item."""

    def __init__(self, data: Path) -> None:
        """Make the folder.

        Raises:
            ConfigError: It cannot be made.
        """
        self._folder = data / FOLDER
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._folder.chmod(0o700)
        except OSError as error:
            raise ConfigError(f"{self._folder}: {error.strerror}") from None

    async def keep(self, review_id: str, shown: Shown) -> None:
        """Keep an item's pictures; they are on disk when this returns.

        Raises:
            StoreUnavailable: None of them is kept.
        """
        try:
            await asyncio.to_thread(self._keep, review_id, shown)
        except OSError as error:
            raise StoreUnavailable(store="review picture") from error

    async def load(self, review_id: str) -> Shown:
        """An item's pictures.

        Raises:
            StoreUnavailable: They are not there, or cannot be read.
        """
        try:
            return await asyncio.to_thread(self._load, self._folder / review_id)
        except (OSError, ValueError) as error:
            raise StoreUnavailable(store="review picture") from error

    async def erase(self, review_id: str) -> None:
        """Remove an item's pictures; if there are none, that is fine.

        Raises:
            StoreUnavailable: They may still be there.
        """
        try:
            await asyncio.to_thread(self._erase, review_id)
        except OSError as error:
            raise StoreUnavailable(store="review picture") from error

    def kept(self, until: datetime | None = None) -> set[str]:
        """Whose pictures are there, halves that a crash has left included.

        Args:
            until: Passes over what was kept later, in UTC.
        """
        latest = until.timestamp() if until else math.inf
        return {each.name for each in self._folder.iterdir() if each.stat().st_mtime <= latest}

    def _keep(self, review_id: str, shown: Shown) -> None:
        draft = self._folder / f"{review_id}{_NEW}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        try:
            for name, content in _files(shown).items():
                _write(draft / name, content)
            sync_folder(draft, os.fsync)
            draft.rename(self._folder / review_id)
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        sync_folder(self._folder, os.fsync)

    def _load(self, folder: Path) -> Shown:
        enhanced = None
        reference = folder / "reference"
        with contextlib.suppress(FileNotFoundError):
            made = json.loads((folder / "enhanced.json").read_bytes())
            png = (folder / "enhanced.png").read_bytes()
            operations = tuple(made["operations"])
            enhanced = Derived(b"", 1.0, operations, made["noise_sigma"], png)
        return Shown(
            probe=(folder / "probe").read_bytes(),
            reference=reference.read_bytes() if reference.exists() else b"",
            enhanced=enhanced,
        )

    def _erase(self, review_id: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._folder / review_id)
            sync_folder(self._folder, os.fsync)


def _files(shown: Shown) -> dict[str, bytes]:
    files = {"probe": shown.probe}
    if shown.reference:
        files["reference"] = shown.reference
    made = shown.enhanced
    if made and made.png:
        facts = {"operations": made.operations, "noise_sigma": made.noise_sigma}
        files |= {"enhanced.png": made.png, "enhanced.json": json.dumps(facts).encode()}
    return files


def _write(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(descriptor)
