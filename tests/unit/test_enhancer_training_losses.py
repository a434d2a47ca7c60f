"""Each part of the enhancer's loss names one wrong, and reaches the network that can mend it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from faces.alignment import TEMPLATE
from tests.trainees import TINY
from training.enhancer.adversary import Adversary, rather
from training.enhancer.losses import (
    Parts,
    Weights,
    charbonnier,
    distance,
    eyes,
    invented,
    loss,
    misjudged,
    nearer,
    unlike,
)
from training.enhancer.networks.enhancer import Enhanced, Enhancer
from training.enhancer.recognisers import Look
from training.enhancer.samples import Pairs
from training.enhancer.vgg import Vgg, load

pytestmark = pytest.mark.usefixtures("one_thread")


class Tiles(nn.Module):
    """Sees the contrast of 16 tiles."""

    name = "tiles"
    apart = 1.0

    def forward(self, crops: Tensor) -> Look:
        maps = functional.avg_pool2d(crops, 28)
        flat = maps.flatten(1)
        return Look(functional.normalize(flat - flat.mean(1, keepdim=True)), [maps])


def pairs(count: int = 3) -> Pairs:
    generator = torch.Generator().manual_seed(4)
    coarse = torch.rand(count, 3, 4, 4, generator=generator)
    clean = functional.interpolate(coarse, scale_factor=28.0)
    noise = 0.1 * torch.randn(clean.shape, generator=generator)
    return Pairs(
        spoiled=(clean + noise).clamp(0, 1),
        clean=clean,
        scale=torch.tensor([0.25, 0.5, 1.0])[:count],
        noise=torch.tensor([25.0, float("nan"), 12.0])[:count],
        persons=torch.arange(count),
    )


def judged(found: Enhanced, given: Pairs) -> Parts:
    return loss(found, given, [Tiles(), Tiles()], Weights())


def perfect(given: Pairs) -> Enhanced:
    return Enhanced(given.clean, given.clean, torch.nan_to_num(given.noise, 3.0))


def test_what_is_right_costs_nothing() -> None:
    """The clean crops themselves, and the noise that there was."""
    parts = judged(perfect(pairs()), pairs()).numbers()

    assert parts == pytest.approx(dict.fromkeys(parts, 0.0), abs=1e-5)


@pytest.mark.parametrize(
    ("spoil", "names"),
    [
        pytest.param(
            lambda found: replace(found, noise=2 * found.noise), {"noise"}, id="noise misjudged"
        ),
        pytest.param(
            lambda found: replace(found, crops=found.crops + 0.05, denoised=found.denoised + 0.05),
            {"pixels", "denoised", "perceptual"},
            id="too bright, which is no other person",
        ),
        pytest.param(
            lambda found: replace(found, crops=found.crops.roll(1, 0)),
            {"pixels", "identity", "strangers", "perceptual", "consistency"},
            id="somebody else is drawn",
        ),
    ],
)
def test_each_part_names_one_wrong(spoil: Callable[[Enhanced], Enhanced], names: set[str]) -> None:
    """All others stay at nothing."""
    parts = judged(spoil(perfect(pairs())), pairs()).numbers()

    assert names | {"total"} == {name for name, value in parts.items() if value > 1e-3}


def test_eyes_count_twice() -> None:
    """At the eyes of the template, not at its mouth; a whole crop counts as before."""
    weights = eyes()
    columns, rows = np.rint(TEMPLATE).astype(int).T
    eye, other, nose, mouth, _ = weights[rows, columns].tolist()

    assert eye == other == pytest.approx(2 * mouth)
    assert mouth == nose
    assert 1.0 == pytest.approx(weights.mean().item())
    dim = torch.zeros(1, 3, 112, 112)
    wrong = dim.clone()
    wrong[:, :, 50:54, 36:40] = 0.5
    moved = dim.clone()
    moved[:, :, 90:94, 54:58] = 0.5
    assert charbonnier(wrong, dim).item() == pytest.approx(2 * charbonnier(moved, dim).item())


def test_identity_counts_in_units_of_two_people() -> None:
    """A recogniser whose strangers are .2 apart: .1 off is half of a person."""
    one = functional.normalize(torch.tensor([[1.0, 0.0]]))
    other = functional.normalize(torch.tensor([[0.9, (1 - 0.81) ** 0.5]]))

    assert 0.5 == pytest.approx(distance(Look(other, []), Look(one, []), 0.2).item(), abs=1e-5)


def test_only_strangers_repel_and_only_beyond_the_clean_crop() -> None:
    """Two photos of one person may come as close as they like, and so may what was close."""
    clean = Look(torch.eye(3), [])
    drifted = Look(functional.normalize(torch.eye(3) + 0.5 * torch.eye(3).roll(1, 0)), [])
    several, one = torch.arange(3), torch.zeros(3, dtype=torch.int64)

    assert 0.0 == nearer(clean, clean, several, 1.0).item()
    assert 0.0 == nearer(drifted, drifted, several, 1.0).item()
    assert 0.0 == nearer(drifted, clean, one, 1.0).item()
    assert 0.2 == pytest.approx(nearer(drifted, clean, several, 1.0).item(), abs=1e-6)


def test_detail_is_free_and_what_the_source_would_have_seen_is_not() -> None:
    """Stripes average away in pixels as wide as they are; in finer ones, and a shade, never."""
    stripes = torch.ones(1, 3, 112, 112)
    stripes[..., torch.arange(112) % 8 < 4] *= -1
    shade, small, large = torch.ones(1, 3, 112, 112), torch.tensor([0.125]), torch.tensor([0.5])

    assert 0.0 == pytest.approx(invented(stripes, small).item(), abs=1e-6)
    assert 1.0 == pytest.approx(invented(stripes, large).item(), abs=0.02)
    assert 1.0 == pytest.approx(invented(shade, small).item(), abs=0.02)


def test_the_first_detail_costs_nothing_yet() -> None:
    """A generator that is silent may begin to speak: the price rises from nought, not at once."""
    added = torch.zeros(1, 3, 112, 112, requires_grad=True)
    (slope,) = torch.autograd.grad(invented(added, torch.tensor([1.0])), added)

    assert 0.0 == slope.abs().max().item()


def test_unknown_noise_teaches_nothing() -> None:
    """Of a batch of scenes the mean is nought, and no number is lost on the way."""
    unknown = torch.tensor([float("nan")] * 2)
    found = torch.tensor([3.0, 4.0], requires_grad=True)

    assert 0.0 == misjudged(found, unknown).item()
    assert 0.0 < misjudged(found, torch.tensor([float("nan"), 9.0])).item()


def test_maps_count_by_their_own_spread() -> None:
    """A loud channel is no more important than a faint one."""
    maps = torch.rand(4, 2, 8, 8)
    loud = maps * torch.tensor([100.0, 1.0]).reshape(1, 2, 1, 1)

    assert unlike([maps.flip(3)], [maps]).item() == pytest.approx(
        unlike([loud.flip(3)], [loud]).item(), rel=0.02
    )


def test_what_recognisers_see_reaches_the_denoiser() -> None:
    """With the identity loss alone: through the generator to the denoiser's first layer."""
    torch.manual_seed(3)
    enhancer, given = Enhancer(TINY), pairs()
    with torch.no_grad():
        for parameter in enhancer.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
    parts = judged(enhancer(given.spoiled, given.scale), given)
    parts.identity.backward()  # type: ignore[no-untyped-call]  # torch's own
    first = enhancer.denoiser.get_submodule("inward.0.path.0")

    for layer in (first, enhancer.denoiser.out, enhancer.generator.enter, enhancer.generator.out):
        gradient = layer.get_parameter("weight").grad
        assert gradient is not None
        assert 0 < gradient.abs().max().item()


def test_the_noise_estimate_is_bent_by_nothing_but_the_truth() -> None:
    """Its head learns from known noise; pixels and identity do not reach it."""
    enhancer, given = Enhancer(TINY), pairs()
    found = enhancer(given.spoiled, given.scale)
    parts = judged(found, given)
    out = enhancer.estimate.head[2].get_parameter("bias")
    rest = parts.total - Weights().noise * parts.noise
    (bent,) = torch.autograd.grad(rest, out, retain_graph=True)
    (taught,) = torch.autograd.grad(parts.noise, out)

    assert 0.0 == bent.abs().max().item()
    assert 0 < taught.abs().max().item()


def test_an_adversary_compares() -> None:
    """It costs little to look more real than the others do, much to look less, even: log 2."""
    low, high = torch.full((2, 1, 7, 7), -3.0), torch.full((2, 1, 7, 7), 3.0)

    assert rather(high, low).item() < 0.01
    assert 6.0 == pytest.approx(rather(low, high).item(), abs=0.01)
    assert 0.6931 == pytest.approx(rather(low, low).item(), abs=1e-4)
    assert (2, 1, 7, 7) == tuple(Adversary(8)(torch.rand(2, 3, 112, 112)).shape)


def test_vgg_takes_torchvisions_weights(tmp_path: Path) -> None:
    """By their names; a file without them is refused."""
    network = Vgg()
    state = {name: one for name, one in network.state_dict().items() if name.startswith("feat")}
    torch.save(state | {"classifier.0.weight": torch.zeros(1)}, tmp_path / "vgg.pt")
    torch.save({"features.0.weight": state["features.0.weight"]}, tmp_path / "part.pt")
    again, given = load(tmp_path / "vgg.pt"), torch.rand(1, 3, 32, 32)

    assert 0.0 == again(given, given).item()
    assert 0.0 < again(given.flip(3), given).item()
    assert network(given.flip(3), given).item() == pytest.approx(again(given.flip(3), given).item())
    with pytest.raises(ValueError, match=r"has no features\.0\.bias"):
        load(tmp_path / "part.pt")
