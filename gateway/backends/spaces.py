"""Which vector space the gallery keeps a collection in: the embedder's, or it turned by a key.

The gallery knows a turned space by a contract of its own, so it refuses whoever comes without the
key, or with another. Everything else in the gateway knows the embedder's contract only.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from faces.contract import require_contract
from faces.embedding import Vectors
from faces.renewable import Matrix, embedder_contract, keyed_contract, orthonormal, turned
from gateway.backends.ports import Vector
from meshkit.template_keys import TemplateKeys

_MOST = 128
"""Matrices that are remembered: 2 MB each, of 512 dimensions."""


@dataclass(frozen=True, slots=True)
class Space:
    """The space of one collection, seen from the embedder's."""

    collection_id: str
    _key: bytes | None = field(repr=False)
    _matrix: Callable[[str, int], Matrix]

    def turns(self, contract_id: str) -> bool:
        """Whether vectors of a contract are turned; those that are already, under any key, stay."""
        named = bool(contract_id) and contract_id == embedder_contract(contract_id)
        return self._key is not None and named

    def contract(self, contract_id: str) -> str:
        """What the gallery calls the space that vectors of a contract are in, once turned."""
        if self._key is None or not self.turns(contract_id):
            return contract_id
        return keyed_contract(contract_id, self._key, self.collection_id)

    def pinned(self, kept: str) -> str:
        """The embedder's contract of a collection.

        Args:
            kept: That of the gallery.

        Raises:
            ContractMismatch: Its templates are under another key, or one is missing, or they are
                under none.
        """
        contract_id = embedder_contract(kept)
        require_contract(self.contract(contract_id), served=kept)
        return contract_id

    def shown(self, kept: str) -> str:
        """What callers of the gateway are told: as the gallery has it, unless we have its key."""
        contract_id = embedder_contract(kept)
        return contract_id if self.contract(contract_id) == kept else kept

    def turned(self, vectors: Vectors, contract_id: str) -> Vectors:
        """Vectors of a contract as the gallery keeps them, shape (n, d). Blocks.

        For some 100 ms, if none of the collection came before.
        """
        if not self.turns(contract_id):
            return vectors
        return turned(vectors, self._matrix(self.collection_id, vectors.shape[1]))

    async def one(self, vector: Vector, contract_id: str) -> Vector:
        """The same for one vector, beside the loop."""
        if not self.turns(contract_id):
            return vector
        many = await asyncio.to_thread(self.turned, vector[None], contract_id)
        only: Vector = many[0]
        return only


class Spaces:
    """The spaces of all collections."""

    def __init__(self, keys: TemplateKeys) -> None:
        self._keys = keys
        self._matrix = lru_cache(_MOST)(self._drawn)

    def of(self, collection_id: str) -> Space:
        """That of one collection."""
        return Space(collection_id, self._keys.of(collection_id), self._matrix)

    def _drawn(self, collection_id: str, dimension: int) -> Matrix:
        key = self._keys.of(collection_id)
        assert key  # noqa: S101  # spaces without one turn nothing
        return orthonormal(key, collection_id, dimension)


AS_THEY_COME = Spaces(TemplateKeys())
"""Without keys."""
