"""The same models in one process: what the mesh would cost without being a mesh.

The code is the services' own, called as functions: decoding, letterbox, both looks of
the detector, alignment, embedding, exact search. Left out is what the mesh adds: gRPC,
batching, policies, the store, the decision log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from bench.photos import Enrolled
from bench.results import ROOT
from gateway.pipeline import LOOKED_AT
from meshkit.models.registry import find
from services.detector import looks
from services.detector.app import load
from services.detector.config import Config
from services.detector.decode import read_header, read_pixels
from services.detector.detector import warm_up
from services.detector.found import Query, judge
from services.detector.port import Canvas, Detections
from services.embedder.config import Config as EmbedderConfig
from services.embedder.model import Embedded
from services.embedder.onnx import OnnxModel
from services.gallery.faiss import FaissIndexes
from services.gallery.matches import ANYHOW
from services.gallery.records import Collection, Columns, People
from services.gallery.shelf import Shelf

_CANDIDATES = 5
"""What the gateway asks the gallery for."""


@dataclass(frozen=True, slots=True)
class Found:
    """Who resembles a probe most, and how much."""

    person_id: str
    similarity: float


class Direct:
    """Everything that `Identify` does to a picture. Safe to share between threads.

    One session serves all threads: ONNX Runtime allows that, and it is faster than a
    session each, which would compete for the cache.
    """

    def __init__(self, *, threads: int) -> None:
        """Load what the services load.

        Args:
            threads: Of one model call.
        """
        cv2.setNumThreads(1)
        self._config = Config(models=ROOT / "models", threads=threads)
        detector = find(self._config.models, self._config.model, task="detector")
        self._network = load(self._config, detector)
        warm_up(self._network, self._config.sides)
        embedder = find(self._config.models, EmbedderConfig().model, task="embedder")
        self._embedder = OnnxModel(embedder, provider="cpu", threads=threads)
        collection = Collection(
            key=1,
            collection_id="bench",
            contract_id=self._embedder.contract_id,
            dimension=self._embedder.dimension,
            person_count=0,
            template_count=0,
            created_us=0,
        )
        self._shelf = Shelf(collection, FaissIndexes().opened(collection, 0))

    def enroll(self, people: Sequence[Enrolled]) -> None:
        """Put people into the index."""
        for number, person in enumerate(people, start=len(self._shelf.roster) + 1):
            key = np.array([number], np.int64)
            self._shelf.roster.put(People(keys=key, person_ids=[person.person_id], labels=["{}"]))
            vectors = np.stack([self._embedded(photo).vector for photo in person.photos])
            count, first = len(vectors), len(self._shelf.table) + 1
            columns = Columns(
                keys=np.arange(first, first + count),
                persons=np.repeat(key, count),
                qualities=np.ones(count, np.float32),
                captured_us=np.zeros(count, np.int64),
                labels=["{}"] * count,
            )
            self._shelf.add(columns, vectors)

    def identify(self, photo: Path) -> Found:
        """Find the most prominent face of a photo and who resembles it most."""
        probes = self._embedded(photo).vector[None]
        [matches] = self._shelf.search(probes, _CANDIDATES, ANYHOW, line=0.3)
        return Found(matches[0].person_id, matches[0].similarity)

    def _embedded(self, photo: Path) -> Embedded:
        pixels = read_pixels(read_header(photo.read_bytes()))
        height, width = pixels.shape[:2]
        first = looks.whole(width, height, self._config.sides)
        [seen] = self._look([first.paint(pixels)])
        found = first.to_picture(seen)
        regions, rows = looks.again(
            first, found, sides=self._config.sides, good_px=self._network.good_px, most=LOOKED_AT
        )
        if regions:
            views = self._look([region.paint(pixels) for region in regions])
            mapped = [region.to_picture(v) for region, v in zip(regions, views, strict=True)]
            found = looks.revise(found, rows, mapped)
        query = Query(min_score=self._config.min_score, max_faces=LOOKED_AT)
        face, *_ = judge(pixels, found, query).faces
        if face.crop is None:
            raise AssertionError("crops were asked for")
        [embedded] = self._embedder.embed([face.crop])
        return embedded

    def _look(self, canvases: list[Canvas]) -> list[Detections]:
        return self._network.detect(canvases, [self._config.min_score] * len(canvases))
