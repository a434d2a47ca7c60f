"""Has everything that is kept sealed with another key, while the gallery goes on."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace

from faces.errors import KeysUnusable
from meshkit.config import ConfigError
from meshkit.sealing import UNSEALED, Sealer
from services.gallery.sealing import Resealed
from services.gallery.store import Store
from services.gallery.upkeep import Upkeep

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysInUse:
    """What templates are sealed with."""

    key_id: str
    """Of the key that seals; `UNSEALED` if none does."""

    older: Sequence[str]
    """Of other keys, which some may still be sealed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is."""

    key_id: str
    seen: int = 0
    changed: int = 0
    done: bool = False
    older: Sequence[str] = ()
    """In the end: keys that were used meanwhile."""


class Resealer:
    """One at a time; whoever asks meanwhile comes next."""

    def __init__(self, sealer: Sealer, store: Store, upkeep: Upkeep) -> None:
        self._sealer = sealer
        self._store = store
        self._upkeep = upkeep
        self._turn = asyncio.Lock()

    async def keys(self) -> KeysInUse:
        """Tell which there are."""
        used, key_id = await self._store.keys(), self._sealer.key_id
        return KeysInUse(key_id=key_id, older=sorted(used.keys() - {key_id}))

    async def warn(self) -> None:
        """Log what is not encrypted, or is with keys that should go."""
        keys = await self.keys()
        if keys.key_id == UNSEALED:
            log.warning("templates are not encrypted: GALLERY_SEALING_KEYS names no key")
        if keys.older:
            log.warning(
                "older keys are in use: run `sureface gallery reseal`", extra={"keys": keys.older}
            )

    async def reseal(self) -> AsyncGenerator[Progress, None]:
        """Seal what is not sealed with the first key, then wipe what is left of it.

        Nothing is noted of how far it came: what is done needs only to be looked at again.

        Raises:
            KeysUnusable: The keys cannot be read, or one that is needed is missing.
            StoreUnavailable: The store fails, or a copy of an index cannot be written.
            ServiceUnavailable: A template cannot be opened.
        """
        async with self._turn:
            self._renew(await self._store.keys())
            # Writes that are under way may use the key from before; those to come do not.
            await self._store.settle()
            before = await self._store.keys()
            progress = Progress(key_id=self._sealer.key_id)
            async for page in self._pages():
                seen, changed = progress.seen + page.seen, progress.changed + page.changed
                progress = replace(progress, seen=seen, changed=changed)
                yield progress
            await self._upkeep.copy_again()
            if before.keys() - {progress.key_id}:
                await self._store.retire(before)
            keys = await self.keys()
            log.info("templates were sealed anew", extra={"templates": progress.changed})
            yield replace(progress, done=True, older=keys.older)

    def _renew(self, needed: Iterable[str]) -> None:
        try:
            self._sealer.renew(needed)
        except ConfigError as error:
            log.error("the keys are not renewed", extra={"cause": str(error)})  # noqa: TRY400  # it says all
            raise KeysUnusable from None

    async def _pages(self) -> AsyncIterator[Resealed]:
        for collection in await self._store.read(lambda view: view.all_collections()):
            page = await self._store.reseal(collection.key, 0)
            while page.last is not None:
                yield page
                page = await self._store.reseal(collection.key, page.last)
