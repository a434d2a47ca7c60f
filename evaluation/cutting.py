"""Crops as the mesh cuts them: the detector's own steps, one picture after the other."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.crops import Crop
from meshkit.models.registry import find
from meshkit.models.session import Session
from services.detector import looks
from services.detector.config import Config
from services.detector.decode import Pixels, read_header, read_pixels
from services.detector.families import network
from services.detector.found import Face, Query, judge
from services.detector.port import Detections

_FAINT = 0.01
"""Least score that is told of a crop: a score of .02 is still worse than .03."""

_AROUND = 28
"""Pixels that a crop is widened by on each side, so that its face has an edge."""


class Cutter:
    """Finds faces as `services.detector.detector.Detector` does, without its queues."""

    def __init__(self, models: Path, *, threads: int = 0) -> None:
        """Load the detector that is served unless an operator says otherwise.

        Args:
            models: Folder of `models.toml`.
            threads: Of one run; 0 takes every core.
        """
        self._config = Config(models=models)
        file = find(models, self._config.model, task="detector")
        self.name, self.sha256 = file.name, file.sha256
        self._network = network(file, Session(file.path, provider="cpu", threads=threads))

    def faces(self, picture: bytes | Pixels, *, min_score: float | None = None) -> list[Face]:
        """Find the faces of a picture, the most prominent first, with their crops (RGB).

        Args:
            picture: A file, or pixels (h, w, 3), RGB.
            min_score: Least score of a face; the detector's own if None.

        Raises:
            FaceError: The file is refused.
        """
        pixels = read_pixels(read_header(picture)) if isinstance(picture, bytes) else picture
        query = Query(min_score=self._config.min_score if min_score is None else min_score)
        sides = self._config.sides
        first = looks.whole(pixels.shape[1], pixels.shape[0], sides)
        found = first.to_picture(self._look(pixels, [first], query)[0])
        regions, rows = looks.again(
            first,
            found,
            sides=sides,
            good_px=self._network.good_px,
            most=min(self._config.second_looks, query.max_faces),
        )
        seen = [region.to_picture(self._look(pixels, [region], query)[0]) for region in regions]
        if regions:
            found = looks.revise(found, rows, seen)
        return judge(pixels, found, query).faces

    def crop(self, picture: bytes) -> tuple[Crop, float]:
        """The most prominent face of a file as a BGR crop, and its score.

        Raises:
            LookupError: There is none.
            FaceError: The file is refused.
        """
        faces = self.faces(picture)
        if not faces or faces[0].crop is None:
            raise LookupError("no face")
        return np.ascontiguousarray(faces[0].crop[..., ::-1]), faces[0].score

    def score(self, crop: Crop) -> float:
        """How sure the detector is that a crop (BGR) shows a face, in [0, 1]."""
        wide = cv2.copyMakeBorder(
            crop, _AROUND, _AROUND, _AROUND, _AROUND, borderType=cv2.BORDER_REPLICATE
        )
        pixels = np.ascontiguousarray(wide[..., ::-1]).astype(np.uint8, copy=False)
        region = looks.whole(pixels.shape[1], pixels.shape[0], self._config.sides)
        [seen] = self._look(pixels, [region], Query(min_score=_FAINT))
        return float(seen.scores.max(initial=0.0))

    def _look(
        self, pixels: NDArray[np.uint8], regions: list[looks.Region], query: Query
    ) -> list[Detections]:
        canvases = [region.paint(pixels) for region in regions]
        return self._network.detect(canvases, [query.min_score] * len(canvases))
