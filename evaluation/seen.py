"""What a model says of crops, under one form whatever it has to say."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.embedding import Vectors
from evaluation.logistic import Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a model says of n crops."""

    vectors: Vectors
    """Shape (n, d), unit length."""

    magnitude: Numbers
    """Shape (n,), > 0."""

    quality: Numbers
    """Shape (n,), in [0, 1]."""

    parity: Numbers | None
    """Shape (n,): quality on the curve of source article 000, where the model has one."""

    band: tuple[Numbers, Numbers] | None
    """Lower and upper end of each quality, where the model says how sure it is of it."""

    uncertainty: Numbers | None
    """Shape (n,), > 0; larger is worse. Not every model has it, nor what follows."""

    patterns: NDArray[np.float32] | None
    """Shape (n, p): logits of occlusion patterns (`faces.patterns`)."""

    share: Numbers | None
    """Shape (n,), in [0, 1]: weight of the branch for spoiled crops."""


def joined(parts: Sequence[Seen]) -> Seen:
    """What one model says of several batches, as one."""

    def join(values: list[Any]) -> Any:
        if values[0] is None:
            return None
        if isinstance(values[0], tuple):
            return tuple(np.concatenate(each) for each in zip(*values, strict=True))
        return np.concatenate(values)

    names = [each.name for each in fields(Seen)]
    return Seen(**{name: join([getattr(part, name) for part in parts]) for name in names})
