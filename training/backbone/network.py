"""MobileFaceNet (Chen et al., 2018), with taps where other heads look in."""

from collections.abc import Iterable
from dataclasses import dataclass

from torch import Tensor, nn

DIMENSION = 512
"""Numbers in a vector."""


@dataclass(frozen=True, slots=True)
class Features:
    """What a crop looks like on its way through; the first axis is the batch."""

    at28: Tensor
    """Shape (n, 64, 28, 28)."""

    at14: Tensor
    """Shape (n, 128, 14, 14)."""

    at7: Tensor
    """Shape (n, 128, 7, 7)."""

    last: Tensor
    """Shape (n, 512, 7, 7): the map that is pooled. FROM masks it."""


class Unit(nn.Sequential):
    """Convolution, batch norm unless it is folded, PReLU unless linear."""

    def __init__(  # a convolution has that many
        self,
        inputs: int,
        outputs: int,
        side: int = 1,
        *,
        stride: int = 1,
        groups: int = 1,
        linear: bool = False,
        folded: bool,
        padding: int | None = None,
    ) -> None:
        pad = side // 2 if padding is None else padding
        parts: list[nn.Module] = [
            nn.Conv2d(inputs, outputs, side, stride, pad, groups=groups, bias=folded)
        ]
        parts += [] if folded else [nn.BatchNorm2d(outputs)]
        parts += [] if linear else [nn.PReLU(outputs)]
        super().__init__(*parts)


class Bottleneck(nn.Module):
    """Widen, look around in each channel, narrow; added to its input if that fits."""

    def __init__(
        self, inputs: int, wide: int, outputs: int, *, stride: int = 1, folded: bool
    ) -> None:
        super().__init__()
        self.added = stride == 1 and inputs == outputs
        self.path = nn.Sequential(
            Unit(inputs, wide, folded=folded),
            Unit(wide, wide, 3, stride=stride, groups=wide, folded=folded),
            Unit(wide, outputs, linear=True, folded=folded),
        )

    def forward(self, values: Tensor) -> Tensor:
        """Shape (n, inputs, h, w) to (n, outputs, h / stride, w / stride)."""
        changed: Tensor = self.path(values)
        return values + changed if self.added else changed


class MobileFaceNet(nn.Module):
    """Crops to raw vectors. Input (n, 3, 112, 112), BGR, (pixel - 127.5) / 128."""

    def __init__(self, *, folded: bool = False) -> None:
        """Make one with random weights.

        Args:
            folded: Without batch norms, as the shipped file has them folded into its
                convolutions. To train from scratch, keep them.
        """
        super().__init__()
        self.stem = nn.Sequential(
            Unit(3, 64, 3, stride=2, folded=folded), Unit(64, 64, 3, groups=64, folded=folded)
        )
        self.to28 = _stage(64, 128, 64, 4, folded=folded, narrow=128)
        self.to14 = _stage(64, 256, 128, 6, folded=folded, narrow=256)
        self.to7 = _stage(128, 512, 128, 2, folded=folded, narrow=256)
        self.widen = Unit(128, DIMENSION, folded=folded)
        self.pool = Unit(
            DIMENSION, DIMENSION, 7, groups=DIMENSION, linear=True, folded=folded, padding=0
        )
        self.project = Unit(DIMENSION, DIMENSION, linear=True, folded=folded)

    def features(self, crops: Tensor) -> Features:
        """All taps."""
        at28 = self.to28(self.stem(crops))
        at14 = self.to14(at28)
        at7 = self.to7(at14)
        return Features(at28, at14, at7, self.widen(at7))

    def vectors(self, last: Tensor) -> Tensor:
        """Pool and project the last map: shape (n, 512, 7, 7) to (n, 512), raw."""
        found: Tensor = self.project(self.pool(last)).flatten(1)
        return found

    def forward(self, crops: Tensor) -> Tensor:
        """Raw vectors, shape (n, 512)."""
        return self.vectors(self.features(crops).last)


def _stage(  # the rows of the paper's table
    inputs: int, first: int, outputs: int, repeats: int, *, folded: bool, narrow: int
) -> nn.Sequential:
    blocks: Iterable[nn.Module] = (
        Bottleneck(inputs, first, outputs, stride=2, folded=folded),
        *(Bottleneck(outputs, narrow, outputs, folded=folded) for _ in range(repeats)),
    )
    return nn.Sequential(*blocks)
