"""``python -m bench.scenes.reloading``: the policy table is replaced again and again under load.

Callers identify somebody, one call after the other, while the file is replaced twice a second: by
stricter tables, by looser ones, and by some that are wrong. Afterwards every decision on record
is taken again by the table that it names; it must come out the same.
"""

import argparse
import asyncio
import contextlib
import itertools
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.results import Row, record, show
from client import AsyncSureface
from faces.errors import FaceError
from faces.policy import PolicyTable
from faces.replay import replay
from gateway.config import BUILT_IN_POLICIES
from gateway.records.past import past
from meshkit.policy_file import TableWrong, parse
from tests.mesh.mesh import mesh
from tests.photos import photo
from tests.policies import by_rename
from tests.records import kept

COMMAND = "python -m bench.scenes.reloading"

PROOF_S = 60
"""Length of a run that is kept."""

CALLERS = 8
EVERY_S = 0.5
_SCENE, _COLLECTION = "access_control", "staff"


@dataclass(slots=True)
class Tally:
    """What was asked, and what came of it."""

    offered: list[str] = field(default_factory=list)
    """Texts of tables, wrong ones included."""

    failed: Counter[str] = field(default_factory=Counter)
    """Calls without an answer, by their reason."""

    told: dict[str, str] = field(default_factory=dict)
    """Which table an answer named, by its decision."""


@dataclass(slots=True)
class Audit:
    """What is on record."""

    decisions: int = 0
    unpublished: int = 0
    """Those that name a table which there never was."""

    disagreeing: int = 0
    """Those that come out otherwise by the table that they name, or were told with another."""

    versions: set[str] = field(default_factory=set)


def tables() -> Iterator[str]:
    """The shipped table, then tables that all differ; every third one is wrong."""
    text = BUILT_IN_POLICIES.read_text()
    yield text
    for number in itertools.count(1):
        quality = "0.99" if number % 2 else "0.60"
        other = text.replace("min_quality: 0.60", f"min_quality: {quality}")
        other = other.replace("margin: 0.05", f"margin: {0.05 + number * 1e-5:.5f}")
        yield other
        if number % 2 == 0:
            yield other.replace("accept: 0.52", "accept: 0.30")


def published(texts: Iterable[str]) -> dict[str, PolicyTable]:
    """The tables among some texts that are none of the wrong ones, by version."""
    found = {}
    for text in texts:
        with contextlib.suppress(TableWrong):
            table = parse(text)
            found[table.version] = table
    return found


def audited(
    records: Iterable[Mapping[str, Any]],
    known: Mapping[str, PolicyTable],
    told: Mapping[str, str],
) -> Audit:
    """Take every decision again by the table that it names."""
    found = Audit()
    for each in records:
        was = past(each)
        if was is None:
            continue
        version = each["policy_version"]
        found.decisions += 1
        found.versions.add(version)
        if version not in known:
            found.unpublished += 1
            continue
        again = replay(known[version].row(was.scene), was, enhancer=False)
        same = again == was.decided and told.get(was.decision_id, version) == version
        found.disagreeing += not same
    return found


async def run(folder: Path, *, seconds: float, callers: int = CALLERS) -> tuple[Tally, Audit]:
    """Ask and replace for a while, and look at what is on record."""
    tally, texts, file = Tally(), tables(), folder / "policies.yaml"
    _publish(tally, file, next(texts))
    settings = {"POLICIES": file, "POLICIES_LOOK_S": EVERY_S / 5}
    async with mesh(folder, gateway=settings) as running:
        await running.enrol(_COLLECTION, p1="obama")
        address = f"127.0.0.1:{running.processes['gateway'].port}"
        until_s = time.monotonic() + seconds
        async with AsyncSureface(address, deadline_s=60) as client, asyncio.TaskGroup() as group:
            for _ in range(callers):
                group.create_task(_ask(client, tally, until_s))
            while time.monotonic() < until_s:
                await asyncio.sleep(EVERY_S)
                _publish(tally, file, next(texts))
    return tally, audited(kept(folder), published(tally.offered), tally.told)


def _publish(tally: Tally, file: Path, text: str) -> None:
    by_rename(file, text)
    tally.offered.append(text)


async def _ask(client: AsyncSureface, tally: Tally, until_s: float) -> None:
    probe = photo("obama2")
    while time.monotonic() < until_s:
        try:
            answer = await client.identify(scene=_SCENE, probe=probe, collection_id=_COLLECTION)
        except FaceError as error:
            tally.failed[error.reason] += 1
        else:
            tally.told[answer.decision.decision_id] = answer.decision.policy_version


def rows(tally: Tally, audit: Audit) -> list[Row]:
    """What is recorded."""
    name = "policy table replaced under load"
    wrong = len(tally.offered) - len(published(tally.offered))
    facts = (
        ("failed calls", "≤ 0", tally.failed.total()),
        ("answers without a record", "≤ 0", max(0, len(tally.told) - audit.decisions)),
        ("decisions that name a table which never was", "≤ 0", audit.unpublished),
        ("decisions that the table they name would not take", "≤ 0", audit.disagreeing),
        ("decisions", "", audit.decisions),
        ("tables that decided", "", len(audit.versions)),
        ("wrong tables among those offered", "", wrong),
    )
    return [
        Row(metric=f"{name}: {metric}", goal=goal, reached=reached, command=COMMAND)
        for metric, goal, reached in facts
    ]


def main() -> None:
    """Play, print, and keep the numbers of a proof."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--seconds", type=float, default=PROOF_S, help="kept from 60 on")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sureface-reloading-") as folder:
        tally, audit = asyncio.run(run(Path(folder), seconds=arguments.seconds))
    found = rows(tally, audit)
    show(found)
    for reason, count in tally.failed.items():
        print(f"failed: {reason} {count}")
    if arguments.seconds >= PROOF_S:
        record("scenes", found)
    else:
        print(f"not kept: a run that is kept has {PROOF_S} seconds")


if __name__ == "__main__":
    main()
