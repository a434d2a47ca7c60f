"""What a backbone is trained by: losses that pull one person's vectors together."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional


class Loss(Protocol):
    """A module with weights of its own: the persons' centres, but for `Triplet`."""

    def __call__(self, vectors: Tensor, persons: Tensor) -> Tensor:
        """Weigh raw vectors of shape (n, d) of persons, int64 of shape (n,)."""


class Softmax(nn.Module):
    """Plain classification: the baseline of all others."""

    def __init__(self, dimension: int, persons: int) -> None:
        super().__init__()
        self.out = nn.Linear(dimension, persons)

    def forward(self, vectors: Tensor, persons: Tensor) -> Tensor:
        """Cross-entropy."""
        return functional.cross_entropy(self.out(vectors), persons)


class _Margin(nn.Module, ABC):
    """Cosines with the persons' centres, the own one made harder to reach."""

    def __init__(self, dimension: int, persons: int, *, scale: float, margin: float) -> None:
        super().__init__()
        self.centres = nn.Parameter(functional.normalize(torch.randn(persons, dimension)))
        self.scale, self.margin = scale, margin

    @abstractmethod
    def harder(self, cosines: Tensor) -> Tensor:
        """What a cosine with the own centre counts for."""

    def forward(self, vectors: Tensor, persons: Tensor) -> Tensor:
        """Cross-entropy of scaled cosines."""
        cosines = functional.linear(
            functional.normalize(vectors), functional.normalize(self.centres)
        )
        own = functional.one_hot(persons, len(self.centres)).bool()
        logits = self.scale * torch.where(own, self.harder(cosines), cosines)
        return functional.cross_entropy(logits, persons)


class CosFace(_Margin):
    """cos - m for the own centre (Wang et al., CVPR 2018)."""

    def __init__(
        self, dimension: int, persons: int, *, scale: float = 64.0, margin: float = 0.35
    ) -> None:
        super().__init__(dimension, persons, scale=scale, margin=margin)

    def harder(self, cosines: Tensor) -> Tensor:
        """Take the margin off."""
        return cosines - self.margin


class ArcFace(_Margin):
    """cos(angle + m) for the own centre (Deng et al., CVPR 2019)."""

    def __init__(
        self, dimension: int, persons: int, *, scale: float = 64.0, margin: float = 0.5
    ) -> None:
        super().__init__(dimension, persons, scale=scale, margin=margin)

    def harder(self, cosines: Tensor) -> Tensor:
        """Add the margin to the angle; beyond pi, go on downwards in a line."""
        near = cosines.clamp(-1 + 1e-7, 1 - 1e-7)
        turned = near * math.cos(self.margin) - (1 - near.square()).sqrt() * math.sin(self.margin)
        past = near - math.sin(math.pi - self.margin) * self.margin
        return torch.where(near > math.cos(math.pi - self.margin), turned, past)


class Triplet(nn.Module):
    """The hardest positive must be nearer than the hardest negative of the batch.

    Schroff et al., CVPR 2015, mined in the batch as by Hermans et al., 2017: batches need
    several photos of each person.
    """

    def __init__(self, *, margin: float = 0.2) -> None:
        super().__init__()
        self.margin = margin

    def forward(self, vectors: Tensor, persons: Tensor) -> Tensor:
        """Mean hinge of cosine distances; 0 if nobody has two photos, or nobody is another."""
        directions = functional.normalize(vectors)
        distances = 1 - directions @ directions.T
        same = persons[:, None] == persons[None]
        itself = torch.eye(len(persons), dtype=torch.bool, device=vectors.device)
        furthest = distances.masked_fill(~same | itself, -1.0).amax(1)
        nearest = distances.masked_fill(same, 3.0).amin(1)
        # Distances are in [0, 2], but for the last digit; nobody's are -1 and 3.
        told = (furthest > -0.5) & (nearest < 2.5)  # noqa: PLR2004
        hinge = functional.relu(furthest - nearest + self.margin)
        return (hinge * told).sum() / told.sum().clamp(min=1)


LOSSES: dict[str, Callable[[int, int], nn.Module]] = {
    "softmax": Softmax,
    "triplet": lambda _dimension, _persons: Triplet(),
    "cosface": CosFace,
    "arcface": ArcFace,
}
"""By name: from the dimension and the number of persons."""
