"""FROM's mask changes nothing until it has learned to, and only the mask tells the pattern."""

import pytest
import torch

from training.backbone import shipped
from training.backbone.network import Features, MobileFaceNet
from training.occlusion.decoder import MaskDecoder
from training.occlusion.predictor import PatternPredictor
from training.robust.model import RobustBranch

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(name="backbone", scope="module")
def _backbone() -> MobileFaceNet:
    return shipped.load()


def some_features(count: int = 3) -> Features:
    generator = torch.Generator().manual_seed(8)
    shapes = [(64, 28, 28), (128, 14, 14), (128, 7, 7), (512, 7, 7)]
    return Features(*[torch.randn(count, *shape, generator=generator) for shape in shapes])


def trained(*, binary: bool = False) -> MaskDecoder:
    """A decoder that has an opinion, as after some training."""
    torch.manual_seed(9)
    decoder = MaskDecoder(binary=binary)
    torch.nn.init.normal_(decoder.out.weight, std=1.0)
    return decoder


@pytest.mark.parametrize("binary", [False, True])
def test_a_new_mask_is_all_ones(*, binary: bool) -> None:
    """Exactly, whatever the crop, in training and after it."""
    decoder = MaskDecoder(binary=binary)

    for mode in (decoder.train(), decoder.eval()):
        assert bool((mode(some_features()) == 1).all())


@pytest.mark.parametrize("binary", [False, True])
def test_a_new_branch_answers_as_its_backbone_does(
    backbone: MobileFaceNet, *, binary: bool
) -> None:
    """So training starts where the frozen model is."""
    crops = torch.randn(2, 3, 112, 112, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = backbone(crops)
        actual = RobustBranch(backbone, binary=binary)(crops).raw

    assert expected.equal(actual)


def test_a_mask_doubles_at_most_and_differs_by_element() -> None:
    """Range (0, 2), one number for each channel and cell of each crop."""
    mask = trained()(some_features())

    assert (3, 512, 7, 7) == tuple(mask.shape)
    assert 0 < mask.min().item() < 0.5
    assert 1.5 < mask.max().item() <= 2  # rounded
    assert all(mask.std(dim).min().item() > 0 for dim in range(4))


def test_every_map_of_the_pyramid_counts() -> None:
    """Middle and deep maps: a mask changes with each of those that the decoder takes."""
    decoder, seen = trained().eval(), some_features()
    before = decoder(seen)
    others = [
        Features(seen.at28 + 1, seen.at14, seen.at7, seen.last),
        Features(seen.at28, seen.at14 + 1, seen.at7, seen.last),
        Features(seen.at28, seen.at14, seen.at7, seen.last + 1),
    ]

    assert all((decoder(other) - before).abs().max().item() > 1e-3 for other in others)


def test_a_binary_mask_is_zeros_and_ones_and_learns_all_the_same() -> None:
    """Straight through: the gradient is that of the soft mask, where a step has none."""
    hard, soft = trained(binary=True), trained()
    mask = hard(some_features())
    mask.square().sum().backward()
    gradients = [parameter.grad for parameter in hard.parameters()]

    assert {0.0, 1.0} == set(mask.detach().flatten().tolist())
    assert mask.detach().equal((soft(some_features()) >= 1).float())
    assert all(each is not None and each.abs().max().item() > 0 for each in gradients)


def test_the_predictor_hears_of_nothing_but_the_mask() -> None:
    """A mask of ones tells nothing: the same logits for every crop. Another mask tells more."""
    torch.manual_seed(10)
    predictor = PatternPredictor(37).eval()
    ones = predictor(torch.ones(4, 512, 7, 7))
    masks = predictor(trained().eval()(some_features(4)))

    assert (4, 37) == tuple(ones.shape)
    assert ones[:1].expand(4, -1).equal(ones)
    assert masks.std(0).min().item() > 0


def test_a_predictor_learns_which_part_of_a_mask_is_shut() -> None:
    """Left or right half of the map: told after a few steps, by masks it has not seen."""
    torch.manual_seed(11)
    sides = torch.arange(48) % 2
    masks = torch.rand(48, 512, 7, 7) + 0.5
    masks[sides == 0, :, :, :3] *= 0.5
    masks[sides == 1, :, :, 4:] *= 0.5
    predictor = PatternPredictor(2)
    optimizer = torch.optim.Adam(predictor.parameters(), 1e-2)
    for _ in range(15):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(predictor(masks[:32]), sides[:32])
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        optimizer.step()

    assert sides[32:].equal(predictor.eval()(masks[32:]).argmax(1))


@pytest.mark.parametrize(
    ("options", "masked", "logits"),
    [
        pytest.param({}, True, 226, id="FROM"),
        pytest.param({"grid": 3}, True, 37, id="grid of 3"),
        pytest.param({"grid": 4}, True, 101, id="grid of 4"),
        pytest.param({"grid": 5}, True, 226, id="grid of 5"),
        pytest.param({"grid": 6}, True, 442, id="grid of 6"),
        pytest.param({"binary": True}, True, 226, id="binary mask"),
        pytest.param({"told": False}, True, None, id="no predictor"),
        pytest.param({"masked": False}, False, None, id="plain fine-tuning"),
        pytest.param({"masked": False, "told": True}, False, None, id="no mask to tell by"),
    ],
)
def test_every_ablation_is_a_branch(
    backbone: MobileFaceNet, options: dict[str, int], logits: int | None, *, masked: bool
) -> None:
    """What is left out is None in its answers, and has no weights."""
    branch = RobustBranch(backbone, **options)  # type: ignore[arg-type]  # flags and a grid
    answer = branch(torch.zeros(2, 3, 112, 112))
    names = {name.split(".")[0] for name, _ in branch.named_parameters()}

    assert (2, 512) == tuple(answer.raw.shape)
    assert masked == (answer.mask is not None)
    assert masked == ("decoder" in names)
    assert logits == (None if answer.patterns is None else answer.patterns.shape[1])
    assert (logits is not None) == ("predictor" in names)
