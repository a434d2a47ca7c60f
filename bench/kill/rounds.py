"""The rounds: write, kill, restart, judge, audit; on a new gallery every so often."""

import asyncio
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import grpc
import grpc.aio

from bench.kill import erasure, sites
from bench.kill.audit import audit, settle
from bench.kill.ledger import Ledger
from bench.kill.samples import DIMENSION
from bench.kill.sites import Fault, Site, SqliteSite
from bench.kill.tally import Tally
from bench.kill.writes import Import
from bench.kill.writing import Writer, new_people
from tests.galleries import create

EPOCH = 25
"""Rounds on one gallery: so everything ever written can be looked at after each of them."""

WRITERS = 8

_LONGEST_S = (0.05, 0.5)
"""A kill comes within so much after the writers begin: soon, or later."""

_SMALL = 0.6
"""Share of an epoch's rounds that come before its collection grows large."""

_FILLED = 20_800
"""Templates that make it large: it gets a first stage and snapshots."""

_MESSAGES = 20
_EACH = 8
"""Templates of each person of those."""


async def run(
    store: str,
    rounds: int,
    tally: Tally,
    *,
    seed: int,
    thorough: bool = False,
    after: Callable[[], None] = lambda: None,
) -> None:
    """Play rounds; what was found is in the tally.

    Args:
        store: ``sqlite`` or ``redis``.
        rounds: How many kills, at least.
        tally: Is kept up round by round.
        seed: What is drawn; when the kills come is up to the machine, too.
        thorough: Whether everything ever written is searched for after each round until
            the collection grows large. Otherwise it is what is new and a sample, and
            everything after the last round. What is stored is always compared as a whole.
        after: Called after each round.
    """
    for number, start in enumerate(range(0, rounds, EPOCH)):
        chance = random.Random(seed * 1000 + number)  # noqa: S311  # repeatable, not secret
        ledger = Ledger(tally, chance)
        count = min(EPOCH, rounds - start)
        with tempfile.TemporaryDirectory(prefix="sureface-kill-") as folder:
            async with sites.opened(store, Path(folder), tally, chance) as here:
                await here.replicas[0].gallery.CreateCollection(create(dimension=DIMENSION))
                await _epoch(here, ledger, count, thorough=thorough, after=after)


async def _epoch(
    here: Site, ledger: Ledger, count: int, *, thorough: bool, after: Callable[[], None]
) -> None:
    small = round(_SMALL * count)
    for number in range(count):
        ledger.tally.rounds += 1
        everything = (thorough and number < small) or number == count - 1
        try:
            if number == small:
                await _fill(here, ledger)
            await _round(here, ledger, large=number >= small, everything=everything)
        except (grpc.aio.AioRpcError, AssertionError, TimeoutError) as error:
            # A gallery that does not come back has lost everything; another one follows.
            ledger.lose(f"the gallery is not what it was: {_said(error)}")
            return
        finally:
            after()
    await erasure.look_for_traces(here, ledger)


async def _round(here: Site, ledger: Ledger, *, large: bool, everything: bool) -> None:
    chance, tally = ledger.chance, ledger.tally
    some = [fault for fault in here.faults if large or not fault.large]
    [fault] = chance.choices(some, [each.share for each in some])
    written, removed = ledger.numbered, set(ledger.removed)
    await _write_until(here, ledger, fault)
    tally.kills[fault.name] += 1
    tally.seen["snapshots cut short"] += len(sites.drafts(here.snapshots))
    if isinstance(here, SqliteSite):
        erasure.require_erased(here, ledger, sorted(ledger.removed - removed))
    await here.up()
    galleries = [replica.gallery for replica in here.replicas]
    await settle(galleries, ledger)
    new = {*range(written, ledger.numbered), *(ledger.removed - removed)}
    await audit(galleries, ledger, None if everything else sorted(new))
    tally.seen["snapshots of two stages"] += erasure.two_stages(here)


async def _write_until(here: Site, ledger: Ledger, fault: Fault) -> None:
    """Write from many callers, and strike."""
    chance, stop = ledger.chance, asyncio.Event()
    galleries = [replica.gallery for replica in here.replicas]
    people = sorted(ledger.persons)
    chance.shuffle(people)
    writers = [
        Writer(ledger, people[n::WRITERS], chance, imports=0.02 if n else 0.5)
        for n in range(WRITERS)
    ]
    work = [writer.run(galleries, stop) for writer in writers]
    if chance.random() < 0.4:  # noqa: PLR2004  # in some rounds
        work += [replica.compact(stop) for replica in here.replicas]
    running = asyncio.gather(*work)
    await asyncio.sleep(chance.choice(_LONGEST_S) * chance.random())
    await fault.strike()
    stop.set()
    await running


async def _fill(here: Site, ledger: Ledger) -> None:
    """Let the collection grow so large that its index gets a first stage, and is saved."""
    count = _FILLED // _MESSAGES // _EACH
    steps = [new_people(ledger, count, each=_EACH) for _ in range(_MESSAGES)]
    filling = Import(steps, pause_s=0)
    ledger.acknowledge(filling, await filling.send(here.replicas[0].gallery))


def _said(error: Exception) -> str:
    if isinstance(error, grpc.aio.AioRpcError):
        return f"{error.code().name} {error.details()}"
    return str(error)
