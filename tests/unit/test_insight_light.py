"""Light and lens: looked at where quality is low, and kept in the record."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typing_extensions import override

from faces.conditions import look_at
from faces.insight import Cause, causes
from faces.quality import Quality
from gateway.access import Access
from gateway.backends.ports import Batch, Crop, Detections, Judged
from gateway.enhancing import Enhancing
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from tests.unit.gateway_fakes import CONTRACT, FakeDetector, FakeEmbedder
from tests.unit.insights import TOLERANT, desk, on_record

PIXELS = np.full((112, 112, 3), 12, dtype=np.uint8)
"""Dark, and flat."""


class Night(FakeDetector):
    """Sees somebody in the dark."""

    @override
    async def detect(self, image: bytes, *, limit: int, measures: bool = False) -> Detections:
        found = await super().detect(image, limit=limit)
        faces = tuple(replace(face, crop=Crop(PIXELS.tobytes(), 1.0)) for face in found.faces)
        return replace(found, faces=faces)


class Judging(FakeEmbedder):
    """Says the same of every crop."""

    def __init__(self, quality: float) -> None:
        super().__init__()
        self.quality = quality

    @override
    async def embed(self, crops: Sequence[Crop], *, expected_contract: str = "") -> Batch:
        quality = Quality(score=self.quality, magnitude=2.5)
        direction = np.array([1, 0, 0, 0], dtype=np.float32)
        return Batch((Judged(direction, quality, occlusion=None),), CONTRACT)


@pytest.mark.parametrize(
    ("quality", "looked"),
    [
        pytest.param(0.1, True, id="refused"),
        pytest.param(0.59, True, id="not good, though its scene takes it"),
        pytest.param(0.6, False, id="good"),
    ],
)
async def test_light_and_lens_are_on_record_where_quality_is_low(
    log: DecisionLog, tmp_path: Path, quality: float, looked: bool
) -> None:
    """A good picture is not looked at again: it costs doors nothing."""
    pipeline = Pipeline(Night(), Enhancing(Judging(quality)))
    access = Access(**desk(log, pipeline, TOLERANT))
    await access.identify("door", b"alice", collection_id="staff", camera_id="gate-7")
    probe = on_record(tmp_path).probe

    assert (look_at(PIXELS) if looked else None) == probe.conditions
    assert not looked or Cause.DARK in causes(probe)
