"""The enhancer of a training's folder, with the running mean of its weights."""

import json
from dataclasses import asdict
from pathlib import Path

import torch

from training.enhancer.networks.enhancer import Enhancer, Size

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
    """Read it, ready to be asked.

    Raises:
        FileNotFoundError: Nothing was trained there.
    """
    enhancer = Enhancer(_size(folder / _SIZE))
    state = torch.load(folder / "checkpoint.pt", weights_only=True, map_location="cpu")
    enhancer.load_state_dict(state["mean"])
    return enhancer.eval()


def _size(path: Path) -> Size:
    return Size(**json.loads(path.read_text(encoding="utf-8")))
