"""Logs."""

import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from meshkit import log


@pytest.fixture(name="stream")
def _stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Where a configured process writes its log."""
    stream, root = StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr("sys.stderr", stream)
    log.configure("embedder")
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_object(stream: StringIO) -> None:
    """With time, level, service, logger, message, and the facts that came along."""
    logging.getLogger("access").info("call %d", 7, extra={"code": "OK", "took_ms": 1.5})

    [line] = lines(stream)
    moment = datetime.fromisoformat(line.pop("time"))
    assert timedelta(0) == moment.utcoffset()
    assert {
        "level": "info",
        "service": "embedder",
        "logger": "access",
        "message": "call 7",
        "code": "OK",
        "took_ms": 1.5,
    } == line


def test_an_exception_stays_on_its_line(stream: StringIO) -> None:
    """A traceback is one field, however many lines it has: what, where, and what led to it."""
    try:
        try:
            json.loads("{}")["absent"]
        except KeyError as error:
            raise ValueError("why") from error
    except ValueError:
        logging.getLogger("x").exception("failed\nbadly")

    [line] = lines(stream)
    assert "failed\nbadly" == line["message"]
    first, second = line["exception"].split("Traceback (most recent call last):\n")[1:]
    assert first.endswith("builtins.KeyError\n")
    assert second.endswith("builtins.ValueError")
    assert "in test_an_exception_stays_on_its_line" in second


def test_texts_of_exceptions_stay_out(stream: StringIO) -> None:
    """They may hold vectors and names: of none of a group, of no cause, in no note."""

    def failing() -> None:
        text = "Ada"
        bug = ValueError(text)
        bug.add_note(text)
        try:
            raise bug
        finally:
            raise ExceptionGroup(text, [bug, KeyError(text)])

    try:
        failing()
    except ExceptionGroup as group:
        logging.getLogger("x").error("failed", exc_info=group)

    [line] = lines(stream)
    assert "KeyError" in line["exception"]
    assert "Ada" not in line["exception"]


def test_values_that_json_does_not_know_are_text(stream: StringIO) -> None:
    """A log line is never lost to its own values."""
    logging.getLogger("x").warning("odd", extra={"where": object})

    [line] = lines(stream)
    assert ("warning", "<class 'object'>") == (line["level"], line["where"])


def test_chatter_is_left_out(stream: StringIO) -> None:
    """Debug lines of libraries are not for operators."""
    logging.getLogger("grpc").debug("noise")

    assert [] == lines(stream)


def test_warnings_are_lines_too(stream: StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever parses the log meets nothing else in it."""
    # pytest has its own stderr and its own warnings for each phase of a test.
    monkeypatch.setattr("sys.stderr", stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        log.configure("embedder")
        warnings.warn("overflow", RuntimeWarning, stacklevel=1)

    [line] = lines(stream)
    assert ("warning", "py.warnings") == (line["level"], line["logger"])
    assert "RuntimeWarning: overflow" in line["message"]


BUGS = """
import asyncio, threading
from meshkit import log

class Bug(Exception):
    pass

async def main():
    log.take_over()
    task = asyncio.create_task(failing(), name="follower")
    await asyncio.wait([task])
    del task
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    fail()

async def failing():
    fail()

def fail():
    raise Bug("name of a " + "person")

log.configure("embedder")
asyncio.run(main())
"""


def test_bugs_that_nobody_catches_are_lines_too() -> None:
    """Of a task, of a thread, of the process: each told as every exception is."""
    run = subprocess.run([sys.executable, "-c", BUGS], capture_output=True, text=True, check=False)

    written = [json.loads(line) for line in run.stderr.splitlines()]
    assert 1 == run.returncode
    assert ["error", "error", "critical"] == [line["level"] for line in written]
    assert {"uncaught"} == {line["logger"] for line in written}
    assert all(line["exception"].endswith("__main__.Bug") for line in written)
    assert "person" not in run.stderr
