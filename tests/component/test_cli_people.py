"""The command line for people: words, colours, terminals, signals."""

import os
import pty
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from client.types import Judgement
from sureface.access.v1 import access_pb2
from sureface.enrollment.v1 import enrollment_pb2
from tests import answers
from tests.cli import identify, process, run
from tests.fake_gateway import FakeGateway, fake_gateway


def test_words_never_assert_identity(gateway: FakeGateway, photo: Path) -> None:
    """A candidate resembles; nobody is anybody."""
    search = ["--case", "c", "--purpose", "p", "--operator", "o"]
    found = run(gateway, "search", photo, "--scene", "s", "--collection", "staff", *search)
    texts = [found.stdout, run(gateway, *identify(photo)).stdout]

    assert ["resembles" in text for text in texts] == [True, True]
    assert [] == [
        word for word in (" is p-1", "identified", "recognised") if word in "".join(texts)
    ]


def test_every_judgement_can_be_said(gateway: FakeGateway) -> None:
    """The command offers what the API takes."""
    submit = ["reviews", "submit", "v-1", "--reviewer", "ann", "--feature", "eyes=similar"]
    submit.append("--judgement")

    assert {0} == {run(gateway, *submit, j.value).exit_code for j in Judgement}


def test_a_receipt_says_what_was_erased() -> None:
    """By kind, when, by whom, and where it is on record; and what is still to come."""
    full = enrollment_pb2.ErasureReceipt(
        review_count=3, track_count=4, subject="mia", record=f"17:{'ab' * 32}"
    )
    full.MergeFrom(answers.RECEIPT)
    told = []
    for receipt in (full, answers.RECEIPT):
        answer = enrollment_pb2.DeletePersonResponse(receipt=receipt)
        with fake_gateway(DeletePerson=answer) as gateway:
            told.append(run(gateway, "delete", "p-1", "--collection", "staff").stdout)

    lines = dict(line.rsplit("  ", 1) for line in told[0].splitlines()[1:])
    assert {
        "templates": "2",
        "review items without pictures": "3",
        "tracks of jobs without crops": "4",
        "asked by": "mia",
        "receipt": "r-1",
        "record": full.record,
    }.items() <= {label.strip(): value for label, value in lines.items()}.items()
    assert "workers erase them as soon as they run" in told[1]


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
