"""Denoiser and generator in a row, each of which may be left out."""

from dataclasses import dataclass

from torch import Tensor, nn

from training.enhancer.networks import film
from training.enhancer.networks.denoiser import Denoiser
from training.enhancer.networks.generator import Generator
from training.enhancer.networks.noise import NoiseEstimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How wide and how deep."""

    denoiser: int = 16
    """Channels of the U-Net at full size."""

    width: int = 32
    blocks: int = 4
    growth: int = 16
    """Of the generator."""

    shrink: int = 4
    """Pixels along a side that become one place of the generator's maps."""


SIZES = {"small": Size(), "full": Size(denoiser=32, width=64, blocks=23, growth=32)}
"""`small` is for processors and is the one that is served; `full` is ESRGAN's, for GPUs."""


@dataclass(frozen=True, slots=True)
class Enhanced:
    """What became of n crops. Values may leave [0, 1] by a little; whoever serves them cuts."""

    crops: Tensor
    """Shape (n, 3, 112, 112), BGR."""

    denoised: Tensor
    """The same before detail was added."""

    noise: Tensor
    """Shape (n,): estimated standard deviation of the given crops' noise, levels of 255."""


class Enhancer(nn.Module):
    """At the start it returns what it is given."""

    def __init__(self, size: Size | None = None) -> None:
        """Make one; `size` is the small one if None."""
        super().__init__()
        self.size = size or Size()
        self.estimate = NoiseEstimate()
        self.denoiser = Denoiser(self.size.denoiser)
        self.generator = Generator(
            width=self.size.width,
            blocks=self.size.blocks,
            growth=self.size.growth,
            shrink=self.size.shrink,
        )

    @property
    def adapter_size(self) -> int:
        """Numbers of a camera's adapter."""
        return film.size([*self.denoiser.widths, *self.generator.widths])

    def forward(
        self,
        crops: Tensor,
        scale: Tensor,
        adapter: Tensor | None = None,
        *,
        denoise: bool = True,
        resolve: bool = True,
    ) -> Enhanced:
        """Enhance.

        Args:
            crops: Shape (n, 3, 112, 112), BGR, range [0, 1].
            scale: Shape (n,), source pixels per pixel of the crop, range (0, 1].
            adapter: Shape (n, adapter_size), a row for the camera of each crop; None for zeros.
            denoise: With the denoiser.
            resolve: With the generator.
        """
        widths = (self.denoiser.widths, self.generator.widths)
        first, second = _halves(adapter, film.size(widths[0]))
        noise = self.estimate(crops, scale)
        denoised = crops
        if denoise:
            # The estimate says how much noise there is; whoever uses it must not bend it.
            denoised = crops - self.denoiser(crops, noise.detach(), scale, first)
        enhanced = denoised
        if resolve:
            enhanced = denoised + self.generator(denoised, scale, second)
        return Enhanced(enhanced, denoised, noise)


def _halves(adapter: Tensor | None, first: int) -> tuple[Tensor | None, Tensor | None]:
    return (None, None) if adapter is None else (adapter[:, :first], adapter[:, first:])
