"""A backbone is trained from nothing, goes on where it was left, and ends as a file."""

import csv
from argparse import ArgumentParser
from collections import Counter
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort
import pytest
import torch
from torch.nn import functional

from tests.trainees import batch_of, patterns
from training.backbone import command
from training.backbone.fleet import Fleet
from training.backbone.folder import CropFolder, SeveralEach
from training.backbone.loop import Training
from training.backbone.losses import LOSSES
from training.backbone.network import MobileFaceNet
from training.backbone.recipe import Recipe

pytestmark = pytest.mark.usefixtures("one_thread")

ALONE = Fleet(torch.device("cpu"))


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Two made people with three pictures each, no two of which are alike."""
    for place, crop in enumerate(patterns(6, 1)):
        path = tmp_path / "crops" / f"p{place // 3}" / f"{place}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), crop)
    return tmp_path / "crops"


def apart(network: MobileFaceNet, crops: CropFolder) -> float:
    """How much nearer pictures of one person are than of two, as mean cosines."""
    with torch.no_grad():
        both = torch.cat([torch.stack([crops[row][0] for row in range(6)]) for _ in range(2)])
        vectors = functional.normalize(network.eval()(both))
    persons = np.tile(crops.persons, 2)
    pictures = np.tile(np.arange(6), 2)
    cosines = (vectors @ vectors.T).numpy()
    same = persons[:, None] == persons[None]
    other = pictures[:, None] != pictures[None]
    return float(cosines[same & other].mean() - cosines[~same].mean())


@pytest.mark.timeout(300)  # three seconds each, unless other work has the cores
@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_a_training_learns_a_few_pictures_by_heart(folder: Path, tmp_path: Path, loss: str) -> None:
    """Six pictures that share nothing but a name: they come together, as nothing else could
    make them, in the state in which the network is used."""
    crops = CropFolder(folder)
    recipe = Recipe(loss=loss, epochs=16, size=6, rate=4.0, workers=0)
    training = Training(crops, recipe, ALONE, tmp_path / "state.pt")
    for module in training.network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 0.3  # 16 steps are few
    before = apart(training.network, crops)
    losses = [mean for _, mean in training.run()]

    assert losses[-1] < 0.2 * losses[0]
    assert apart(training.network, crops) > before + 0.2


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


def test_a_training_goes_on_only_as_it_was_begun(folder: Path, tmp_path: Path) -> None:
    """Another loss has other weights; other people would inherit the first ones' centres."""
    recipe = Recipe(epochs=1, size=4, workers=0)
    Training(CropFolder(folder), recipe, ALONE, tmp_path / "state.pt")
    Training(CropFolder(folder), replace(recipe, workers=3), ALONE, tmp_path / "state.pt")

    with pytest.raises(ValueError, match="other loss, seed"):
        Training(
            CropFolder(folder),
            replace(recipe, loss="cosface", seed=2),
            ALONE,
            tmp_path / "state.pt",
        )
    (folder / "p0").rename(folder / "q0")
    with pytest.raises(ValueError, match="other photos"):
        Training(CropFolder(folder), recipe, ALONE, tmp_path / "state.pt")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param({}, "has no photo", id="empty"),
        pytest.param({"p/a.png": (50, 50), "q/a.png": (50, 50)}, "112 x 112", id="not aligned"),
        pytest.param({"p/a.png": (112, 112)}, "one person only", id="nobody else"),
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
        CropFolder(tmp_path)


def test_crops_are_mirrored_and_spoiled_as_asked(folder: Path) -> None:
    """Half of them mirrored; nothing else unless it is wanted."""
    plain, spoiled = CropFolder(folder), CropFolder(folder, spoil=1.0, occlude=1.0)
    crop = patterns(6, 1)[0]
    both = [batch_of(each[None])[0] for each in (crop, crop[:, ::-1])]
    torch.manual_seed(5)
    seen = [plain[0][0] for _ in range(12)]

    assert all(any(one.equal(each) for each in both) for one in seen)
    assert all(any(one.equal(each) for one in seen) for each in both)
    assert not any(spoiled[0][0].equal(each) for each in both)


def test_a_batch_of_several_each_shows_nobody_a_photo_twice() -> None:
    """Four photos of each of four people; who has fewer is filled up with what there is."""
    persons = np.repeat(np.arange(6), [9, 9, 9, 9, 9, 2])
    drawn = list(SeveralEach(persons, size=16))
    counts = [Counter(persons[rows].tolist()) for rows in drawn]

    assert 47 // 16 == len(drawn)
    assert all({4} == set(count.values()) and 4 == len(count) for count in counts)
    for rows in (row for _ in range(20) for row in SeveralEach(persons, size=16)):
        rich = [row for row in rows if persons[row] != 5]
        assert len(rich) == len(set(rich))


def test_several_processes_share_a_pass_over_all_photos() -> None:
    """Each makes its part of the batches."""
    persons = np.repeat(np.arange(8), 10)

    assert (5, 2) == tuple(len(SeveralEach(persons, size=16, processes=n)) for n in (1, 2))


def test_the_rate_rises_for_an_epoch_and_falls_to_nothing() -> None:
    """In proportion to the crops of a step; a cosine from the second epoch on."""
    recipe = Recipe(epochs=5, rate=0.1)

    assert 0.05 == pytest.approx(recipe.rate_at(0.5, 512))
    assert 0.1 == pytest.approx(recipe.rate_at(1, 512))
    assert 0.2 == pytest.approx(recipe.rate_at(1, 1024))
    assert 0.05 == pytest.approx(recipe.rate_at(3, 512))
    assert 0.0 == pytest.approx(recipe.rate_at(5, 512))


def asked(*options: str, work: Path) -> None:
    parser = ArgumentParser()
    command.add(parser)
    arguments = parser.parse_args(options)
    arguments.work = work
    arguments.run(arguments)


def test_the_command_trains_logs_and_writes_what_is_served(folder: Path, tmp_path: Path) -> None:
    """A line for each epoch, and a file with the shipped one's input and output."""
    options = ["--data", str(folder), "--epochs", "2", "--size", "6", "--workers", "0"]
    asked(*options, work=tmp_path / "work")
    asked(*options, work=tmp_path / "work")

    made = tmp_path / "work" / "backbone"
    with (made / "epochs.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    [vector] = ort.InferenceSession(made / "backbone.onnx").run(
        None, {"input": np.ones((1, 3, 112, 112), np.float32)}
    )
    assert ["1", "2"] == [row["epoch"] for row in rows]
    assert all(float(row["loss"]) > 0 for row in rows)
    assert (1, 512) == vector.shape
    assert np.isfinite(vector).all()


def test_a_wrong_folder_is_said_in_a_sentence(tmp_path: Path) -> None:
    """No traceback: what is wrong, and what was expected."""
    with pytest.raises(SystemExit, match=r"^backbone: .* has no photo; expected"):
        asked("--data", str(tmp_path), work=tmp_path / "work")
