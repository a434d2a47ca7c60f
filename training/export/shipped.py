"""The embedder that is served, back in torch: its file is all that it takes.

So what learns by its opinion (`training/enhancer`) learns by what callers get, and nobody has to
train it again first.
"""

from collections.abc import Iterator
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.backbone.shipped import load as backbone
from training.export.check import TOLERANCE, difference
from training.gate.network import Gate
from training.robust.model import RobustBranch
from training.served import Served

WEIGHTS = Path("models/sureface.onnx")


def load(path: Path = WEIGHTS) -> Served:
    """Read both branches and their gate, ready to be asked.

    Args:
        path: As `training.export.graph.write` left it. The temperature head is not read.

    Raises:
        ValueError: The file holds something else.
    """
    nodes = list(_nodes(onnx.load(path).graph))
    try:
        served = Served(backbone(), _robust(nodes), _gate(nodes)).eval()
    except (KeyError, RuntimeError, StopIteration) as other:
        raise ValueError(f"{path} is no embedder of two branches and a gate: {other}") from other
    off = difference(path, served)
    if not off <= TOLERANCE:
        raise ValueError(f"{path} read into torch differs by {off:.2g}; at most {TOLERANCE:g}")
    return served


class _Weights:
    """Of one half of the graph, by their names in torch.

    The exporter leaves slopes of PReLU without their names, so they come by their order, and puts
    the batch norms of the decoder and the predictor into the convolutions before them.
    """

    def __init__(self, nodes: list[onnx.NodeProto | onnx.TensorProto], prefix: str) -> None:
        self.named = {
            each.name.removeprefix(prefix): torch.tensor(numpy_helper.to_array(each))
            for each in nodes
            if isinstance(each, onnx.TensorProto) and each.name.startswith(prefix)
        }
        self.slopes = [
            self.named[each.input[1].removeprefix(prefix)]
            for each in nodes
            if isinstance(each, onnx.NodeProto)
            and each.op_type == "PRelu"
            and each.name.startswith(prefix)
        ]

    def fill(self, module: nn.Module, part: str, slopes: list[Tensor]) -> None:
        """Give a module its numbers."""
        state, names = module.state_dict(), iter(slopes)
        for name, child in module.named_modules():
            if isinstance(child, nn.PReLU):
                state[f"{name}.weight"] = next(names).flatten()
            elif isinstance(child, nn.BatchNorm2d):
                before = f"{part}{name.rpartition('.')[0]}.0.weight_bias"
                # Nothing but a shift is left of it.
                state[f"{name}.weight"] = torch.full_like(child.weight, (1 + child.eps) ** 0.5)
                state[f"{name}.bias"] = self.named[before]
            else:
                own = [f"{name}.{each}" for each in child.state_dict() if "." not in each]
                known = [each for each in own if part + each in self.named]
                state |= {each: self.named[part + each] for each in known}
        module.load_state_dict(state)


def _robust(nodes: list[onnx.NodeProto | onnx.TensorProto]) -> RobustBranch:
    weights = _Weights(nodes, "s/")
    branch = RobustBranch(backbone())
    weights.fill(branch, "branch.", weights.slopes)
    return branch


def _gate(nodes: list[onnx.NodeProto | onnx.TensorProto]) -> Gate:
    weights = _Weights(nodes, "a/")
    gate = Gate(hidden=len(weights.named["gate.layers.2.weight"]))
    # The gate is what the graph asks last.
    weights.fill(gate, "gate.", weights.slopes[-1:])
    return gate


def _nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto | onnx.TensorProto]:
    """Nodes and weights, those of branches included, in order."""
    yield from graph.initializer
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from _nodes(attribute.g)
