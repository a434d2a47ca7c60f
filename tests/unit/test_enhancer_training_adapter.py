"""A camera's adapter: fitted without references, kept under any id, for one enhancer only."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch.nn import functional

from tests.trainees import TINY, Tiles, patterns
from training.enhancer import blind
from training.enhancer.adapt import Fit, Questions, fit
from training.enhancer.adapter import Adapter, load, place, save, space
from training.enhancer.frames import Shots, shots
from training.enhancer.networks.enhancer import Enhancer
from training.enhancer.samples import tensors

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(name="enhancer")
def _enhancer() -> Enhancer:
    """As if it had been trained: every weight has moved a little."""
    torch.manual_seed(3)
    enhancer = Enhancer(TINY)
    with torch.no_grad():
        for parameter in enhancer.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
    return enhancer.eval()


@pytest.fixture(name="camera")
def _camera() -> Shots:
    """Ten noisy shots of five made people."""
    smooth = [
        cv2.GaussianBlur(crop, (0, 0), 4.0).astype(np.uint8, copy=False) for crop in patterns(5, 2)
    ]
    noise = 0.1 * torch.randn(10, 3, 112, 112, generator=torch.Generator().manual_seed(6))
    return Shots((tensors(smooth) + noise).clamp(0, 1), torch.full((10,), 0.9))


@pytest.mark.timeout(300)  # on a busy machine
def test_a_fit_helps_shots_that_it_did_not_see(enhancer: Enhancer, camera: Shots) -> None:
    """The enhancer itself stays as it was; the same seed gives the same adapter."""
    before = space(enhancer)
    found = fit(enhancer, [Tiles()], camera, Fit(steps=6, size=4, rate=2e-2))
    one, other = (fit(enhancer, [Tiles()], camera, Fit(steps=1, size=2)) for _ in range(2))

    assert found.after < found.before
    assert (enhancer.adapter_size,) == tuple(found.values.shape)
    assert one.values.equal(other.values)
    assert before == space(enhancer)


def test_few_shots_are_refused(enhancer: Enhancer, camera: Shots) -> None:
    """Nine say too little to learn from and to judge by."""
    with pytest.raises(ValueError, match="9 faces are too few"):
        fit(enhancer, [Tiles()], camera.at(torch.arange(9)))


def test_every_question_is_about_the_adapter(enhancer: Enhancer, camera: Shots) -> None:
    """Its numbers are what moves the cost, of the denoiser's and of the generator's blocks."""
    values = torch.zeros(enhancer.adapter_size, requires_grad=True)
    questions = Questions(enhancer, [Tiles()], 0.1)
    cost = questions.cost(camera.at(torch.arange(4)), values, torch.Generator().manual_seed(1))
    cost.backward()  # type: ignore[no-untyped-call]  # torch's own

    assert values.grad is not None
    first = 2 * sum(enhancer.denoiser.widths)
    assert values.grad[:first].abs().max().item() > 0
    assert values.grad[first:].abs().max().item() > 0
    assert all(parameter.grad is None for parameter in enhancer.parameters())


@pytest.mark.parametrize(
    ("scale", "side"),
    [
        pytest.param(1.0, 2, id="as large as the crop"),
        pytest.param(0.5, 3, id="56 px across"),
        pytest.param(0.25, 6, id="28 px across"),
        pytest.param(0.05, 14, id="no larger than an eye"),
    ],
)
def test_hidden_cells_are_larger_than_the_sources_pixels(scale: float, side: int) -> None:
    """A sixth of them, whole squares in a grid."""
    hidden = blind.cells(torch.tensor([scale]), torch.Generator().manual_seed(1))
    grid = hidden[0, 0, : 112 // side * side, : 112 // side * side].float()
    means = functional.avg_pool2d(grid[None, None], side)

    assert [side] == blind.sides(torch.tensor([scale]))
    assert {0.0, 1.0} == set(means.flatten().tolist())
    assert 0.08 < hidden.float().mean().item() < 0.3


def test_what_is_hidden_is_filled_from_around() -> None:
    """Nothing of a hidden cell is left in it, and what is visible stays."""
    scale, crops = torch.tensor([0.5]), torch.full((1, 3, 112, 112), 0.25)
    hidden = blind.cells(scale, torch.Generator().manual_seed(1))
    loud = torch.where(hidden, 1.0, crops)
    found = blind.filled(loud, scale, hidden)

    assert torch.allclose(crops, found, atol=1e-5)


@pytest.mark.parametrize("camera", ["gate-3", "hall/north", "../../etc", "Tür 1"])
def test_any_id_is_a_file_in_the_folder(tmp_path: Path, camera: str) -> None:
    """It comes back as it was written, and a second one takes its place."""
    values = np.linspace(-1, 1, 7, dtype=np.float32)
    for crops in (10, 20):
        path = save(Adapter(camera=camera, space="ab12", values=values, crops=crops), tmp_path)
    found = load(path)

    assert tmp_path == path.parent
    assert place(tmp_path, camera) == path
    assert [path] == list(tmp_path.iterdir())
    assert (camera, "ab12", 20) == (found.camera, found.space, found.crops)
    assert np.array_equal(values, found.values)


def test_frames_without_a_face_are_refused(tmp_path: Path) -> None:
    """What is no picture is passed over; what shows nobody teaches nothing."""
    (tmp_path / "notes.txt").write_text("no picture")
    cv2.imwrite(str(tmp_path / "wall.png"), np.full((240, 320, 3), 90, np.uint8))

    with pytest.raises(ValueError, match="no face in the 2 files"):
        shots(tmp_path)
