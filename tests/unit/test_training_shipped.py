"""What is served goes back into torch as it is: whoever trains on needs no training of ours."""

from pathlib import Path

import onnx
import pytest
import torch
from onnx import numpy_helper

from training.enhancer import trained
from training.enhancer.export import Served, difference
from training.enhancer.networks.enhancer import Enhancer
from training.export import check, shipped

pytestmark = [pytest.mark.usefixtures("one_thread"), pytest.mark.timeout(300)]


def test_the_embedder_in_torch_computes_what_its_file_does() -> None:
    """All vectors of a batch in which some crops take the robust branch; to 1e-4."""
    served = shipped.load()
    with torch.no_grad():
        crops = torch.randn(8, 3, 112, 112) * torch.logspace(-2, 0, 8)[:, None, None, None]
        features = served.frozen.features(crops)
        raw = served.frozen.vectors(features.last)
        alone = torch.nn.functional.normalize(raw)
        moved = (served(crops).raw - alone).abs().max(dim=1).values
    assert check.difference(shipped.WEIGHTS, served) <= check.TOLERANCE
    assert moved.max() > 0.01, "no crop took the robust branch: the test shows nothing"


def test_an_embedder_that_computes_something_else_is_told(tmp_path: Path) -> None:
    """The same weights in another order of operations: nothing is taken on trust."""
    model = onnx.load(shipped.WEIGHTS)
    last = next(node for node in model.graph.node if node.op_type == "LpNormalization")
    last.input[0] = "mine"
    path = tmp_path / "other.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ValueError, match="differs by"):
        shipped.load(path)


def test_a_file_without_gate_is_refused() -> None:
    """MobileFaceNet alone is an embedder, too, but no such one."""
    with pytest.raises(ValueError, match="two branches and a gate"):
        shipped.load(Path("models/mobilefacenet.onnx"))


def test_the_enhancer_in_torch_computes_what_its_file_does() -> None:
    """To 1e-5 of a picture's range, adapters included."""
    enhancer = trained.shipped()
    assert difference(Served(enhancer), trained.WEIGHTS.read_bytes()) < 1e-5


def test_an_enhancer_that_lacks_a_part_is_refused(tmp_path: Path) -> None:
    """It would enhance by random numbers."""
    model = onnx.load(trained.WEIGHTS)
    kept = [each for each in model.graph.initializer if "denoiser" not in each.name]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    path = tmp_path / "part.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ValueError, match="no whole enhancer"):
        trained.shipped(path)


def test_every_weight_of_the_enhancer_comes_from_the_file() -> None:
    """And none stays as it began."""
    given = {
        tensor.name.removeprefix("enhancer."): torch.tensor(numpy_helper.to_array(tensor))
        for tensor in onnx.load(trained.WEIGHTS).graph.initializer
    }
    state = trained.shipped().state_dict()
    assert state.keys() == Enhancer().state_dict().keys()
    assert all(values.equal(given[name]) for name, values in state.items())
