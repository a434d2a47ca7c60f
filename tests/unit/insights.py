"""Pictures as records tell of them, and who makes such records, for tests of insight."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from faces.conditions import Conditions
from faces.insight import Probe
from faces.policy import Policy, PolicyTable
from gateway.insight.reading import Seen, seen
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from tests.records import kept
from tests.reviewing import nobody
from tests.unit.door import POLICY
from tests.unit.gateway_fakes import FakeGallery

TOLERANT = replace(POLICY, min_quality=0.2, max_occlusion=1.0)

FINE = Conditions(luminance=0.3, bright_share=0.0, noise=1.0, sharpness=0.5)


def probe(quality: float | None = 0.5, **more: Any) -> Probe:
    """A face that nothing is wrong with but its score, unless told."""
    look: dict[str, Any] = {"inter_eye_px": 80.0, "yaw_deg": 0.0, "pitch_deg": 0.0}
    return Probe(quality=quality, **look | more)


def conditions(**change: float) -> dict[str, Any]:
    """What light and lens made of it, as an argument of `probe`."""
    fine = {name: getattr(FINE, name) for name in FINE.__dataclass_fields__}
    return {"conditions": Conditions(**fine | change)}


def desk(log: DecisionLog, pipeline: Pipeline, policy: Policy = POLICY) -> dict[str, Any]:
    """What decides, on fakes."""
    table = PolicyTable([policy])
    return {
        "recorder": Recorder(table, log),
        "pipeline": pipeline,
        "gallery": FakeGallery("alice"),
        "reviewing": nobody(),
    }


def on_record(folder: Path) -> Seen:
    """What the one decision of a log tells."""
    [record] = kept(folder)
    found = seen(record)
    assert found
    return found
