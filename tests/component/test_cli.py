"""The command line: exit codes, refusals and what a wrong use says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from client.exits import MEANING, Exit, of_error
from client.reference import PAGE, page
from faces.errors import (
    BY_REASON,
    CollectionNotFound,
    FaceError,
    Internal,
    NotImplementedYet,
    QueueFull,
    SceneUnknown,
    ServiceUnavailable,
)
from sureface.analysis.v1 import analysis_pb2
from sureface.enrollment.v1 import enrollment_pb2
from tests import answers
from tests.cli import ROOT, identify, run
from tests.fake_gateway import FakeGateway


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        pytest.param("MATCH", 0, id="match"),
        pytest.param("NO_MATCH", 1, id="no match"),
        pytest.param("REVIEW", 3, id="review"),
        pytest.param("RECAPTURE", 4, id="recapture"),
        pytest.param("REJECT", 4, id="reject"),
    ],
)
def test_a_script_reads_the_verdict_from_the_exit_code(
    gateway: FakeGateway, photo: Path, verdict: str, code: int
) -> None:
    """Each verdict has its code, with and without --json."""
    gateway.answers["Identify"] = answers.identified(verdict)
    codes = [run(gateway, *identify(photo), *more).exit_code for more in ([], ["--json"])]

    assert [code, code] == codes


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(SceneUnknown(scene="bank"), 5, id="wrong request"),
        pytest.param(CollectionNotFound(collection_id="staff"), 5, id="not there"),
        pytest.param(NotImplementedYet(method="Identify"), 5, id="not served"),
        pytest.param(ServiceUnavailable(service="embedder"), 6, id="away"),
        pytest.param(QueueFull(queue="embedder", limit=8), 6, id="full"),
        pytest.param(Internal(incident="4711"), 7, id="bug"),
    ],
)
def test_a_refusal_is_one_line(
    gateway: FakeGateway, photo: Path, error: FaceError, code: int
) -> None:
    """What the mesh refuses is one line on stderr that says what and what to do."""
    gateway.answers["Identify"] = error
    result = run(gateway, *identify(photo))

    assert code == result.exit_code
    assert "" == result.stdout
    [line] = result.stderr.splitlines()
    assert line.startswith(f"sureface: {error} [")
    assert line.endswith(error.code.value)


def test_a_refusal_is_a_document(gateway: FakeGateway, photo: Path) -> None:
    """With --json, a program gets reason and metadata of a refusal."""
    gateway.answers["Identify"] = CollectionNotFound(collection_id="staff")
    result = run(gateway, *identify(photo), "--json")

    assert {
        "reason": "ERROR_REASON_COLLECTION_NOT_FOUND",
        "code": "NOT_FOUND",
        "message": "there is no collection staff",
        "metadata": {"collection_id": "staff"},
    } == json.loads(result.stdout)["error"]


def test_every_error_has_an_exit_code() -> None:
    """No error of the mesh looks like an answer."""
    codes = {of_error(cls.__new__(cls)) for cls in BY_REASON.values()}

    assert {Exit.REFUSED, Exit.UNAVAILABLE, Exit.BUG, Exit.BROKEN} == codes


def test_every_exit_code_is_explained(gateway: FakeGateway) -> None:
    """--help lists all codes."""
    text = run(gateway, "--help").stdout

    assert set(Exit) == set(MEANING)
    assert [] == [code for code, meaning in MEANING.items() if meaning not in text]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["identify"], id="no image"),
        pytest.param(["identify", "/nowhere.jpg"], id="no such file"),
        pytest.param(["nonsense"], id="no such command"),
        pytest.param(["verify", "{photo}", "--scene", "s"], id="neither person nor photo"),
        pytest.param(
            ["verify", "{photo}", "--scene", "s", "--person", "p"], id="person of no collection"
        ),
        pytest.param(["enroll", "{empty}", "--collection", "staff"], id="no photos"),
        pytest.param(["reviews", "submit", "v", "--judgement", "yes"], id="no such judgement"),
    ],
)
def test_wrong_use_is_one_line(gateway: FakeGateway, photo: Path, arguments: list[str]) -> None:
    """Wrong use leaves with 2 and one line that points to the help; nothing is sent."""
    empty = photo.parent / "empty"
    empty.mkdir()
    result = run(gateway, *(a.format(photo=photo, empty=empty) for a in arguments))

    assert (2, "") == (result.exit_code, result.stdout)
    [line] = result.stderr.splitlines()
    assert "--help`" in line
    assert [] == gateway.requests


def test_a_bug_does_not_look_like_an_answer(gateway: FakeGateway, photo: Path) -> None:
    """What this program does not expect leaves with 7 and one line."""
    outcomes = [enrollment_pb2.PhotoOutcome()] * 2  # of one photo
    several = enrollment_pb2.EnrollPersonResponse(outcomes=outcomes)

    def script(requests: Iterator[enrollment_pb2.BatchEnrollRequest]) -> Iterator[Any]:
        for request in requests:
            yield enrollment_pb2.BatchEnrollResponse(
                request_id=request.person.request_id, outcome=several
            )

    gateway.answers["BatchEnroll"] = script
    result = run(gateway, "enroll", photo.parent, "--person", "p-1", "--collection", "staff")

    assert (7, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith("sureface: bug: ValueError")
    assert 1 == len(result.stderr.splitlines())


def test_a_picture_without_a_face_leaves_with_4(gateway: FakeGateway, photo: Path) -> None:
    """Extract answers, and the code says that there was nothing to extract."""
    gateway.answers["Extract"] = analysis_pb2.ExtractResponse(width_px=64, height_px=48)

    assert 4 == run(gateway, "extract", photo).exit_code


def test_the_page_is_what_the_commands_say() -> None:
    """docs/cli.md is up to date; `python -m client.reference` writes it."""
    assert page() == (ROOT / PAGE).read_text(encoding="utf-8")
