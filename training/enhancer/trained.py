"""An enhancer to go on with: of a training's folder, or of the file that is served."""

import json
from dataclasses import asdict
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

from training.enhancer.networks.enhancer import SIZES, Enhancer, Size

WEIGHTS = Path("models/enhancer.onnx")

_SIZE = "size.json"


def begin(folder: Path, size: Size) -> None:
    """Note how large the enhancer of a training is.

    Raises:
        ValueError: The folder holds a training of another size.
    """
    path = folder / _SIZE
    if path.exists() and _size(path) != size:
        raise ValueError(f"{folder} holds an enhancer of another size; take another --name")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(size)) + "\n", encoding="utf-8")


def trained(folder: Path) -> Enhancer:
    """Read it with the running mean of its weights, ready to be asked.

    Raises:
        FileNotFoundError: Nothing was trained there.
    """
    enhancer = Enhancer(_size(folder / _SIZE))
    state = torch.load(folder / "checkpoint.pt", weights_only=True, map_location="cpu")
    enhancer.load_state_dict(state["mean"])
    return enhancer.eval()


def shipped(path: Path = WEIGHTS) -> Enhancer:
    """Read it from its ONNX, ready to be asked: weights keep their names there.

    Raises:
        ValueError: It has none of the sizes in `SIZES`, or lacks a part.
    """
    given = {
        tensor.name.removeprefix("enhancer."): torch.tensor(numpy_helper.to_array(tensor))
        for tensor in onnx.load(path).graph.initializer
    }
    for size in SIZES.values():
        enhancer = Enhancer(size)
        state = enhancer.state_dict()
        if all(name in given and given[name].shape == state[name].shape for name in state):
            enhancer.load_state_dict({name: given[name] for name in state})
            return enhancer.eval()
    raise ValueError(f"{path} holds no whole enhancer of a known size")


def _size(path: Path) -> Size:
    return Size(**json.loads(path.read_text(encoding="utf-8")))
