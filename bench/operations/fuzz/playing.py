"""As many calls as one seed makes, up to the first that goes wrong, made as small as it gets."""

import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import grpc
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisWarning

from bench.operations.fuzz.judging import Problem, judge
from bench.operations.fuzz.requests import Sent, requests
from bench.operations.fuzz.sending import Sender
from client.sdk import SERVICES
from meshkit.channels import options

_TRIES = 200
"""Calls that look for a smaller one that goes wrong."""


@dataclass(slots=True)
class Chunk:
    """What came of the calls of one seed."""

    seed: int
    outcomes: Counter[str] = field(default_factory=Counter)
    """Answers by code and reason."""

    problem: Problem | None = None
    """Of the first call that went wrong, if one did."""

    words: str = ""
    """What the smallest such call was, and what shows that it went wrong."""


class _WrongError(Exception):
    """An answer that must not be."""


class _Enough(BaseException):
    """Smaller calls were looked for long enough. Hypothesis lets nothing else through."""


class _Every:
    """Sends calls, and remembers the smallest that went wrong."""

    def __init__(self, chunk: Chunk, send: Sender) -> None:
        self._chunk = chunk
        self._send = send
        self._tries = 0
        self._smallest = 0

    def __call__(self, sent: Sent) -> None:
        answer, chunk = self._send(sent), self._chunk
        chunk.outcomes[answer.name] += 1
        self._tries += chunk.problem is not None
        if self._tries > _TRIES:
            raise _Enough
        if found := judge(sent, answer):
            size = sum(map(len, sent.messages))
            if chunk.problem is None or size < self._smallest:
                self._smallest = size
                chunk.problem, words = found
                chunk.words = f"{words}, said to {sent}"
            raise _WrongError


def play(address: str, known: Mapping[str, str], count: int, number: int) -> Chunk:
    """Send calls until something goes wrong, or there were enough.

    Args:
        address: Of a gateway.
        known: What fields hold when they are plausible, by name.
        count: How many calls.
        number: The seed: calls are the same for the same one.
    """
    chunk = Chunk(number)
    with grpc.insecure_channel(address, options(SERVICES)) as channel:
        each = _Every(chunk, Sender(channel))

        @seed(number)
        @settings(
            max_examples=count,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(requests(known))
        def every(sent: Sent) -> None:
            each(sent)

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", HypothesisWarning)  # of calls that are long
                every()
        except _Enough:
            pass
        except Exception:
            # The answer itself, or that Hypothesis finds that it comes and goes.
            if chunk.problem is None:
                raise
    return chunk
