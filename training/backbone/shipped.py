"""The MobileFaceNet that is served: its ONNX file in torch, and a trained one as such a file."""

import copy
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from training.backbone.network import MobileFaceNet, Unit

WEIGHTS = Path("models/mobilefacenet.onnx")


def load(path: Path = WEIGHTS) -> MobileFaceNet:
    """Rebuild the network of a file: same layers, same order, same numbers.

    Args:
        path: Of a MobileFaceNet whose batch norms are folded.

    Raises:
        ValueError: The file has other layers.
    """
    network = MobileFaceNet(folded=True)
    graph = onnx.load(path).graph
    given = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    with torch.no_grad():
        for name, parameter in _places(graph, network, path):
            values = torch.tensor(given[name])
            if values.numel() != parameter.numel():
                raise ValueError(f"{path}: {name} is {tuple(values.shape)}")
            parameter.copy_(values.reshape(parameter.shape))
    return network


def save(network: MobileFaceNet, path: Path, *, like: Path = WEIGHTS) -> None:
    """Write a network as a file that is served, and that `load` reads.

    Args:
        network: With batch norms or without.
        path: Of the new file.
        like: A file of the same layers, whose graph the new one gets; its weights are left out.
    """
    model = onnx.load(like)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    plain = folded(network)
    for name, parameter in _places(model.graph, plain, like):
        values = parameter.detach().reshape(tuple(tensors[name].dims)).contiguous()
        tensors[name].CopyFrom(numpy_helper.from_array(values.numpy(), name))
    path.write_bytes(model.SerializeToString())


def folded(network: MobileFaceNet) -> MobileFaceNet:
    """A copy on the processor with its batch norms, as they are in use, in its convolutions."""
    plain = MobileFaceNet(folded=True).eval()
    units = [[m for m in one.modules() if isinstance(m, Unit)] for one in (network, plain)]
    with torch.no_grad():
        for given, wanted in zip(*units, strict=True):
            conv, *others = copy.deepcopy(given).cpu().eval()
            if others and isinstance(others[0], nn.BatchNorm2d):
                conv = fuse_conv_bn_eval(conv, others.pop(0))
            for target, source in zip(wanted, [conv, *others], strict=True):
                target.load_state_dict(source.state_dict())
    return plain


def _places(
    graph: onnx.GraphProto, network: MobileFaceNet, path: Path
) -> list[tuple[str, nn.Parameter]]:
    """Names of a graph's weights, each with the parameter that is the same."""
    nodes = [node for node in graph.node if node.op_type in {"Conv", "PRelu"}]
    layers = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.PReLU)]
    if len(nodes) != len(layers):
        raise ValueError(f"{path} has {len(nodes)} layers, a MobileFaceNet {len(layers)}")
    return [
        place
        for node, layer in zip(nodes, layers, strict=True)
        for place in zip(node.input[1:], layer.parameters(), strict=True)
    ]
