"""VGG's maps as a further opinion on likeness, for those who have its weights.

No package carries them, so they are not used for what is served, and this was run here with random
weights only. Weights of maps are Real-ESRGAN's (Wang et al., 2021).
"""

from pathlib import Path

import torch
from torch import Tensor, nn

_WIDTHS = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))
_TAKEN = {2: 0.1, 7: 0.1, 16: 1.0, 25: 1.0, 34: 1.0}
"""Layers of torchvision's `vgg19().features` whose output counts, before ReLU, and how much."""


class Vgg(nn.Module):
    """Its loss; .05 of it beside the others is a start."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for width, count in _WIDTHS:
            for _ in range(count):
                layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU()]
                inputs = width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers[: max(_TAKEN) + 1])
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1))
        self.register_buffer("spread", torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1))
        self.requires_grad_(requires_grad=False)

    def forward(self, crops: Tensor, clean: Tensor) -> Tensor:
        """Weighted mean absolute difference of maps; crops are BGR in [0, 1]."""
        one, other = (
            (each.flip(1) - self.get_buffer("mean")) / self.get_buffer("spread")
            for each in (crops, clean)
        )
        parts = []
        for place, layer in enumerate(self.features):
            one, other = layer(one), layer(other)
            if place in _TAKEN:
                parts.append(_TAKEN[place] * (one - other).abs().mean())
        return torch.stack(parts).sum()


def load(path: Path) -> Vgg:
    """Take torchvision's weights: a file of `vgg19().state_dict()`."""
    state = torch.load(path, weights_only=True, map_location="cpu")
    network = Vgg()
    wanted = {name for name in network.state_dict() if name.startswith("features")}
    missing = wanted - set(state)
    if missing:
        raise ValueError(f"{path} has no {min(missing)}")
    network.load_state_dict({name: state[name] for name in wanted}, strict=False)
    return network
