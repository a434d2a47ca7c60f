"""CenterFace (Xu et al. 2019): one map of centres at a quarter of the side, in numpy."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from services.detector.port import Canvas, Detections, Runner, stack

_STRIDE = np.float32(4)


class CenterFace:
    """Decodes what `models/centerface.md` describes. Its maps say y before x."""

    good_px = (40, 300)
    """Mean cosine between photos of one person: .57 for faces of 24 px on the canvas, .63 to
    .65 from 40 to 300 px, .62 from 360 px on."""

    def __init__(self, runner: Runner, *, channels: str) -> None:
        self._runner = runner
        self._channels = channels

    def detect(self, canvases: Sequence[Canvas], min_scores: Sequence[float]) -> list[Detections]:
        """Implement `port.Network`."""
        outputs = self._runner.run(stack(canvases, channels=self._channels))
        return [
            _decode({name: maps[index] for name, maps in outputs.items()}, least).distinct()
            for index, least in enumerate(min_scores)
        ]


def _decode(maps: Mapping[str, NDArray[np.float32]], least: float) -> Detections:
    """Read the cells of one canvas that score at least `least`."""
    rows, columns = np.nonzero(maps["heatmap"][0] >= least)
    cells = np.column_stack([rows, columns]).astype(np.float32)
    sizes: NDArray[np.float32] = np.exp(maps["size"][:, rows, columns].T) * _STRIDE
    centres = (cells + maps["offset"][:, rows, columns].T + np.float32(0.5)) * _STRIDE
    halves: NDArray[np.float32] = sizes / np.float32(2)
    corners = centres - halves
    shares = maps["landmarks"][:, rows, columns].T.reshape(-1, 5, 2)
    landmarks: NDArray[np.float32] = corners[:, None] + shares * sizes[:, None]
    boxes: NDArray[np.float32] = np.hstack([corners[:, ::-1], (centres + halves)[:, ::-1]])
    return Detections(boxes, landmarks[:, :, ::-1], maps["heatmap"][0, rows, columns])
