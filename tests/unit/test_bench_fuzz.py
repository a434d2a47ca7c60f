"""What a fuzzer sends, and what it takes for a problem."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.goal import Mark, mark
from bench.operations.fuzz.judging import Answer, Problem, judge
from bench.operations.fuzz.pictures import damaged
from bench.operations.fuzz.playing import Chunk, play
from bench.operations.fuzz.requests import METHODS, Sent
from bench.operations.fuzzing import Findings, rows
from faces.errors import SceneUnknown

KNOWN = {"scene": "access_control", "collection_id": "staff"}
IDENTIFY = next(method for method in METHODS if method.name == "Identify")
INVALID, INTERNAL = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.INTERNAL
OK = grpc.StatusCode.OK


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        pytest.param(Answer(OK, "", "alice"), None, id="an answer"),
        pytest.param(Answer(INVALID, SceneUnknown.reason, "no scene x"), None, id="a reason"),
        pytest.param(Answer(INVALID, "", "no"), Problem.NO_REASON, id="no reason"),
        pytest.param(Answer(INVALID, "MADE_UP", "no"), Problem.NO_REASON, id="unknown reason"),
        pytest.param(
            Answer(INTERNAL, "ERROR_REASON_INTERNAL", "incident 12"), Problem.BUG, id="a bug"
        ),
        pytest.param(
            Answer(grpc.StatusCode.UNAVAILABLE, "ERROR_REASON_SERVICE_UNAVAILABLE", "gallery"),
            Problem.AWAY,
            id="somebody is away",
        ),
        pytest.param(
            Answer(grpc.StatusCode.DEADLINE_EXCEEDED, "", "Deadline Exceeded"),
            None,
            id="the caller was tired of waiting",
        ),
        *(
            pytest.param(Answer(OK, "", text), Problem.INTERNAL_TEXT, id=text)
            for text in (
                "Traceback (most recent call last)",
                "in /usr/lib/python3",
                "gateway/pipeline.py",
                "cv2 failed",
                "imgcodecs.cpp:42",
                "ValueError: no",
                "<_io object at 0x7f12ab34>",
            )
        ),
    ],
)
def test_what_no_answer_may_be(answer: Answer, problem: Problem | None) -> None:
    """Each has its name."""
    found = judge(Sent(IDENTIFY, (b"",)), answer)

    assert problem is (found[0] if found else None)


def test_callers_may_hear_their_own_words() -> None:
    """An error that quotes a request tells nothing that its caller did not know."""
    answer = Answer(INVALID, SceneUnknown.reason, "no scene 'ValueError'")

    assert judge(Sent(IDENTIFY, (b"\x0a\x0aValueError",)), answer) is None
    assert judge(Sent(IDENTIFY, (b"\x0a\x04roof",)), answer) is not None


@given(st.binary(max_size=200), st.data())
@settings(max_examples=50)
def test_damage_goes_anywhere(whole: bytes, data: st.DataObject) -> None:
    """Empty bytes, too, can be damaged."""
    assert isinstance(data.draw(damaged(whole)), bytes)


class Listener(grpc.GenericRpcHandler):
    """Hears every call, as bytes; answers with an empty message, or refuses without a reason."""

    def __init__(self, refused: str = "") -> None:
        self.heard: list[tuple[str, tuple[bytes, ...]]] = []
        self._refused = refused

    def service(self, handler_call_details: Any) -> Any:
        method = handler_call_details.method

        def hear(stream: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:
            self.heard.append((method, tuple(stream)))
            if self._refused and method.endswith(self._refused):
                context.abort(INVALID, "no")
            yield b""

        return None if "health" in method else grpc.stream_stream_rpc_method_handler(hear)


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[str]:
    """Serve it while the block runs; its address."""
    server = grpc.server(ThreadPoolExecutor(2), handlers=[listener])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def test_the_same_seed_sends_the_same_again() -> None:
    """What was found can be looked for; another seed sends something else."""
    heard = []
    for number in (1, 1, 2):
        listener = Listener()
        with listening(listener) as address:
            chunk = play(address, KNOWN, 60, number)
        heard.append(listener.heard)

        assert {"OK": len(listener.heard)} == chunk.outcomes
        assert chunk.problem is None
    assert heard[0] == heard[1] != heard[2]
    assert len({method for method, _ in heard[0]}) > 10


def test_what_goes_wrong_is_told_as_small_as_it_gets() -> None:
    """With the call that did it."""
    with listening(Listener(refused="/ListPolicies")) as address:
        chunk = play(address, KNOWN, 300, 1)

    assert Problem.NO_REASON is chunk.problem
    assert chunk.words.endswith(" said to ListPolicies()")


def test_every_problem_misses_its_goal() -> None:
    """And so does a process that died."""
    findings = Findings()
    findings.dead.append("detector")
    for problem in Problem:
        findings.take(Chunk(1, problem=problem))

    judged = [mark(row.goal, row.reached) for row in rows(findings) if row.goal]
    assert [Mark.MISSED] * (1 + len(Problem)) == judged
