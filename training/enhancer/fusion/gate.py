"""The gate between what was seen and what was made of it.

``f = L2(g f_raw + (1 - g) f_enhanced)``, g from both vectors, both qualities, their cosine and the
scale. One number for all of a vector keeps its geometry and can be told to people; the source
article's gate has one for each dimension.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.backbone.network import DIMENSION

TRUST = 0.9
"""Share of the crop as it came before anything is learned."""

_ASIDE = 4
"""Numbers besides the vectors."""


class FusionGate(nn.Module):
    """Starts with `TRUST`, whatever it is shown."""

    def __init__(
        self, *, hidden: int = 32, vector: bool = False, dimension: int = DIMENSION
    ) -> None:
        """Make a gate.

        Args:
            hidden: Width of the layer between.
            vector: With a number for each dimension, as in the article.
            dimension: Of the vectors.
        """
        super().__init__()
        self.dimension = dimension
        self.dropped = nn.Dropout(0.5)
        self.vectors = nn.Linear(2 * dimension, hidden, bias=False)
        self.numbers = nn.Linear(_ASIDE, hidden)
        self.out = nn.Linear(hidden, dimension if vector else 1)
        nn.init.zeros_(self.out.weight)
        nn.init.constant_(self.out.bias, math.log(TRUST / (1 - TRUST)))

    def forward(
        self, raw: Tensor, enhanced: Tensor, raw_quality: Tensor, quality: Tensor, scale: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Fuse.

        Args:
            raw: Shape (n, d), unit length: of the crops as they came.
            enhanced: Shape (n, d), unit length.
            raw_quality: Shape (n,), range [0, 1].
            quality: Shape (n,), range [0, 1]: of the enhanced crops.
            scale: Shape (n,), source pixels per pixel of the crop.

        Returns:
            Fused vectors (n, d) of unit length; the share of `raw` (n,), the mean of a vector
            gate's; the cosine between the two (n,).
        """
        cosine = (raw * enhanced).sum(1)
        aside = torch.stack([raw_quality, quality, cosine, torch.log(scale)], dim=1)
        # Numbers of a unit vector are small: as they are, the gate would not hear them.
        both = torch.cat([raw, enhanced], dim=1) * self.dimension**0.5
        found = self.vectors(self.dropped(both)) + self.numbers(aside)
        share = torch.sigmoid(self.out(functional.relu(found)))
        fused = functional.normalize(share * raw + (1 - share) * enhanced)
        return fused, share.mean(1), cosine
