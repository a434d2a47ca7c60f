"""The enhancer's networks: what they are before they learn, and what reaches them when they do."""

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.enhancer.networks.cbam import ChannelAttention, SpatialAttention
from training.enhancer.networks.enhancer import SIZES, Enhancer, Size
from training.enhancer.networks.noise import NoiseEstimate

pytestmark = pytest.mark.usefixtures("one_thread")

TINY = Size(denoiser=4, width=8, blocks=2, growth=4)

SCALE = torch.tensor([0.25, 0.5])


def crops(count: int = 2, *, seed: int = 1) -> Tensor:
    return torch.rand(count, 3, 112, 112, generator=torch.Generator().manual_seed(seed))


def learned(size: Size = TINY) -> Enhancer:
    """As if it had been trained: every weight has moved."""
    torch.manual_seed(3)
    enhancer = Enhancer(size)
    with torch.no_grad():
        for parameter in enhancer.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return enhancer.eval()


def multiplications(network: nn.Module, *inputs: Tensor) -> int:
    """Of all convolutions and linear layers."""
    counted = [0]

    def count(layer: nn.Module, _: object, output: Tensor) -> None:
        weight = layer.get_parameter("weight")
        counted[0] += output.numel() * weight[0].numel()

    layers = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    handles = [layer.register_forward_hook(count) for layer in layers]
    with torch.no_grad():
        network(*inputs)
    for handle in handles:
        handle.remove()
    return counted[0]


@torch.no_grad()
def test_it_starts_as_the_identity() -> None:
    """New networks return what they are given, to the last bit, whatever the camera."""
    enhancer, given = Enhancer(TINY), crops()
    found = enhancer(given, SCALE, torch.randn(2, enhancer.adapter_size))

    assert given.equal(found.crops)
    assert given.equal(found.denoised)


@torch.no_grad()
def test_each_half_works_alone() -> None:
    """Without the denoiser the generator sees the crop; without the generator that is the end."""
    enhancer, given = learned(), crops()
    both = enhancer(given, SCALE)
    denoised = enhancer(given, SCALE, resolve=False)
    resolved = enhancer(given, SCALE, denoise=False)

    assert both.denoised.equal(denoised.crops)
    assert given.equal(resolved.denoised)
    assert not both.crops.equal(denoised.crops)
    added = enhancer.generator(given, SCALE)
    assert torch.allclose(given + added, resolved.crops)


@torch.no_grad()
def test_an_adapter_of_zeros_is_none() -> None:
    """Other numbers change the picture, and each crop has its own row."""
    enhancer, given = learned(), crops(1).expand(2, -1, -1, -1)
    scale, rows = SCALE[:1].expand(2), torch.zeros(2, enhancer.adapter_size)
    plain = enhancer(given, scale)
    zeros = enhancer(given, scale, rows)
    rows[1] = 0.3
    mixed = enhancer(given, scale, rows)

    assert torch.allclose(plain.crops, zeros.crops, atol=1e-6)
    assert torch.allclose(plain.crops[0], mixed.crops[0], atol=1e-6)
    assert not torch.allclose(plain.crops[1], mixed.crops[1], atol=1e-3)


@pytest.mark.parametrize("part", ["denoiser", "generator"])
def test_every_block_has_a_part_of_the_adapter(part: str) -> None:
    """No number of an adapter is idle."""
    enhancer = learned()
    rows = torch.zeros(1, enhancer.adapter_size, requires_grad=True)
    (enhancer(crops(1), SCALE[:1], rows).crops ** 2).sum().backward()

    assert rows.grad is not None
    first = 2 * sum(enhancer.denoiser.widths)
    own = rows.grad[0, :first] if part == "denoiser" else rows.grad[0, first:]
    assert 0 < own.numel()
    assert (own != 0).float().mean().item() > 0.95


@torch.no_grad()
def test_the_scale_is_heard() -> None:
    """The same picture as a small and as a large face: two answers of each half."""
    enhancer, given = learned(), crops(1).expand(2, -1, -1, -1)
    noise = torch.tensor([10.0, 10.0])
    found = enhancer.denoiser(given, noise, SCALE)
    added = enhancer.generator(given, SCALE)

    assert not torch.allclose(found[0], found[1], atol=1e-4)
    assert not torch.allclose(added[0], added[1], atol=1e-4)


@torch.no_grad()
def test_the_noise_level_is_heard() -> None:
    """One picture, two levels: the denoiser's map says which."""
    enhancer, given = learned(), crops(1).expand(2, -1, -1, -1)
    found = enhancer.denoiser(given, torch.tensor([2.0, 40.0]), SCALE[:1].expand(2))

    assert not torch.allclose(found[0], found[1], atol=1e-4)


@torch.no_grad()
def test_a_batch_is_its_crops_one_by_one() -> None:
    """Nobody's picture depends on who else is in the batch."""
    enhancer, given = learned(), crops(3)
    scale, rows = torch.tensor([0.2, 0.5, 1.0]), 0.1 * torch.randn(3, enhancer.adapter_size)
    whole = enhancer(given, scale, rows)
    parts = [enhancer(given[[k]], scale[[k]], rows[[k]]) for k in range(3)]

    assert torch.allclose(whole.crops, torch.cat([each.crops for each in parts]), atol=1e-5)
    assert torch.allclose(whole.noise, torch.cat([each.noise for each in parts]), atol=1e-4)


@torch.no_grad()
def test_channel_attention_is_the_articles() -> None:
    """Mean and peak go through the same two layers, and are added before the sigmoid."""
    torch.manual_seed(5)
    attention, maps = ChannelAttention(16), torch.randn(2, 16, 9, 9)
    first, _, second = attention.shared

    def linear(given: Tensor, layer: nn.Module) -> Tensor:
        return given @ layer.get_parameter("weight").T + layer.get_parameter("bias")

    def layers(pooled: Tensor) -> Tensor:
        return linear(functional.relu(linear(pooled, first)), second)

    flat = maps.flatten(2)
    weight = torch.sigmoid(layers(flat.mean(2)) + layers(flat.max(2).values))
    assert torch.allclose(maps * weight[..., None, None], attention(maps), atol=1e-6)


@torch.no_grad()
def test_spatial_attention_is_the_articles() -> None:
    """A 7 x 7 convolution over two maps only: mean and peak of the channels."""
    torch.manual_seed(5)
    attention, maps = SpatialAttention(), torch.randn(2, 16, 9, 9)
    summary = torch.stack([maps.mean(1), maps.max(1).values], dim=1)
    expected = maps * torch.sigmoid(attention.look(summary))

    assert (1, 2, 7, 7) == tuple(attention.look.weight.shape)
    assert torch.allclose(expected, attention(maps), atol=1e-6)


@torch.no_grad()
@pytest.mark.parametrize("sigma", [5.0, 20.0, 40.0])
def test_the_noise_estimate_starts_as_immerkaers(sigma: float) -> None:
    """Of a slope with noise of its own in each pixel: its standard deviation, in levels."""
    ramp = torch.linspace(0.3, 0.7, 112).expand(1, 3, 112, 112)
    noise = torch.randn(1, 1, 112, 112, generator=torch.Generator().manual_seed(2))
    noisy = ramp + sigma / 255 * noise
    estimate = NoiseEstimate()

    assert sigma == pytest.approx(estimate(noisy, torch.ones(1)).item(), rel=0.05)
    assert estimate(ramp, torch.ones(1)).item() < 0.1


@torch.no_grad()
def test_enlarged_noise_shows_at_a_distance() -> None:
    """Each value spread over 4 x 4 pixels: its neighbours hide it, four pixels away it is heard."""
    small = torch.randn(1, 1, 28, 28, generator=torch.Generator().manual_seed(2))
    large = functional.interpolate(small, scale_factor=4.0, mode="bicubic")
    crops_ = 0.5 + 10 / 255 * large.expand(-1, 3, -1, -1)
    estimate = NoiseEstimate()
    near, far = (estimate.answer(crops_, distance).item() for distance in (1, 4))

    assert near < 0.25 * far
    assert 255 * crops_.std().item() == pytest.approx(far, rel=0.3)


def test_the_served_size_is_what_a_core_can_do() -> None:
    """One crop: 1.2 billion multiplications, of which the generator has two thirds."""
    enhancer = Enhancer()
    given = crops(1), SCALE[:1]
    denoiser = multiplications(enhancer.denoiser, given[0], torch.ones(1), given[1])
    generator = multiplications(enhancer.generator, *given)

    assert (352, 853) == (round(denoiser / 1e6), round(generator / 1e6))
    assert 1.21e9 > multiplications(enhancer, *given)
    assert 918_014 == sum(each.numel() for each in enhancer.parameters())
    assert 576 == enhancer.adapter_size


def test_the_full_size_is_esrgans() -> None:
    """23 blocks of width 64: 16.7 million weights in the generator."""
    assert 16.7e6 == pytest.approx(
        sum(each.numel() for each in Enhancer(SIZES["full"]).generator.parameters()), rel=0.01
    )


@pytest.mark.parametrize("side", [28, 56])
def test_a_generator_may_look_at_smaller_blocks(side: int) -> None:
    """Of 4 x 4 pixels, or of 2 x 2: its maps have as many places, the picture its own."""
    shrink = 112 // side
    enhancer = Enhancer(Size(denoiser=4, width=8, blocks=1, growth=4, shrink=shrink))
    seen: list[tuple[int, ...]] = []
    enhancer.generator.join.register_forward_hook(
        lambda _layer, _given, output: seen.append(tuple(output.shape[2:]))
    )
    found = enhancer(crops(1), SCALE[:1])

    assert [(side, side)] == seen
    assert (1, 3, 112, 112) == tuple(found.crops.shape)
    assert math.log2(shrink) == len(enhancer.generator.enlarge)
