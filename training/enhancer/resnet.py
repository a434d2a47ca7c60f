"""dlib's face recogniser in torch, from the weights that the npm package face-api carries.

A residual network of 27 convolutions with 128 numbers at its end (King, 2017; LFW 99.38 % by its
author), trained on other photos than ours, by another loss, in another shape. The package keeps the
weights as TensorFlow.js does: a manifest and one file, most of them as bytes with a scale each.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

_STAGES = ((32, 32, 3), (32, 64, 4), (64, 128, 3), (128, 256, 3))
"""Channels before and after, and blocks; the first block halves the map where they differ."""

Arrays = Mapping[str, NDArray[np.float32]]


class Block(nn.Module):
    """Two convolutions and a shortcut; a halving one averages its shortcut, and adds channels."""

    def __init__(self, inputs: int, outputs: int, *, halves: bool) -> None:
        super().__init__()
        self.halves = halves
        stride, padding = (2, 0) if halves else (1, 1)
        self.first = nn.Conv2d(inputs, outputs, 3, stride, padding)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)

    def forward(self, maps: Tensor) -> Tensor:
        """Shape (n, inputs, h, w) to (n, outputs, h', w')."""
        found = self.second(functional.relu(self.first(maps)))
        if self.halves:
            maps = functional.avg_pool2d(maps, 2)
            rows = maps.shape[2] - found.shape[2]
            # Where the shortcut is longer, the convolutions have nothing to say there.
            found = functional.pad(found, (0, rows, 0, rows))
            maps = functional.pad(maps, (0, 0, 0, 0, 0, found.shape[1] - maps.shape[1]))
        return functional.relu(maps + found)


class ResNet(nn.Module):
    """Chips to raw vectors."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 7, stride=2)
        self.stages = nn.ModuleList(_stage(*each) for each in _STAGES)
        self.last = Block(256, 256, halves=True)
        self.project = nn.Linear(256, 128, bias=False)

    def look(self, chips: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Chips of shape (n, 3, 150, 150), RGB, (level - mean) / 255.

        Returns:
            Raw vectors (n, 128), and the maps after each stage.
        """
        maps = functional.max_pool2d(functional.relu(self.stem(chips)), 3, 2)
        seen = []
        for stage in self.stages:
            maps = stage(maps)
            seen.append(maps)
        return self.project(self.last(maps).mean((2, 3))), seen


def _stage(inputs: int, outputs: int, blocks: int) -> nn.Sequential:
    first = Block(inputs, outputs, halves=inputs != outputs)
    return nn.Sequential(first, *(Block(outputs, outputs, halves=False) for _ in range(blocks - 1)))


def load(manifest: Path, weights: Path) -> ResNet:
    """Build the network of a file.

    Args:
        manifest: JSON: names, shapes and scales, in the order of `weights`.
        weights: All of them, one after the other.

    Raises:
        ValueError: The file is of another network.
    """
    entries = [one for group in json.loads(manifest.read_text()) for one in group["weights"]]
    given = _read(entries, weights.read_bytes())
    network = ResNet()
    names = [name.rsplit("/", 2)[0] for name in given if name.endswith("conv/filters")]
    convs = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    if len(names) != len(convs):
        raise ValueError(f"{weights} has {len(names)} convolutions, not {len(convs)}")
    with torch.no_grad():
        for name, conv in zip(names, convs, strict=True):
            _fill(conv, given, name)
        network.project.weight.copy_(torch.from_numpy(given["fc"].T.copy()))
    return network


def _fill(conv: nn.Conv2d, given: Arrays, name: str) -> None:
    # A scale and a shift of each channel follow every convolution: they are folded into it.
    scale, shift = (torch.from_numpy(given[f"{name}/scale/{it}"]) for it in ("weights", "biases"))
    filters = torch.from_numpy(given[f"{name}/conv/filters"]).permute(3, 2, 0, 1)
    if filters.shape != conv.weight.shape or conv.bias is None:
        raise ValueError(f"{name} is {tuple(filters.shape)}, not {tuple(conv.weight.shape)}")
    conv.weight.copy_(filters * scale[:, None, None, None])
    conv.bias.copy_(torch.from_numpy(given[f"{name}/conv/bias"]) * scale + shift)


def _read(entries: list[dict[str, Any]], content: bytes) -> Arrays:
    found: dict[str, NDArray[np.float32]] = {}
    start = 0
    for entry in entries:
        small = entry.get("quantization")
        kind = np.dtype(small["dtype"] if small else entry["dtype"])
        count = int(np.prod(entry["shape"]))
        values = np.frombuffer(content, kind, count, start).astype(np.float32)
        if small:
            values = values * np.float32(small["scale"]) + np.float32(small["min"])
        found[entry["name"]] = values.reshape(entry["shape"])
        start += count * kind.itemsize
    if start != len(content):
        raise ValueError(f"the weights have {len(content)} bytes, the manifest tells of {start}")
    return found
