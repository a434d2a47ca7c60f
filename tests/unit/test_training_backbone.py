"""The backbone in torch is the one that is served; its losses pull people apart."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch
from torch.nn import functional

from training.backbone import shipped
from training.backbone.losses import LOSSES, ArcFace, CosFace, Triplet
from training.backbone.network import MobileFaceNet

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_every_loss_pulls_a_batch_together(name: str) -> None:
    """A few steps on free vectors: the loss falls, and persons come apart."""
    torch.manual_seed(2)
    persons = torch.arange(12) % 4
    vectors = torch.nn.Parameter(torch.randn(12, 16))
    judge = LOSSES[name](16, 4)
    optimizer = torch.optim.Adam([vectors, *judge.parameters()], 0.05)

    before = float(judge(vectors, persons).detach())
    for _ in range(60):
        optimizer.zero_grad()
        judge(vectors, persons).backward()
        optimizer.step()
    same = persons[:, None] == persons[None]
    cosines = functional.normalize(vectors.detach()) @ functional.normalize(vectors.detach()).T

    assert float(judge(vectors, persons).detach()) < 0.2 * before
    assert cosines[same].mean() > cosines[~same].mean() + 0.3


def test_it_computes_what_the_shipped_file_computes() -> None:
    """Largest difference 1e-4, on noise."""
    crops = np.random.default_rng(1).normal(size=(3, 3, 112, 112)).astype(np.float32)
    [expected] = ort.InferenceSession(shipped.WEIGHTS).run(None, {"input": crops})

    with torch.no_grad():
        actual = shipped.load().eval()(torch.from_numpy(crops)).numpy()

    assert (3, 512) == actual.shape
    assert np.abs(expected - actual).max() < 1e-4


def test_a_file_with_other_layers_is_refused() -> None:
    """Another model's weights are not poured into this network."""
    with pytest.raises(ValueError, match="layers"):
        shipped.load(Path("models/yunet.onnx"))


def test_a_network_to_train_has_batch_norms_and_the_same_shapes() -> None:
    """From nothing: the maps that other heads tap are those of the shipped one."""
    features = MobileFaceNet().eval().features(torch.zeros(2, 3, 112, 112))

    assert (2, 64, 28, 28) == tuple(features.at28.shape)
    assert (2, 128, 14, 14) == tuple(features.at14.shape)
    assert (2, 128, 7, 7) == tuple(features.at7.shape)
    assert (2, 512, 7, 7) == tuple(features.last.shape)


@pytest.mark.parametrize(("loss", "margin"), [(CosFace, 0.35), (ArcFace, 0.5)])
def test_a_margin_makes_the_own_centre_harder_to_reach(
    loss: type[CosFace] | type[ArcFace], margin: float
) -> None:
    """At the centre itself the counted cosine is 1 - m, or cos m."""
    judge = loss(8, 3)
    expected = 1 - margin if loss is CosFace else np.cos(margin)

    assert expected == pytest.approx(judge.harder(torch.tensor(1.0)).item(), abs=1e-3)
    falling = judge.harder(torch.linspace(1, -1, 50))
    assert bool((falling.diff() < 0).all())


def test_a_triplet_compares_the_hardest_of_the_batch() -> None:
    """Two photos a person: .2 apart in one, strangers .5 away; the margin is .4."""
    vectors = torch.tensor([[1.0, 0.0], [0.8, 0.6], [0.5, -(0.75**0.5)], [0.5, -(0.75**0.5)]])
    persons = torch.tensor([0, 0, 1, 1])
    found = Triplet(margin=0.4)(vectors, persons)

    # Distances: own .2 twice and 0 twice; the nearest stranger of each.
    near = (1 - functional.normalize(vectors) @ functional.normalize(vectors).T).tolist()
    pairs = [(near[0][1], near[0][2]), (near[0][1], near[1][2]), (0.0, near[0][2])]
    hinges = [max(0.0, own - other + 0.4) for own, other in [*pairs, pairs[-1]]]
    expected = sum(hinges) / 4

    assert expected == pytest.approx(found.item(), abs=1e-5)


def test_nobody_twice_means_nothing_to_learn() -> None:
    """A batch without pairs has no loss rather than none at all."""
    assert 0.0 == Triplet()(torch.randn(3, 4), torch.tensor([0, 1, 2])).item()


def test_a_photo_and_its_copy_are_a_pair_like_any_other() -> None:
    """Rounding may put a distance a digit below 0: it counts all the same."""
    torch.manual_seed(3)
    vectors = torch.randn(64, 8).repeat_interleave(2, 0)
    persons = torch.arange(64).repeat_interleave(2)
    found = Triplet(margin=10.0)(vectors, persons)

    directions = functional.normalize(vectors)
    distances = (1 - directions @ directions.T).fill_diagonal_(9.0)
    distances[persons[:, None] == persons[None]] = 9.0
    expected = (10.0 - distances.amin(1)).mean()
    assert expected.item() == pytest.approx(found.item(), abs=1e-4)


def test_a_trained_network_becomes_a_file_that_is_served(tmp_path: Path) -> None:
    """Batch norms as they are in use go into the convolutions; the graph is the shipped one."""
    torch.manual_seed(4)
    network = MobileFaceNet()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias)
    network(torch.randn(6, 3, 112, 112))  # whose statistics it keeps
    shipped.save(network.eval(), tmp_path / "own.onnx")
    crops = torch.randn(3, 3, 112, 112)
    with torch.no_grad():
        expected = network(crops).numpy()
        read = shipped.load(tmp_path / "own.onnx").eval()(crops).numpy()
    session = ort.InferenceSession(tmp_path / "own.onnx")
    [served] = session.run(None, {"input": crops.numpy()})

    assert not np.allclose(expected[0], expected[1], atol=1e-2)
    assert 0 == pytest.approx(np.abs(expected - served).max(), abs=1e-4)
    assert 0 == pytest.approx(np.abs(expected - read).max(), abs=1e-4)


def test_writing_a_network_leaves_it_as_it_is(tmp_path: Path) -> None:
    """What was shipped comes back bit for bit; a network in training stays in training."""
    network = shipped.load().train()
    shipped.save(network, tmp_path / "own.onnx")
    again = shipped.load(tmp_path / "own.onnx")

    assert network.training
    assert all(
        one.equal(other)
        for one, other in zip(network.parameters(), again.parameters(), strict=True)
    )
