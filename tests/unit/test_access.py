"""Doors: verdicts, candidates and the decision that is kept of them."""

from pathlib import Path

import pytest

from faces.errors import PersonNotFound, ReferenceUnusable, SceneUnknown
from faces.policy import PolicyTable, Verdict
from faces.rules import Rule
from gateway.access import Access
from gateway.enhancing import Enhancing
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from tests.records import kept
from tests.reviewing import nobody
from tests.unit.door import POLICY
from tests.unit.gateway_fakes import CONTRACT, FakeDetector, FakeEmbedder, FakeGallery

TABLE = PolicyTable([POLICY])


def door(log: DecisionLog, gallery: FakeGallery) -> Access:
    """A door on fakes."""
    detector, embedder = FakeDetector(), FakeEmbedder()
    return Access(
        recorder=Recorder(TABLE, log),
        pipeline=Pipeline(detector, Enhancing(embedder)),
        gallery=gallery,
        reviewing=nobody(),
    )


@pytest.mark.parametrize(
    ("probe", "enrolled", "verdict", "rule"),
    [
        pytest.param("alice good", ["alice", "bob"], Verdict.MATCH, Rule.ACCEPT, id="match"),
        pytest.param("alice good", ["bob"], Verdict.NO_MATCH, Rule.BELOW_REVIEW, id="stranger"),
        pytest.param("alice good", [], Verdict.NO_MATCH, Rule.NO_CANDIDATE, id="empty"),
        pytest.param("twin good", ["alice", "twin"], Verdict.REVIEW, Rule.MARGIN, id="twins"),
        pytest.param("alice awful", ["alice"], Verdict.RECAPTURE, Rule.MIN_QUALITY, id="bad"),
    ],
)
async def test_identify(
    log: DecisionLog, probe: str, enrolled: list[str], verdict: Verdict, rule: Rule
) -> None:
    """A probe gets the verdict of the first rule that fires."""
    gallery = FakeGallery(*enrolled)

    answer = await door(log, gallery).identify(
        "door", probe.encode(), collection_id="staff", camera_id=""
    )

    assert (verdict, rule) == (
        answer.decision.conclusion.verdict,
        answer.decision.conclusion.rule,
    )
    assert (0 if verdict is Verdict.RECAPTURE else 1) == gallery.searches


async def test_keeps_a_record_of_every_decision(log: DecisionLog, tmp_path: Path) -> None:
    """The log holds every score that the rules saw, the rule, and no vector."""
    answer = await door(log, FakeGallery("alice")).identify(
        "door", b"alice good", collection_id="staff", camera_id="cam-1"
    )

    [record] = kept(tmp_path)
    assert answer.decision.decision_id == record["decision_id"]
    assert ("door", TABLE.version, CONTRACT, "match", "accept", "staff", "cam-1") == tuple(
        record[key]
        for key in (
            "scene",
            "policy_version",
            "contract_id",
            "verdict",
            "rule",
            "collection_id",
            "camera_id",
        )
    )
    assert {"quality": 0.9, "inter_eye_px": 80.0, "faces": 1}.items() <= record["samples"][
        0
    ].items()
    [candidate] = record["candidates"]
    seen = {"person_id": "alice", "similarity": 1.0, "template_id": "t-alice"}
    assert (seen | {"template_quality": 0.9}).items() <= candidate.items()


@pytest.mark.parametrize(
    ("person", "verdict"),
    [("alice", Verdict.MATCH), ("bob", Verdict.NO_MATCH)],
    ids=["the claimed person", "somebody else"],
)
async def test_verifies_a_person(log: DecisionLog, person: str, verdict: Verdict) -> None:
    """1:1 looks at the claimed person only."""
    answer = await door(log, FakeGallery("alice", "bob")).verify_person(
        "door", b"alice good", collection_id="staff", person_id=person, camera_id=""
    )

    assert verdict is answer.decision.conclusion.verdict


async def test_verifies_photos_by_the_most_similar_one(log: DecisionLog) -> None:
    """Of several reference photos the best one counts; nothing needs to be enrolled."""
    answer = await door(log, FakeGallery()).verify_photos(
        "door", b"alice good", photos=[b"bob good", b"alice good"], camera_id=""
    )

    assert Verdict.MATCH is answer.decision.conclusion.verdict


@pytest.mark.parametrize("photo", ["alice empty", "alice crowd", "alice far", "alice awful"])
async def test_refuses_references_that_do_not_say_who(log: DecisionLog, photo: str) -> None:
    """A reference photo must pass the scene's gates and show one face."""
    with pytest.raises(ReferenceUnusable):
        await door(log, FakeGallery()).verify_photos(
            "door", b"alice good", photos=[photo.encode()], camera_id=""
        )


async def test_refuses_what_it_does_not_know(log: DecisionLog, tmp_path: Path) -> None:
    """Unknown scenes and persons are errors, not defaults, and no decisions."""
    access = door(log, FakeGallery("alice"))

    with pytest.raises(SceneUnknown):
        await access.identify("roof", b"alice good", collection_id="staff", camera_id="")
    with pytest.raises(PersonNotFound):
        await access.verify_person(
            "door", b"alice good", collection_id="staff", person_id="eve", camera_id=""
        )
    assert [] == kept(tmp_path)
