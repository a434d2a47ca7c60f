"""The command line for people who judge hits."""

from pathlib import Path

import pytest

from sureface.access.v1 import access_pb2
from sureface.investigation.v1 import investigation_pb2 as pb
from tests import answers
from tests.cli import identify, run
from tests.fake_gateway import FakeGateway

OPEN = ["reviews", "open", "v-1", "--reviewer", "ann", "--out"]
SUBMIT = ["reviews", "submit", "v-1", "--reviewer", "ann", "--judgement", "same_person"]


def test_a_picture_is_written_for_its_owner_alone(gateway: FakeGateway, tmp_path: Path) -> None:
    """Byte for byte, also into a file that others could read."""
    raw = tmp_path / "raw.jpg"
    raw.write_bytes(b"a longer file of before")
    raw.chmod(0o644)

    result = run(gateway, *OPEN, raw)

    assert (0, b"probe") == (result.exit_code, raw.read_bytes())
    assert "600" == f"{raw.stat().st_mode & 0o777:o}"
    assert [("v-1", "ann")] == [(r.review_id, r.reviewer_id) for r in gateway.requests]
    assert ["review", "picture", "sha256", "face", "quality", "next"] == [
        line.split()[0] for line in result.stdout.splitlines()
    ]


def test_a_place_that_cannot_be_written_is_named(gateway: FakeGateway, tmp_path: Path) -> None:
    """In one line; the code says that the command line is wrong, not the mesh."""
    result = run(gateway, *OPEN, tmp_path / "missing" / "raw.jpg")

    assert 2 == result.exit_code
    assert "missing/raw.jpg" in result.stderr


def test_candidates_are_a_table(gateway: FakeGateway, tmp_path: Path) -> None:
    """Ranked, aligned, and with what a score is not; a picture that is not there is said."""
    made = tmp_path / "enhanced.png"
    result = run(gateway, "reviews", "candidates", "v-1", "--reviewer", "ann", "--enhanced", made)
    head, first, *rest = result.stdout.splitlines()

    assert head.index("resembles") == first.index("p-1")
    assert ["enhanced: there is none", "a score is not proof: judge by the pictures"] == rest
    assert not made.exists()


def test_features_are_said_by_name(gateway: FakeGateway) -> None:
    """Each with what was found of it."""
    run(gateway, *SUBMIT, "--feature", "eyes=similar", "--feature", "facial_marks=not_comparable")

    [request] = gateway.requests
    assert [
        (pb.FACIAL_FEATURE_EYES, pb.FINDING_SIMILAR),
        (pb.FACIAL_FEATURE_FACIAL_MARKS, pb.FINDING_NOT_COMPARABLE),
    ] == [(each.feature, each.finding) for each in request.findings]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="no feature"),
        pytest.param(["--feature", "eyes"], id="no finding"),
        pytest.param(["--feature", "eyes=blue"], id="no such finding"),
        pytest.param(["--feature", "knees=similar"], id="no such feature"),
    ],
)
def test_reasons_must_be_known(gateway: FakeGateway, words: list[str]) -> None:
    """What is no feature with a finding is not sent."""
    result = run(gateway, *SUBMIT, *words)

    assert (2, []) == (result.exit_code, gateway.requests)
    assert "feature" in result.stderr


@pytest.mark.parametrize(
    ("state", "said"),
    [
        pytest.param("OPEN", "open: it waits until all have judged", id="open"),
        pytest.param("CONFIRMED", "confirmed: reviewers see p-1", id="confirmed"),
        pytest.param("ESCALATED", "one more person has to judge", id="escalated"),
        pytest.param("REFUTED", "v-1 is refuted", id="refuted"),
    ],
)
def test_what_a_judgement_came_to_is_said(gateway: FakeGateway, state: str, said: str) -> None:
    """And nothing about who else judged."""
    item = pb.Review(review_id="v-1", state=pb.ReviewState.Value(f"REVIEW_STATE_{state}"))
    item.confirmed_person_id = "p-1" if state == "CONFIRMED" else ""
    gateway.answers["SubmitReview"] = pb.SubmitReviewResponse(review=item)

    assert said in run(gateway, *SUBMIT, "--feature", "eyes=similar").stdout


def test_a_hit_that_waits_for_people_says_so(gateway: FakeGateway, photo: Path) -> None:
    """With the item in which they confirm it."""
    decision = answers.decision("REVIEW")
    decision.needed_reviewer_count, decision.review_id = 2, "v-1"
    gateway.answers["Identify"] = access_pb2.IdentifyResponse(decision=decision)

    result = run(gateway, *identify(photo))

    assert "not to be acted upon before 2 people confirmed it: review v-1" in result.stdout


def test_a_search_is_filtered_by_options(gateway: FakeGateway, photo: Path) -> None:
    """Labels by key; without an option there is no filter, with a wrong one no call."""
    search = ["search", photo, "--scene", "s", "--collection", "c", "--case", "1"]
    search += ["--purpose", "p", "--operator", "o"]
    run(gateway, *search, "--label", "door=east", "--since", "2026-01-01", "--group", "g")
    run(gateway, *search)
    wrong = run(gateway, *search, "--label", "door")

    filtered, plain = gateway.requests
    assert ({"door": "east"}, "g") == (dict(filtered.filter.person_labels), filtered.filter.group)
    assert (True, False) == (filtered.filter.HasField("start_time"), plain.HasField("filter"))
    assert (2, True) == (wrong.exit_code, "KEY=VALUE" in wrong.stderr)
