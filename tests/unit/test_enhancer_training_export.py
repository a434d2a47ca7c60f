"""The enhancer's ONNX computes what was trained, for any batch and any mixture of cameras."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

from training.enhancer.adapter import space
from training.enhancer.export import Served, difference, write
from training.enhancer.networks.enhancer import Enhancer, Size

pytestmark = pytest.mark.usefixtures("one_thread")

pytestmark = pytest.mark.timeout(500)  # torch's exporter, on a busy machine

TINY = Size(denoiser=4, width=8, blocks=1, growth=4)

Arrays = dict[str, np.ndarray]


@pytest.fixture(name="enhancer", scope="module")
def _enhancer() -> Enhancer:
    """As if it had been trained: every weight has moved, and pictures with them."""
    torch.manual_seed(3)
    enhancer = Enhancer(TINY)
    with torch.no_grad():
        for parameter in enhancer.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return enhancer.eval()


@pytest.fixture(name="path", scope="module")
def _path(enhancer: Enhancer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "enhancer.onnx"
    write(enhancer, path)
    return path


@pytest.fixture(name="session", scope="module")
def _session(path: Path) -> ort.InferenceSession:
    return ort.InferenceSession(path)


def given(enhancer: Enhancer, count: int = 5) -> Arrays:
    generator = np.random.default_rng(2)
    rows = generator.normal(0, 0.3, (count, enhancer.adapter_size)).astype(np.float32)
    rows[0] = 0
    return {
        "input": generator.random((count, 3, 112, 112)).astype(np.float32),
        "scale": np.linspace(0.125, 1.0, count).astype(np.float32),
        "adapter": rows,
    }


def served(session: ort.InferenceSession, arrays: Arrays) -> Arrays:
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, arrays), strict=True))


def test_it_computes_what_was_trained(enhancer: Enhancer, session: ort.InferenceSession) -> None:
    """All outputs, by name; crops of four cameras and of none in one batch; to 1e-4."""
    arrays = given(enhancer)
    with torch.no_grad():
        expected = Served(enhancer)(*(torch.from_numpy(each) for each in arrays.values()))
    found = served(session, arrays)

    assert ["crop", "noise", "denoised"] == list(found)
    for name, values in zip(found, expected, strict=True):
        tolerance = 1e-4 * (255 if name == "noise" else 1)
        assert np.abs(found[name] - values.numpy()).max() < tolerance, name
    assert np.abs(found["crop"] - arrays["input"]).mean() > 0.01
    assert np.abs(found["crop"] - found["denoised"]).mean() > 0.01


def test_n_crops_are_n_times_one(enhancer: Enhancer, session: ort.InferenceSession) -> None:
    """Whatever else is in the batch."""
    arrays = given(enhancer)
    whole = served(session, arrays)
    for place in range(5):
        alone = served(session, {name: one[[place]] for name, one in arrays.items()})
        assert np.allclose(whole["crop"][[place]], alone["crop"], atol=1e-5)
        assert np.allclose(whole["noise"][[place]], alone["noise"], atol=1e-3)


def test_an_adapter_of_zeros_is_no_adapter(
    enhancer: Enhancer, session: ort.InferenceSession
) -> None:
    """A camera without one gets what the enhancer does of itself; one with another does not."""
    arrays = given(enhancer)
    with torch.no_grad():
        plain = enhancer(torch.from_numpy(arrays["input"]), torch.from_numpy(arrays["scale"]))
    none = served(session, arrays | {"adapter": np.zeros_like(arrays["adapter"])})
    found = served(session, arrays)

    assert np.abs(none["crop"] - plain.crops.clamp(0, 1).numpy()).max() < 1e-4
    assert np.allclose(none["crop"][0], found["crop"][0], atol=1e-5)
    assert np.abs(none["crop"][1:] - found["crop"][1:]).mean() > 1e-3


def test_pictures_are_pictures(enhancer: Enhancer, session: ort.InferenceSession) -> None:
    """Within [0, 1], and of a scale that nobody knows, too."""
    arrays = given(enhancer) | {"scale": np.array([0, -1, 40, 1, 0.5], np.float32)}
    found = served(session, arrays)

    for name in ("crop", "denoised"):
        assert 0.0 <= found[name].min() <= found[name].max() <= 1.0
    assert np.isfinite(found["noise"]).all()


def test_it_tells_which_adapters_fit(enhancer: Enhancer, session: ort.InferenceSession) -> None:
    """The name of exactly its weights is in the metadata."""
    told = session.get_modelmeta().custom_metadata_map["adapter_space"]
    other = Enhancer(TINY)

    assert space(enhancer) == told
    assert space(other) != told


def test_an_ablation_is_a_graph_of_its_own(enhancer: Enhancer, tmp_path: Path) -> None:
    """Without the denoiser nothing is denoised; inputs and outputs stay the same."""
    path = tmp_path / "alone.onnx"
    write(enhancer, path, denoise=False)
    arrays = given(enhancer)
    found = served(ort.InferenceSession(path), arrays)

    assert np.allclose(arrays["input"], found["denoised"], atol=1e-6)
    assert np.abs(found["crop"] - found["denoised"]).mean() > 0.01


def test_a_graph_that_computes_something_else_is_noticed(enhancer: Enhancer, path: Path) -> None:
    """Weights that move after the export: the difference is seen."""
    before = difference(Served(enhancer), path.read_bytes())
    bias = enhancer.denoiser.out.bias
    assert bias is not None
    with torch.no_grad():
        bias.add_(0.01)
    after = difference(Served(enhancer), path.read_bytes())
    with torch.no_grad():
        bias.sub_(0.01)

    assert before < 1e-4 < after
