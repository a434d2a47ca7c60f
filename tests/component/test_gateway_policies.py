"""Policy tables that change while a gateway decides: a real process, real sockets, no gallery."""

import asyncio
import contextlib
import itertools
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from client import AsyncSureface
from client.types import Decision
from faces.errors import FaceError, ServiceUnavailable
from faces.policy import Verdict
from meshkit.policy_file import parse
from tests.backends import DARK, backends, picture
from tests.gateways import gateway, until_version
from tests.policies import GOOD, V1, WAYS, WRONG, by_rename
from tests.records import kept

CALLERS = 6
RELOADS = 12
PICTURE = picture(DARK).data
"""Too much of its face is covered: it gets what `on_low_quality` says."""

ANSWERS = ["recapture", "reject", "review"]


def tables() -> Iterator[tuple[str, str, Verdict]]:
    """Tables without end, no two alike: text, version, and what they answer to `PICTURE`."""
    for number in itertools.count():
        answer = ANSWERS[number % len(ANSWERS)]
        line = f"accept: {0.53 + number / 10_000:.4f}"
        text = GOOD.replace("accept: 0.52", line).replace("recapture", answer, 1)
        yield text, parse(text).version, Verdict(answer)


@dataclass
class Door:
    """Callers that ask one after the other, and what they were told."""

    mesh: AsyncSureface
    in_force: int = 0
    """The latest table that is known to be in force."""
    written: int = 0
    """The latest table that the file holds, or will."""
    told: list[tuple[Decision, int, int]] = field(default_factory=list)
    """Decisions with the first and the last table that may have judged."""
    failures: list[FaceError] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by whatever happens next."""

    async def ask(self) -> None:
        """Ask for ever."""
        while True:
            first = self.in_force
            try:
                answer = await self.mesh.identify(
                    scene="access_control", probe=PICTURE, collection_id="staff"
                )
            except FaceError as error:
                self.failures.append(error)
                return
            finally:
                self.news.set()
            self.told.append((answer.decision, first, self.written))

    @contextlib.asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """Ask from all sides while the block runs."""
        tasks = [asyncio.create_task(self.ask()) for _ in range(CALLERS)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def more(self) -> None:
        """Wait for some answers more."""
        enough = len(self.told) + CALLERS
        async with asyncio.timeout(60):
            while len(self.told) < enough and not self.failures:
                self.news.clear()
                await self.news.wait()


@pytest.mark.timeout(300)  # some hundred calls through three services
async def test_tables_change_under_load(tmp_path: Path, policy_file: Path) -> None:
    """No call fails; each is judged by exactly one table, which was in force when it began."""
    known = [(GOOD, V1, Verdict.RECAPTURE), *itertools.islice(tables(), RELOADS)]
    chance = random.Random(9)  # noqa: S311  # repeatable, not secret
    async with (
        backends(tmp_path) as addresses,
        gateway(tmp_path, policy_file, addresses) as (_, mesh),
    ):
        door = Door(mesh)
        async with door.busy():
            for number, (text, version, _) in enumerate(known[1:], 1):
                if chance.random() < 0.3:
                    by_rename(policy_file, WRONG)
                door.written = number
                chance.choice(WAYS)(policy_file, text)
                await until_version(mesh, version)
                door.in_force = number
                await door.more()
        periods = [period async for period in mesh.list_policy_periods()]

    versions = [version for _, version, _ in known]
    outside = [
        (decision.policy_version, first, last)
        for decision, first, last in door.told
        if decision.policy_version not in versions[first : last + 1]
    ]
    verdicts = {version: verdict for _, version, verdict in known}
    assert [] == door.failures
    assert [] == outside
    assert [] == [d for d, *_ in door.told if d.verdict is not verdicts[d.policy_version]]
    assert versions == [period.policy_version for period in reversed(periods)]
    assert set(versions) == {decision.policy_version for decision, *_ in door.told}
    logged = {
        record["decision_id"]: record["policy_version"]
        for record in kept(tmp_path)
        if record["kind"] == "decision"
    }
    assert [] == [d for d, *_ in door.told if logged[d.decision_id] != d.policy_version]


@pytest.mark.timeout(300)  # each round starts a process
async def test_sigkill_between_two_tables(tmp_path: Path, policy_file: Path) -> None:
    """Whenever it dies, each decision names a version that can be read back, word for word."""
    endless, rounds = tables(), 4
    written = {V1: GOOD}
    async with backends(tmp_path) as addresses:
        for _ in range(rounds):
            async with gateway(tmp_path, policy_file, addresses) as (process, mesh):
                door = Door(mesh)
                async with door.busy():
                    for _ in range(3):
                        text, version, _ = next(endless)
                        written[version] = text
                        by_rename(policy_file, text)
                        await door.more()
                    process.kill()
                    await process.wait()
            assert {type(failure) for failure in door.failures} <= {ServiceUnavailable}
        async with gateway(tmp_path, policy_file, addresses) as (_, mesh):
            named = {record["policy_version"] for record in kept(tmp_path)}
            tables_ = [await mesh.get_policy_table(policy_version=each) for each in named]
            periods = [period async for period in mesh.list_policy_periods()]

    assert len(named) > rounds
    assert {each: written[each] for each in named} == {t.policy_version: t.text for t in tables_}
    assert all(each.policies for each in tables_)
    assert named <= {period.policy_version for period in periods}
    assert [None] == [period.end_time for period in periods if period.end_time is None]
