"""The backbone in torch is the one that is served, and can be trained from nothing."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort
import pytest
import torch
from torch.nn import functional

from training.backbone import shipped
from training.backbone.fleet import Fleet
from training.backbone.folder import CropFolder
from training.backbone.losses import LOSSES, ArcFace, CosFace, Triplet
from training.backbone.network import MobileFaceNet
from training.backbone.recipe import Recipe, Training

ALONE = Fleet(torch.device("cpu"))


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Threads that wait for each other are slow where other work has the cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


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


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Three made people, three photos of each: smooth patterns with a little noise."""
    generator = np.random.default_rng(5)
    for person in range(3):
        coarse = generator.integers(0, 256, (4, 4, 3)).astype(np.uint8)
        face = cv2.resize(coarse, (112, 112), interpolation=cv2.INTER_CUBIC)
        for photo in range(3):
            noisy = face + generator.normal(0, 12, face.shape)
            path = tmp_path / f"p{person}" / f"{photo}.png"
            path.parent.mkdir(exist_ok=True)
            cv2.imwrite(str(path), np.clip(noisy, 0, 255).astype(np.uint8))
    return tmp_path


@pytest.mark.parametrize("loss", ["triplet", "arcface"])
def test_a_training_tells_a_few_people_apart(folder: Path, tmp_path: Path, loss: str) -> None:
    """Overfitted on 9 crops: every photo is nearer to its own person's than to any other."""
    crops = CropFolder(folder)
    recipe = Recipe(loss=loss, epochs=45, size=9, rate=4.0, workers=0)
    training = Training(crops, recipe, ALONE, tmp_path / "state.pt")
    losses = [mean for _, mean in training.run()]

    with torch.no_grad():
        training.network.eval()
        vectors = functional.normalize(
            training.network(torch.stack([crops[row][0] for row in range(9)]))
        )
    cosines = vectors @ vectors.T
    own = torch.from_numpy(crops.persons[:, None] == crops.persons[None])
    assert losses[-1] < losses[0]
    assert cosines[own].min() > cosines[~own].max()


def test_a_training_goes_on_where_it_was_left(folder: Path, tmp_path: Path) -> None:
    """Stopped after one of two epochs and taken up by another process' object: the same weights
    as without a stop."""
    crops = CropFolder(folder)
    recipe = Recipe(epochs=2, size=4, workers=0)
    whole = Training(crops, recipe, ALONE, tmp_path / "whole.pt")
    list(whole.run())

    parts = Training(crops, recipe, ALONE, tmp_path / "parts.pt")
    next(parts.run())
    again = Training(crops, recipe, ALONE, tmp_path / "parts.pt")
    rest = list(again.run())

    assert [2] == [done for done, _ in rest]
    expected = whole.network.state_dict()
    assert all(expected[k].equal(v) for k, v in again.network.state_dict().items())


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param({}, "has no photo", id="empty"),
        pytest.param({"p/a.png": (50, 50)}, "112 x 112", id="not aligned"),
    ],
)
def test_a_folder_that_does_not_fit_is_refused(
    tmp_path: Path, files: dict[str, tuple[int, int]], message: str
) -> None:
    """With the path and what was expected."""
    for name, shape in files.items():
        (tmp_path / name).parent.mkdir(parents=True)
        cv2.imwrite(str(tmp_path / name), np.zeros((*shape, 3), np.uint8))

    with pytest.raises(ValueError, match=message):
        CropFolder(tmp_path)[0]
