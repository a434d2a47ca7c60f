"""Pictures of review items: files of the gateway's owner alone, whole or not there.

One file an item, for a call waits until it is on disk: each file more would be a wait more.
"""

import asyncio
import contextlib
import io
import json
import math
import os
import zipfile
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

_PROBE, _REFERENCE = "probe", "reference"
_PNG, _FACTS = "enhanced.png", "enhanced.json"
"""Names in an item's archive."""


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
    """One archive an item."""

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
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
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
        draft.unlink(missing_ok=True)
        try:
            _write(draft, _archive(shown))
            draft.rename(self._folder / review_id)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        sync_folder(self._folder, os.fsync)

    def _load(self, file: Path) -> Shown:
        with zipfile.ZipFile(file) as archive:
            content = {name: archive.read(name) for name in archive.namelist()}
        enhanced = None
        if png := content.get(_PNG, b""):
            made = json.loads(content[_FACTS])
            enhanced = Derived(b"", 1.0, tuple(made["operations"]), made["noise_sigma"], png)
        return Shown(
            probe=content[_PROBE], reference=content.get(_REFERENCE, b""), enhanced=enhanced
        )

    def _erase(self, review_id: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            (self._folder / review_id).unlink()
            sync_folder(self._folder, os.fsync)


def _archive(shown: Shown) -> bytes:
    """All pictures as they are: they are compressed already."""
    content = {_PROBE: shown.probe}
    if shown.reference:
        content[_REFERENCE] = shown.reference
    made = shown.enhanced
    if made and made.png:
        facts = {"operations": made.operations, "noise_sigma": made.noise_sigma}
        content |= {_PNG: made.png, _FACTS: json.dumps(facts).encode()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, picture in content.items():
            archive.writestr(name, picture)
    return buffer.getvalue()


def _write(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(descriptor)
