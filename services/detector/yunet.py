"""YuNet (Wu, Peng and Yu 2023): three maps of anchor-free cells, decoded in numpy."""

import functools
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from services.detector.port import Canvas, Detections, Runner, stack

_STRIDES = (8, 16, 32)


class YuNet:
    """Decodes what `models/yunet.md` describes."""

    good_px = (160, 420)
    """Mean cosine between photos of one person, the face 30 / 50 / 80 / 110 px on the canvas:
    .42 / .58 / .61 / .61, and .47 / .61 / .63 / .64 after a look at 220 px, without any more
    pixels in the picture itself; with them, 30 px rise from .55 to .64. From 160 to 420 px
    it stays within .63 +- .01, at 480 px it is .61."""

    def __init__(self, runner: Runner, *, channels: str) -> None:
        self._runner = runner
        self._channels = channels

    def detect(self, canvases: Sequence[Canvas], min_scores: Sequence[float]) -> list[Detections]:
        """Implement `port.Network`."""
        outputs = self._runner.run(stack(canvases, channels=self._channels))
        maps = {name: _joined(outputs, name) for name in ("cls", "obj", "bbox", "kps")}
        sure = np.clip(maps["cls"], 0, 1) * np.clip(maps["obj"], 0, 1)
        scores = np.sqrt(sure[..., 0])
        cells, strides = _grid(canvases[0].shape[-1])
        found = []
        for index, least in enumerate(min_scores):
            (rows,) = np.nonzero(scores[index] >= least)
            found.append(
                _decode(
                    scores[index, rows],
                    maps["bbox"][index, rows],
                    maps["kps"][index, rows],
                    cells[rows],
                    strides[rows],
                ).distinct()
            )
        return found


def _joined(outputs: Mapping[str, NDArray[np.float32]], name: str) -> NDArray[np.float32]:
    """Shape (batch, points of all strides, channels)."""
    return np.concatenate([outputs[f"{name}_{stride}"] for stride in _STRIDES], axis=1)


@functools.lru_cache(maxsize=8)
def _grid(side: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Column and row of every point, shape (points, 2), and its stride, shape (points, 1)."""
    cells, strides = [], []
    for stride in _STRIDES:
        cell_rows, columns = np.divmod(np.arange((side // stride) ** 2), side // stride)
        cells.append(np.column_stack([columns, cell_rows]))
        strides.append(np.full((len(columns), 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(strides).astype(np.float32)


def _decode(
    scores: NDArray[np.float32],
    bbox: NDArray[np.float32],
    kps: NDArray[np.float32],
    cells: NDArray[np.float32],
    strides: NDArray[np.float32],
) -> Detections:
    centres = (cells + bbox[:, :2]) * strides
    halves = np.exp(bbox[:, 2:]) * strides / 2
    landmarks = (cells[:, None] + kps.reshape(-1, 5, 2)) * strides[:, None]
    return Detections(np.hstack([centres - halves, centres + halves]), landmarks, scores)
