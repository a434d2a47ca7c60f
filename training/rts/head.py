"""The head: from what the backbone saw to the variances behind the temperature."""

import torch
from torch import Tensor, nn

from training.backbone.network import Features

LOG_VARIANCE = 4.0
"""Largest, and smallest with a minus: e^4 is as unsure as it gets."""

INPUTS = {"vector": 512, "vector and last map": 1536, "all": 1920}
"""What a head may look at besides the vector's length: so many columns of a summary."""

SUMMARY = 512 + 512 + 512 + 128 + 128 + 64 + 64 + 1
"""Numbers in a summary."""


def summarize(features: Features, raw: Tensor) -> Tensor:
    """Reduce maps to their means and deviations over the crop; with the raw vector.

    The last number is the logarithm of the raw vector's length, which alone is a fair
    quality score (Meng et al., CVPR 2021).

    Returns:
        Shape (n, SUMMARY).
    """
    parts = [raw]
    for values in (features.last, features.at14, features.at28):
        mean = values.mean((2, 3))
        parts += [mean, (values - mean[:, :, None, None]).square().mean((2, 3)).add(1e-8).sqrt()]
    parts.append(raw.norm(dim=1, keepdim=True).clamp(min=1e-6).log())
    return torch.cat(parts, 1)


class TemperatureHead(nn.Module):
    """Variances v_1 to v_delta; the temperature is sum of v_k e_k^2 / (delta - 2)."""

    def __init__(self, *, delta: int = 16, hidden: int = 128, inputs: str = "all") -> None:
        """Make a head.

        Args:
            delta: Degrees of freedom, at least 3.
            hidden: Width of a layer between; 0 for the paper's linear head.
            inputs: One of `INPUTS`.
        """
        super().__init__()
        self.delta, self.last = delta, INPUTS[inputs]
        width = self.last + 1
        self.scale = nn.BatchNorm1d(width, affine=False)
        """Brings every input to mean 0 and variance 1."""
        layers: list[nn.Module] = []
        if hidden:
            layers = [nn.Linear(width, hidden), nn.BatchNorm1d(hidden), nn.PReLU(hidden)]
            layers.append(nn.Dropout(0.2))
        # The last norm fixes where log v lies and how far it spreads: no collapse.
        layers += [nn.Linear(hidden or width, delta), nn.BatchNorm1d(delta)]
        self.layers = nn.Sequential(*layers)

    def forward(self, summary: Tensor) -> Tensor:
        """Log variances, shape (n, delta), of summaries (n, SUMMARY)."""
        looked_at = torch.cat([summary[:, : self.last], summary[:, -1:]], 1)
        found: Tensor = self.layers(self.scale(looked_at))
        return found.clamp(-LOG_VARIANCE, LOG_VARIANCE)


def uncertainty(log_variances: Tensor) -> Tensor:
    """The mode of the temperature: the mean variance. Shape (n,); higher is less sure."""
    return log_variances.exp().mean(1)
