"""Records of decisions, read back for what they tell of a picture and its camera."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faces.insight import Outcome, Probe
from faces.occlusion import Occlusion
from faces.parts import MOUTH_AND_NOSE
from faces.rules import Rule
from gateway.access import Access
from gateway.enhancing import Enhancing
from gateway.insight.reading import Seen, seen
from gateway.investigation import Investigation
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from tests.cameras import door, frames, told_of
from tests.records import kept
from tests.stage import Shown, Stage
from tests.unit.gateway_fakes import (
    CONTRACT,
    FakeDetector,
    FakeEmbedder,
    FakeEnhancer,
)
from tests.unit.insights import TOLERANT, desk, on_record
from tests.unit.sights import vector

PLAIN = Pipeline(FakeDetector(), Enhancing(FakeEmbedder()))


@pytest.mark.parametrize(
    ("picture", "probe"),
    [
        pytest.param(
            "alice good", Probe(quality=0.9, magnitude=3.0, contract_id=CONTRACT), id="good"
        ),
        pytest.param(
            "alice masked good",
            Probe(
                refused_by=Rule.MAX_OCCLUSION,
                quality=0.9,
                magnitude=3.0,
                contract_id=CONTRACT,
                covered=True,
            ),
            id="covered",
        ),
        pytest.param("alice turned", Probe(refused_by=Rule.MAX_YAW_DEG, yaw_deg=80.0), id="turned"),
        pytest.param(
            "alice far", Probe(refused_by=Rule.MIN_INTER_EYE_PX, inter_eye_px=10.0), id="far away"
        ),
    ],
)
async def test_a_picture_as_it_was_judged(
    log: DecisionLog, tmp_path: Path, picture: str, probe: Probe
) -> None:
    """Every score, and the gate that refused it."""
    access = Access(**desk(log, PLAIN))
    await access.identify("door", picture.encode(), collection_id="staff", camera_id="gate-7")

    shown = {"inter_eye_px": 80.0, "yaw_deg": 0.0, "pitch_deg": 0.0}
    given = {name: getattr(probe, name) for name in shown if getattr(probe, name) is not None}
    assert Seen(
        camera_id="gate-7", scene="door", probe=replace(probe, **shown | given)
    ) == on_record(tmp_path)


async def test_nobody_in_the_picture(log: DecisionLog, tmp_path: Path) -> None:
    """Is on record as that."""
    access = Access(**desk(log, PLAIN))
    await access.identify("door", b"alice empty", collection_id="staff", camera_id="gate-7")

    assert Outcome.NO_FACE is on_record(tmp_path).probe.outcome


async def test_a_face_counts_as_its_camera_saw_it(log: DecisionLog, tmp_path: Path) -> None:
    """Whatever an enhancer made of it: the camera is not better for that."""
    policy = replace(TOLERANT, enhance_below=0.6)
    pipeline = Pipeline(FakeDetector(), Enhancing(FakeEmbedder(), FakeEnhancer()))
    access = Access(**desk(log, pipeline, policy))
    await access.identify("door", b"alice masked poor", collection_id="staff", camera_id="gate-7")
    [record] = kept(tmp_path)
    probe = on_record(tmp_path).probe

    assert record["samples"][0]["quality"] == 0.9
    assert (0.35, 3.0, True) == (probe.quality, probe.magnitude, probe.covered)


async def test_reference_photos_are_no_cameras(log: DecisionLog, tmp_path: Path) -> None:
    """However bad they are."""
    access = Access(**desk(log, PLAIN, TOLERANT))
    await access.verify_photos(
        "door", b"alice good", photos=[b"alice poor", b"bob poor"], camera_id="gate-7"
    )

    assert 0.9 == on_record(tmp_path).probe.quality


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        pytest.param("alice good", "alice awful", ("b", 0.1), id="the second is refused"),
        pytest.param("alice awful", "alice good", ("a", 0.1), id="the first is refused"),
        pytest.param("alice fair", "alice good", ("b", 0.9), id="the second is better"),
    ],
)
async def test_a_comparison_counts_as_one_picture(
    log: DecisionLog, tmp_path: Path, first: str, second: str, told: tuple[str, float]
) -> None:
    """The one that was refused, or else the best one, and as its camera's."""
    investigation = Investigation(**desk(log, PLAIN, TOLERANT))
    await investigation.compare("door", first.encode(), second.encode(), camera_ids=("a", "b"))
    found = on_record(tmp_path)

    assert told == (found.camera_id, found.probe.quality)


async def test_a_track_counts_as_its_best_shot(log: DecisionLog, tmp_path: Path) -> None:
    """However many frames its verdict rests on."""
    stage = Stage(alice=vector(0))
    masked = Occlusion(share=0.1, parts=MOUTH_AND_NOSE)
    shots = [
        Shown(vector(90), quality=0.7),
        Shown(vector(90), quality=0.95, occlusion=masked),
    ]
    await told_of(door(stage, log), frames(*map(stage.picture, shots)))
    [record] = kept(tmp_path)
    probe = on_record(tmp_path).probe

    assert 2 == len(record["samples"])
    assert (0.95, True) == (probe.quality, probe.covered)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        pytest.param({}, Outcome.LOW, id="as it is written"),
        pytest.param({"samples": []}, Outcome.NOT_JUDGED, id="of no picture"),
        pytest.param({"samples": [{"faces": 1}]}, Outcome.NOT_JUDGED, id="that wrote less"),
        pytest.param(
            {"samples": [{"refused_by": "min_sympathy", "quality": 0.1}]},
            Outcome.LOW,
            id="with a rule of tomorrow",
        ),
        pytest.param(
            {"samples": [{"refused_by": None, "quality": 0.9, "conditions": {"fog": 1}}]},
            Outcome.NOT_JUDGED,
            id="with conditions of tomorrow",
        ),
    ],
)
async def test_records_of_other_versions_count_too(
    log: DecisionLog, tmp_path: Path, change: dict[str, Any], outcome: Outcome
) -> None:
    """As what they say, or as a picture that nobody judged; none is lost, none is fatal."""
    access = Access(**desk(log, PLAIN))
    await access.identify("door", b"alice awful", collection_id="staff", camera_id="gate-7")
    [record] = kept(tmp_path)
    found = seen(record | change)

    assert found
    assert ("gate-7", "door", outcome) == (found.camera_id, found.scene, found.probe.outcome)


def test_what_is_no_decision_is_passed_over() -> None:
    """Enrolments, erasures and what else the log holds."""
    assert seen({"kind": "enrollment", "scene": "door"}) is None
