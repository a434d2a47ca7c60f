"""The command line against a gateway with canned answers: codes, documents, manners."""

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from client.cli import main
from client.exits import MEANING, Exit, of_error
from client.reference import PAGE, page
from client.types import Judgement
from faces.errors import (
    BY_REASON,
    CollectionExists,
    CollectionNotFound,
    FaceError,
    Internal,
    NotImplementedYet,
    QueueFull,
    SceneUnknown,
    ServiceUnavailable,
)
from sureface.access.v1 import access_pb2
from sureface.analysis.v1 import analysis_pb2
from sureface.enrollment.v1 import enrollment_pb2
from tests import answers
from tests.fake_gateway import FakeGateway, fake_gateway
from tests.images import encoded, gradient

ROOT = Path(__file__).parents[2]


@pytest.fixture(name="gateway")
def _gateway() -> Iterator[FakeGateway]:
    with fake_gateway(**answers.EVERYTHING) as gateway:
        yield gateway


@pytest.fixture(name="photo")
def _photo(tmp_path: Path) -> Path:
    file = tmp_path / "photo.png"
    file.write_bytes(encoded(gradient()))
    return file


def run(gateway: FakeGateway, *arguments: object, **env: str) -> Result:
    """Run ``sureface`` in this process."""
    runner = CliRunner(env={"SUREFACE_ADDRESS": gateway.address, **env})
    return runner.invoke(main, [str(argument) for argument in arguments], prog_name="sureface")


def process(
    *arguments: object, env: dict[str, str] | None = None, stdout: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Run ``sureface`` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "client.cli", *(str(argument) for argument in arguments)],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen'}"} | (env or {}),
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def identify(photo: Path) -> list[object]:
    """The command that most tests use."""
    return ["identify", photo, "--scene", "access_control", "--collection", "staff"]


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

    assert {Exit.REFUSED, Exit.UNAVAILABLE, Exit.BUG} == codes


def test_every_exit_code_is_explained(gateway: FakeGateway) -> None:
    """--help lists all codes."""
    text = run(gateway, "--help").stdout

    assert set(Exit) == set(MEANING)
    assert [] == [code for code, meaning in MEANING.items() if meaning not in text]


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        pytest.param(
            ["verify", "{photo}", "--scene", "s", "--person", "p-1", "--collection", "staff"],
            {"decision", "similarity", "face", "quality"},
            id="verify person",
        ),
        pytest.param(
            ["verify", "{photo}", "--scene", "s", "--photo", "{photo}", "--photo", "{photo}"],
            {"decision", "similarity", "face", "quality"},
            id="verify photos",
        ),
        pytest.param(
            ["identify", "{photo}", "--scene", "s", "--collection", "staff"],
            {"decision", "candidate", "face", "quality"},
            id="identify",
        ),
        pytest.param(
            [
                *("search", "{photo}", "--scene", "s", "--collection", "staff"),
                *("--case", "c", "--purpose", "p", "--operator", "o"),
            ],
            {"decision", "candidates", "face", "quality", "review_id"},
            id="search",
        ),
        pytest.param(
            ["compare", "{photo}", "{photo}"],
            {"decision", "similarity", "first", "second"},
            id="compare",
        ),
        pytest.param(["extract", "{photo}"], {"image", "extraction"}, id="extract"),
        pytest.param(
            ["enroll", "{folder}", "--person", "p-1", "--collection", "staff"],
            {"person_id", "photo", "outcome"},
            id="enroll",
        ),
        pytest.param(
            ["delete", "p-1", "--collection", "staff"],
            {"receipt_id", "collection_id", "person_id", "template_count", "delete_time"},
            id="delete",
        ),
        pytest.param(
            ["collections"],
            {"collection_id", "contract_id", "dimension"}
            | {"person_count", "template_count", "create_time"},
            id="collections",
        ),
        pytest.param(
            ["collections", "create", "staff"],
            {"collection_id", "contract_id", "dimension"}
            | {"person_count", "template_count", "create_time"},
            id="collections create",
        ),
        pytest.param(
            ["collections", "delete", "staff"],
            {"receipt_id", "collection_id", "person_id", "template_count", "delete_time"},
            id="collections delete",
        ),
        pytest.param(
            ["collections", "persons", "staff"],
            {"person_id", "labels", "template_count", "create_time"},
            id="collections persons",
        ),
        pytest.param(["policies"], {"policy", "policy_version"}, id="policies"),
        pytest.param(["policies", "--scene", "s"], {"policy", "policy_version"}, id="one policy"),
        pytest.param(
            ["policies", "explain", "s", "--quality", "0.3", "--similarity", "0.4"],
            {"verdict", "rule", "reason", "advices", "policy_version"},
            id="policies explain",
        ),
        pytest.param(
            ["reviews", "--case", "c-1", "--state", "open"],
            {"review_id", "decision_id", "case_id", "collection_id", "candidates", "state"}
            | {"needed_reviewer_count", "judged_reviewer_count", "create_time"},
            id="reviews",
        ),
        pytest.param(
            [
                *("reviews", "submit", "v-1", "--reviewer", "ann"),
                *("--judgement", "same_person", "--person", "p-1"),
            ],
            {"review_id", "decision_id", "case_id", "collection_id", "candidates", "state"}
            | {"needed_reviewer_count", "judged_reviewer_count", "create_time"},
            id="reviews submit",
        ),
    ],
)
def test_json_is_one_document(
    gateway: FakeGateway, photo: Path, arguments: list[str], keys: set[str]
) -> None:
    """--json prints one document with these keys and nothing else; without it, words."""
    filled = [a.format(photo=photo, folder=photo.parent) for a in arguments]
    machine, human = run(gateway, *filled, "--json"), run(gateway, *filled)
    document = json.loads(machine.stdout)

    [found] = document if isinstance(document, list) else [document]
    assert keys == found.keys()
    assert ("", "") == (machine.stderr, human.stderr)
    assert human.stdout
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(human.stdout)


def test_a_document_holds_the_vector(gateway: FakeGateway, photo: Path) -> None:
    """Numbers in documents are the ones that were sent, without noise in their tails."""
    [image] = json.loads(run(gateway, "extract", photo, "--json").stdout)
    [face] = image["extraction"]["faces"]

    assert ([0.6, 0.8], 0.61, "good") == (
        face["vector"],
        face["quality"]["score"],
        face["quality"]["band"],
    )


def test_status_tells_who_is_away(gateway: FakeGateway, tmp_path: Path) -> None:
    """Services that do not answer are named, and the code says that the mesh is not whole."""
    result = run(gateway, "status", "--data", tmp_path, "--json")
    document = json.loads(result.stdout)
    health = {service["name"]: service["health"] for service in document["services"]}

    assert 6 == result.exit_code
    assert ("serving", "not answering") == (health["gateway"], health["embedder"])
    assert ["staff"] == [collection["collection_id"] for collection in document["collections"]]


def test_words_never_assert_identity(gateway: FakeGateway, photo: Path) -> None:
    """A candidate resembles; nobody is anybody."""
    search = ["--case", "c", "--purpose", "p", "--operator", "o"]
    found = run(gateway, "search", photo, "--scene", "s", "--collection", "staff", *search)
    texts = [found.stdout, run(gateway, *identify(photo)).stdout]

    assert ["resembles" in text for text in texts] == [True, True]
    assert [] == [
        word for word in (" is p-1", "identified", "recognised") if word in "".join(texts)
    ]


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
    gateway.answers["EnrollPerson"] = enrollment_pb2.EnrollPersonResponse()  # no outcomes
    result = run(gateway, "enroll", photo.parent, "--person", "p-1", "--collection", "staff")

    assert (7, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith("sureface: bug: ValueError")
    assert 1 == len(result.stderr.splitlines())


def test_a_picture_without_a_face_leaves_with_4(gateway: FakeGateway, photo: Path) -> None:
    """Extract answers, and the code says that there was nothing to extract."""
    gateway.answers["Extract"] = analysis_pb2.ExtractResponse(width_px=64, height_px=48)

    assert 4 == run(gateway, "extract", photo).exit_code


def people(folder: Path, **photos: int) -> Path:
    """Make a folder of folders with so many photos each."""
    for person_id, count in photos.items():
        (folder / person_id).mkdir(parents=True)
        for number in range(count):
            (folder / person_id / f"{number:03}.JPG").write_bytes(b"jpeg")
    return folder


def test_a_folder_is_a_person(gateway: FakeGateway, tmp_path: Path) -> None:
    """Each folder is enrolled under its name, at most 16 photos a call, other files aside."""
    folder = people(tmp_path / "people", ann=17, bob=1, nobody=0)
    (folder / "ann" / "notes.txt").write_text("not a photo")
    (folder / "ann" / ".hidden.jpg").write_text("not a photo")
    result = run(gateway, "enroll", folder, "--collection", "staff", "--scene", "alarm_review")

    assert [("ann", 16), ("ann", 1), ("bob", 1)] == [
        (request.person_id, len(request.photos)) for request in gateway.requests
    ]
    assert {"alarm_review"} == {request.scene for request in gateway.requests}
    assert "000.JPG" == gateway.requests[0].photos[0].source_id
    assert 0 == result.exit_code
    assert ["photos", "18", "0", "18"] == result.stdout.splitlines()[-1].split()


def test_somebody_without_a_good_photo_shows_in_the_code(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    """Enrolment goes on, tells photo by photo, and leaves with 4."""
    folder = people(tmp_path / "people", ann=1, bob=1)
    (folder / "ann" / "000.JPG").rename(folder / "ann" / "bad.jpg")
    result = run(gateway, "enroll", folder, "--collection", "staff")

    assert 4 == result.exit_code
    assert "quality 0.30, this scene needs 0.60" in result.stdout
    assert ["persons", "1", "1", "2"] == result.stdout.splitlines()[-2].split()


def test_a_folder_that_names_nobody_stops_everything(gateway: FakeGateway, tmp_path: Path) -> None:
    """An identifier that the mesh would refuse is found before anybody is enrolled."""
    folder = people(tmp_path / "people", ann=1) / "John Doe"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"jpeg")
    result = run(gateway, "enroll", folder.parent, "--collection", "staff")

    assert 5 == result.exit_code
    assert [] == gateway.requests


@pytest.mark.parametrize("there", [False, True], ids=["new", "there already"])
def test_enroll_makes_the_collection(gateway: FakeGateway, tmp_path: Path, there: bool) -> None:
    """--create makes the collection, and does not mind one that is there."""
    if there:
        gateway.answers["CreateCollection"] = CollectionExists(collection_id="staff")
    folder = people(tmp_path / "people", ann=1)

    assert 0 == run(gateway, "enroll", folder, "--collection", "staff", "--create").exit_code


def test_every_judgement_can_be_said(gateway: FakeGateway) -> None:
    """The command offers what the API takes."""
    submit = ["reviews", "submit", "v-1", "--reviewer", "ann", "--judgement"]

    assert {0} == {run(gateway, *submit, j.value).exit_code for j in Judgement}


@pytest.mark.parametrize(
    "env",
    [pytest.param({}, id="plain"), pytest.param({"FORCE_COLOR": "1"}, id="FORCE_COLOR")],
)
def test_a_pipe_gets_no_colours(gateway: FakeGateway, photo: Path, env: dict[str, str]) -> None:
    """Into a pipe goes plain text, without padding, whatever the environment says."""
    child = process(*identify(photo), "--address", gateway.address, env=env)
    stdout, stderr = child.communicate()

    assert (0, b"") == (child.returncode, stderr)
    assert b"\x1b" not in stdout
    assert [] == [line for line in stdout.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize(
    ("env", "coloured"),
    [
        pytest.param({"TERM": "xterm-256color"}, True, id="terminal"),
        pytest.param({"TERM": "xterm-256color", "NO_COLOR": "1"}, False, id="NO_COLOR"),
    ],
)
def test_a_terminal_gets_colours(
    gateway: FakeGateway, photo: Path, env: dict[str, str], coloured: bool
) -> None:
    """On a terminal the verdict is green, unless NO_COLOR is set."""
    ours, theirs = pty.openpty()
    child = process(*identify(photo), "--address", gateway.address, env=env, stdout=theirs)
    child.communicate()
    text = os.read(ours, 65_536)
    os.close(theirs)
    os.close(ours)

    assert coloured == (b"\x1b[1;32m" in text)


def test_an_answer_cannot_steer_the_terminal(gateway: FakeGateway, photo: Path) -> None:
    """Control characters of others, in answers or file names, are shown as such."""
    gateway.answers["Identify"] = answers.identified("REVIEW", reason="\x1b[2Jgone")
    result = run(gateway, *identify(photo))

    assert "\x1b" not in result.stdout
    assert "\N{REPLACEMENT CHARACTER}[2Jgone" in result.stdout


def test_an_interrupted_command_says_so(gateway: FakeGateway, photo: Path) -> None:
    """Ctrl-C leaves with 130 and one line."""
    asked, release = threading.Event(), threading.Event()

    def late(_: Any) -> access_pb2.IdentifyResponse:
        asked.set()
        release.wait()
        return answers.identified()

    gateway.answers["Identify"] = late
    child = process(*identify(photo), "--address", gateway.address)
    try:
        assert asked.wait(timeout=60)
        child.send_signal(signal.SIGINT)
        stdout, stderr = child.communicate()
    finally:
        release.set()

    assert (130, b"") == (child.returncode, stdout)
    # After a line break: the terminal shows ^C before it.
    assert b"\nsureface: interrupted\n" == stderr


def test_a_reader_that_leaves_changes_nothing(gateway: FakeGateway, photo: Path) -> None:
    """``sureface … | true`` keeps its exit code and does not complain."""
    reader, writer = os.pipe()
    os.close(reader)
    gateway.answers["Identify"] = answers.identified("REVIEW")
    child = process(*identify(photo), "--address", gateway.address, stdout=writer)
    os.close(writer)
    _, stderr = child.communicate()

    assert (3, b"") == (child.returncode, stderr)


def test_the_page_is_what_the_commands_say() -> None:
    """docs/cli.md is up to date; `python -m client.reference` writes it."""
    assert page() == (ROOT / PAGE).read_text(encoding="utf-8")
