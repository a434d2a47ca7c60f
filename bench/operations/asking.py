"""Callers whose answers are compared with the right ones."""

import random
from collections.abc import Awaitable, Callable

import grpc

from bench.operations.tally import Tally, why
from bench.operations.truth import QUESTIONS, Truth, asked
from client import AsyncSureface
from faces.errors import FaceError


async def counted(tally: Tally, call: str, ask: Callable[[], Awaitable[object]]) -> bool:
    """Make one call and count it; whether it was answered."""
    try:
        await ask()
    except (FaceError, grpc.RpcError) as error:
        # What happened while it ran is what it met, not what happened before.
        tally.failed[tally.event, call, why(error)] += 1
        return False
    tally.answered[call] += 1
    return True


class Asking:
    """Asks what has one right answer, by the SDK."""

    def __init__(self, client: AsyncSureface, truth: Truth, tally: Tally, *, seed: int) -> None:
        self._client = client
        self._truth = truth
        self._tally = tally
        self._chance = random.Random(seed)  # noqa: S311  # repeatable, not secret

    async def __call__(self) -> None:
        """Ask one question."""
        question = self._chance.choice(QUESTIONS)

        async def ask() -> None:
            said = await asked(self._client, question)
            self._tally.degraded += bool(said.degradations)
            if not any(said.like(right) for right in self._truth[question]):
                after = self._tally.event
                self._tally.wrong.append(f"after {after}: {question} was answered {said}")

        await counted(self._tally, question.call, ask)
