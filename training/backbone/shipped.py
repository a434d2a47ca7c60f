"""The shipped MobileFaceNet with its weights, read from its ONNX file."""

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import nn

from training.backbone.network import MobileFaceNet

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
    nodes = [node for node in graph.node if node.op_type in {"Conv", "PRelu"}]
    layers = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.PReLU)]
    if len(nodes) != len(layers):
        raise ValueError(f"{path} has {len(nodes)} layers, a MobileFaceNet {len(layers)}")
    with torch.no_grad():
        for node, layer in zip(nodes, layers, strict=True):
            for name, (_, parameter) in zip(node.input[1:], layer.named_parameters(), strict=True):
                values = torch.tensor(given[name])
                if values.numel() != parameter.numel():
                    raise ValueError(f"{path}: {name} is {tuple(values.shape)}")
                parameter.copy_(values.reshape(parameter.shape))
    return network
