"""Which vector space the gallery keeps a collection in: the embedder's, or it turned by a key.

The gallery knows a turned space by a contract of its own, so it refuses whoever comes without the
key, or with another. Everything else in the gateway knows the embedder's contract only.
"""

import asyncio
from dataclasses import dataclass, field

from faces.contract import require_contract
from faces.renewable import Matrix, embedder_contract, fingerprint, keyed_contract, turned
from gateway.backends.matrices import Matrices
from gateway.backends.ports import Vector
from meshkit.template_keys import TemplateKeys


@dataclass(frozen=True, slots=True)
class Space:
    """The space of one collection, seen from the embedder's."""

    collection_id: str
    _key: bytes | None = field(repr=False)
    _matrices: Matrices = field(repr=False)

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

    def is_ready(self, contract_id: str, dimension: int) -> bool:
        """Whether turning vectors of a contract takes no drawing of a matrix."""
        if self._key is None or not self.turns(contract_id):
            return True
        return self._matrices.drawn(self._key, self.collection_id, dimension) is not None

    async def matrix(self, contract_id: str, dimension: int) -> Matrix | None:
        """What vectors of a contract are turned by; None if they are not.

        Ask the gallery for the collection first, if it is not ready: names that somebody made up
        would cost as much, and push out matrices of others.
        """
        if self._key is None or not self.turns(contract_id):
            return None
        return await self._matrices.of(self._key, self.collection_id, dimension)

    def fingerprint(self, content: bytes) -> bytes:
        """What stands for vectors before they are turned; nothing if they are not."""
        return fingerprint(self._key, self.collection_id, content) if self._key else b""

    async def one(self, vector: Vector, contract_id: str) -> Vector:
        """One vector of a contract as the gallery keeps it, turned beside the loop."""
        matrix = await self.matrix(contract_id, len(vector))
        if matrix is None:
            return vector
        only: Vector = (await asyncio.to_thread(turned, vector[None], matrix))[0]
        return only


class Spaces:
    """The spaces of all collections."""

    def __init__(self, keys: TemplateKeys) -> None:
        self._keys = keys
        self._matrices = Matrices()

    def of(self, collection_id: str) -> Space:
        """That of one collection."""
        return Space(collection_id, self._keys.of(collection_id), self._matrices)


AS_THEY_COME = Spaces(TemplateKeys())
"""Without keys."""
