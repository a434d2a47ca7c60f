"""Review items from hit to judgement, and what is on record of them."""

from pathlib import Path
from typing import Any

import pytest

from faces.errors import ReviewerConflict, ReviewNotOpened, StoreUnavailable
from faces.policy import Verdict
from faces.review import Judgement, Principal, ReviewState
from gateway.records.recorder import Recorder
from tests.records import kept
from tests.reviewing import opinion
from tests.unit.review_world import PROBE, TABLE, house


async def test_a_reviewer_sees_the_probe_as_it_was_sent(tmp_path: Path) -> None:
    """Then the candidates with what an enhancer made of it; each look is in the log."""
    async with house(tmp_path) as here:
        review_id = await here.search()
        raw = await here.people.reviewing.open_raw(review_id, Principal("ann"))
        rest = await here.people.reviewing.open_candidates(review_id, Principal("ann"))

    assert (PROBE, b"PNG") == (raw.shown.probe, rest.shown.enhanced and rest.shown.enhanced.png)
    assert ["alice", "twin"] == [c.person_id for c in rest.review.candidates]
    decision, *looks = kept(tmp_path)
    assert [("ann", "raw"), ("ann", "candidates")] == [
        (look["reviewer_id"], look["looked_at"]) for look in looks
    ]
    assert {(review_id, decision["decision_id"], "c-1")} == {
        (look["review_id"], look["decision_id"], look["case_id"]) for look in looks
    }


async def test_nobody_gets_ahead_of_the_raw_picture(tmp_path: Path) -> None:
    """Neither to the candidates nor to a judgement; and olga not at all."""
    async with house(tmp_path) as here:
        review_id, steps = await here.search(), here.people.reviewing
        with pytest.raises(ReviewNotOpened):
            await steps.open_candidates(review_id, Principal("ann"))
        with pytest.raises(ReviewNotOpened):
            await here.people.judge(review_id, opinion("ann"))
        with pytest.raises(ReviewerConflict):
            await steps.open_raw(review_id, Principal("olga"))

    assert ["decision"] == [record["kind"] for record in kept(tmp_path)]


async def test_a_comparison_waits_for_people_too(tmp_path: Path) -> None:
    """The first picture comes first; the second with the candidates. Filed under its camera."""
    async with house(tmp_path) as here:
        compared = await here.investigation.compare(
            "watch", PROBE, b"alice good", camera_ids=("gate-7", "")
        )
        decision, steps = compared.decision, here.people.reviewing
        raw = await steps.open_raw(decision.review_id, Principal("ann"))
        rest = await steps.open_candidates(decision.review_id, Principal("ann"))
        lists = [
            (await here.people.reviews.list(case_id="", camera_id=at, state=None, after="", size=9))
            for at in ("gate-7", "gate-8", "")
        ]

    assert (2, PROBE, b"alice good") == (
        decision.needed_reviewers,
        raw.shown.probe,
        rest.shown.reference,
    )
    assert ["gate-7"] == [raw.review.camera_id]
    assert [1, 0, 1] == [len(page.items) for page in lists]


@pytest.mark.parametrize("call", ["identify", "verify_person", "verify_photos"])
async def test_a_camera_s_hit_waits_for_people_too(tmp_path: Path, call: str) -> None:
    """The answer names the item, and how many must confirm it before anybody acts."""
    about: dict[str, dict[str, Any]] = {
        "identify": {"collection_id": "people"},
        "verify_person": {"collection_id": "people", "person_id": "alice"},
        "verify_photos": {"photos": [b"bob good", b"alice good"]},
    }
    async with house(tmp_path) as here:
        ask = getattr(here.access, call)
        decision = (await ask("watch", PROBE, camera_id="", **about[call])).decision
        viewed = await here.people.reviewing.open_raw(decision.review_id, Principal("ann"))
        [record] = [each for each in kept(tmp_path) if each["kind"] == "decision"]

    assert (Verdict.REVIEW, 2) == (decision.conclusion.verdict, decision.needed_reviewers)
    assert (decision.review_id, 2) == (record["review_id"], record["needed_reviewers"])
    assert (ReviewState.OPEN, PROBE) == (viewed.review.state, viewed.shown.probe)
    reference = b"alice good" if call == "verify_photos" else b""
    assert reference == viewed.shown.reference


async def test_whoever_is_on_photos_has_no_name(tmp_path: Path) -> None:
    """A hit on photos that came along is confirmed without naming anybody."""
    photos = [b"alice good"]
    async with house(tmp_path) as here:
        answer = await here.access.verify_photos("watch", PROBE, photos=photos, camera_id="")
        for who in ("ann", "ben"):
            item = await here.people.say(
                answer.decision.review_id, opinion(who, Judgement.SAME_PERSON, "")
            )

    assert (ReviewState.CONFIRMED, "") == (item.state, item.confirmed)


async def test_a_repeated_judgement_is_one(tmp_path: Path) -> None:
    """The same request again gets the answer of its first time, and leaves no second record."""
    async with house(tmp_path) as here:
        review_id, steps = await here.search(), here.people.reviewing
        await here.people.look(review_id, "ann")
        said = {"request_id": "q-1", "fingerprint": b"1"}
        first = await steps.judge(review_id, opinion("ann"), **said)  # type: ignore[arg-type]
        await here.people.say(review_id, opinion("ben"))
        again = await steps.judge(review_id, opinion("ann"), **said)  # type: ignore[arg-type]

    assert first == again
    judged = [each for each in kept(tmp_path) if each["kind"] == "review"]
    assert ["ann", "ben"] == [each["reviewer_id"] for each in judged]
    assert {"eyes": "similar"} == judged[0]["findings"]


async def test_a_judgement_that_cannot_be_logged_does_not_count(tmp_path: Path) -> None:
    """Nothing is confirmed that the log does not hold."""
    async with house(tmp_path) as here:
        review_id = await here.search()
        await here.people.say(review_id, opinion("ann"))
        await here.people.look(review_id, "ben")
        broken = here.people.reviewing
        broken._recorder = Recorder(TABLE, _Full())  # type: ignore[arg-type]  # a disk that is full
        with pytest.raises(StoreUnavailable):
            await here.people.judge(review_id, opinion("ben", Judgement.SAME_PERSON))

        assert ReviewState.OPEN is (await here.people.reviews.get(review_id)).state


class _Full:
    """A log on a full disk."""

    async def append(self, record: object) -> None:
        raise StoreUnavailable(store="decision")
