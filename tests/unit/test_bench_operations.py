"""What benches of faults count, and what they call wrong."""

import asyncio
from dataclasses import replace

import pytest

from bench.goal import Mark, mark
from bench.operations import __main__ as command
from bench.operations import chaos, loops, overload, rolling, soak
from bench.operations.asking import Asking, counted
from bench.operations.bench import Bench
from bench.operations.tally import Tally
from bench.operations.truth import QUESTIONS, Said
from bench.scenes.memory import Held
from client import AsyncSureface
from faces.errors import ServiceUnavailable
from faces.policy import Verdict
from faces.rules import Rule
from tests.fake_gateway import FakeGateway

SAID = Said(Verdict.MATCH, Rule.ACCEPT, "obama", 0.83, ())


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({"similarity": 0.8305}, True, id="another batch rounds differently"),
        pytest.param({"similarity": 0.85}, False, id="another similarity"),
        pytest.param({"similarity": None}, False, id="no similarity"),
        pytest.param({"verdict": Verdict.REVIEW}, False, id="another verdict"),
        pytest.param({"rule": Rule.MARGIN}, False, id="another rule"),
        pytest.param({"person_id": "biden"}, False, id="somebody else"),
        pytest.param({"degradations": ("enhancer_unavailable",)}, False, id="something skipped"),
    ],
)
def test_an_answer_is_right_if_nothing_but_rounding_differs(
    change: dict[str, object], same: bool
) -> None:
    """From what an undisturbed mesh says."""
    assert same is SAID.like(replace(SAID, **change))  # type: ignore[arg-type]


async def test_a_wrong_answer_is_noted_with_what_happened_before(gateway: FakeGateway) -> None:
    """The canned answer is nobody's truth."""
    tally = Tally()
    tally.happens("gallery killed")
    async with AsyncSureface(gateway.address) as client:
        await Asking(client, {question: [SAID] for question in QUESTIONS}, tally, seed=1)()

    [wrong] = tally.wrong
    assert wrong.startswith("after gallery killed: ")
    assert 1 == tally.asked == tally.answered.total()


async def test_a_failed_call_is_counted_by_what_it_met() -> None:
    """By the event, the call, and its reason with the service."""

    async def fail() -> None:
        raise ServiceUnavailable(service="gallery")

    tally = Tally()
    tally.happens("gallery killed")
    answered = await counted(tally, "Verify", fail)

    assert not answered
    assert {("gallery killed", "Verify", "SERVICE_UNAVAILABLE gallery"): 1} == tally.failed
    assert 100.0 == tally.failed_percent


async def test_arrivals_wait_for_nobody() -> None:
    """Calls begin although none before has ended; those that have begun are waited for."""
    over, go, begun, ended = asyncio.Event(), asyncio.Event(), 0, 0

    async def ask() -> None:
        nonlocal begun, ended
        begun += 1
        if begun == 5:
            over.set()
            go.set()
        await go.wait()
        ended += 1

    await loops.opened(ask, per_s=1000, over=over, seed=1)

    assert begun == ended >= 5


async def test_callers_wait_for_their_answers() -> None:
    """There are never more calls than callers."""
    over, running, most, done = asyncio.Event(), 0, 0, 0

    async def ask() -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        done += 1
        if done == 20:
            over.set()

    await loops.closed(ask, callers=3, over=over)

    assert 3 == most
    assert done >= 20


@pytest.mark.parametrize("bench", [chaos, rolling])
def test_whatever_is_not_as_promised_misses_its_goal(bench: object) -> None:
    """Wrong answers, lost writes, failed calls and dead processes, each on its own."""
    rows = bench.rows  # type: ignore[attr-defined]
    tally = Tally(wrong=["w"], lost=["l"], faults=["f"])
    tally.failed["gallery killed", "Verify", "SERVICE_UNAVAILABLE gallery"] = 1
    tally.answered["Verify"] = 900

    judged = {mark(row.goal, row.reached) for row in rows(tally) if row.goal}
    fine = {mark(row.goal, row.reached) for row in rows(Tally()) if row.goal}
    assert {Mark.MISSED} == judged
    assert {Mark.MET} == fine


def test_goodput_is_what_was_answered_in_time() -> None:
    """Of what can be answered; refusals at once are told from other failures."""
    capacity = overload.Phase(took_s=10, in_time=400)
    over = overload.Phase(took_s=10, in_time=300, waits_s=[1.0] * 310)
    over.tally.answered["Identify"] = 310
    over.tally.failed["nothing", "Identify", "QUEUE_FULL"] = 680
    over.tally.failed["nothing", "Identify", "DEADLINE_EXCEEDED gateway"] = 10

    rows = overload.rows(capacity, over, Held({"gateway": [50.0] * 10, "detector": [60.0] * 10}))

    reached = {row.metric.removeprefix("overload: "): row.reached for row in rows}
    assert 75.0 == reached["answers, of what can be answered"]
    assert 68.0 == reached["refused at once"]
    assert 10 == reached["failed otherwise"]
    assert 110.0 == reached["resident memory of all processes, most"]


def test_memory_is_judged_by_process() -> None:
    """One that grows is not hidden by others that do not."""
    steady, growing = [100.0] * 100, [float(100 + n) for n in range(100)]

    rows = soak.rows(Tally(), Held({"gateway": steady, "gallery": growing}))

    marks = {row.metric: mark(row.goal, row.reached) for row in rows}
    assert Mark.MET is marks["soak: resident memory of the gateway, growth"]
    assert Mark.MISSED is marks["soak: resident memory of the gallery, growth"]


@pytest.mark.parametrize("bench", command.BENCHES, ids=lambda bench: str(bench.name))
def test_every_bench_runs_for_as_long_as_a_proof_takes_unless_told(bench: Bench) -> None:
    """And can be told to keep nothing."""
    parser = command.parser()

    assert bench.proof == parser.parse_args([bench.name]).amount
    assert parser.parse_args([bench.name, f"--{bench.unit}", "9", "--dry"]).dry
