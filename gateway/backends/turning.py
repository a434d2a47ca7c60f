"""Templates on their way to the gallery, into the space of their collection."""

import asyncio
from collections.abc import Sequence

import numpy as np

from faces.renewable import Matrix, turned
from gateway.backends.ports import Vector
from gateway.backends.spaces import Space
from sureface.gallery.v1 import gallery_pb2 as pb

_NUMBER = np.dtype("<f4")


async def turn(
    templates: Sequence[pb.NewTemplate], space: Space, contract_id: str, *, dimension: int
) -> None:
    """Turn vectors where they are, if vectors of their contract are turned at all.

    Args:
        templates: Those with vectors of another length stay as they are. The gallery refuses
            them, and with them all of their message.
        space: Of their collection.
        contract_id: Of all of them.
        dimension: Length of vectors in the collection.
    """
    matrix = await space.matrix(contract_id, dimension)
    if matrix is not None:
        await asyncio.to_thread(_turn, templates, matrix)


def _turn(templates: Sequence[pb.NewTemplate], matrix: Matrix) -> None:
    found = [(template, _vector(template)) for template in templates]
    chosen = [(template, vector) for template, vector in found if len(vector) == len(matrix)]
    if not chosen:
        return
    vectors = turned(np.stack([vector for _, vector in chosen]), matrix)
    for (template, _), vector in zip(chosen, vectors, strict=True):
        template.ClearField("vector")
        template.packed_vector = vector.astype(_NUMBER).tobytes()


def _vector(template: pb.NewTemplate) -> Vector:
    """The vector of a template; empty if it has none that a gallery would take."""
    packed = template.packed_vector
    if not packed:
        return np.array(template.vector, np.float32)
    whole = not (template.vector or len(packed) % _NUMBER.itemsize)
    return np.frombuffer(packed if whole else b"", _NUMBER)
