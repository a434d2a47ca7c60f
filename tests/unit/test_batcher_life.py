"""The dynamic batcher: its limits, its end, and what it measures."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Sequence

import pytest

from faces.errors import ServiceUnavailable
from meshkit.batcher import Batcher, BatchLimits
from meshkit.metrics import BATCH_ITEMS, COMPUTE_SECONDS, QUEUE_SECONDS, QUEUED_ITEMS
from tests.fakes import Turnstile, recorded
from tests.unit.test_batcher import LIMITS, busy, queued


@pytest.fixture(name="gate")
async def _gate() -> Turnstile:
    return Turnstile()


async def test_closing_answers_everybody(gate: Turnstile) -> None:
    """The running batch is finished; who waits, and who comes later, may ask elsewhere."""
    batcher = Batcher(gate.double, name="test", limits=LIMITS)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(batcher.open())
        first = await busy(batcher, gate)
        [waits] = await queued(batcher, [2])
        closing = asyncio.create_task(stack.pop_all().aclose())
        await asyncio.sleep(0)
        with pytest.raises(ServiceUnavailable):
            await batcher.submit([4])
        gate.open()
        await closing

    assert [0] == await first
    with pytest.raises(ServiceUnavailable):
        await waits
    assert [[0]] == gate.batches


async def test_what_happens_is_measured(gate: Turnstile) -> None:
    """Waiting and computing are counted apart; so is how large batches are."""
    metrics = (QUEUE_SECONDS, COMPUTE_SECONDS, BATCH_ITEMS)
    before = [recorded(metric, "measured") for metric in metrics]
    async with Batcher(gate.double, name="measured", limits=LIMITS).open() as batcher:
        await busy(batcher, gate)
        others = await queued(batcher, [2], [4], [6])
        waiting = QUEUED_ITEMS.labels("measured")._value.get()
        gate.open()
        await asyncio.gather(*others)
    after = [recorded(metric, "measured") for metric in metrics]

    queue, compute, items = (
        late.times - early.times for early, late in zip(before, after, strict=True)
    )
    assert (4, 2, 2) == (queue, compute, items)
    assert 4 == after[2].total - before[2].total
    assert (3, 0) == (waiting, QUEUED_ITEMS.labels("measured")._value.get())


@pytest.mark.parametrize(
    "limits",
    [
        pytest.param({"max_batch": 0}, id="no batch"),
        pytest.param({"max_batch": 9, "max_queued": 8}, id="a batch that cannot be waited for"),
        pytest.param({"max_delay_s": -1.0}, id="delay"),
    ],
)
def test_refuses_impossible_limits(limits: dict[str, int]) -> None:
    """Such a batcher would never run."""
    with pytest.raises(ValueError, match="max_"):
        BatchLimits(**limits)


async def test_callers_who_come_back_stay_together() -> None:
    """Who is answered together and asks again at once is waited for, for a moment."""
    batches: list[int] = []
    started = threading.Event()

    def slow(items: Sequence[int]) -> Sequence[int]:
        batches.append(len(items))
        started.set()
        time.sleep(0.2)
        return items

    async def ask(batcher: Batcher[int, int], number: int) -> None:
        for _ in range(4):
            await batcher.submit([number])

    limits = BatchLimits(max_batch=8, company=1.0)
    async with Batcher(slow, name="test", limits=limits).open() as batcher:
        first = asyncio.create_task(ask(batcher, 0))
        await asyncio.to_thread(started.wait, 10)
        await asyncio.gather(first, *(ask(batcher, number) for number in (1, 2, 3)))

    assert [1, 4, 4, 4, 3] == batches


async def test_who_does_not_come_back_is_waited_for_once() -> None:
    """Callers who left delay the others by a share of the last batch's time, no more."""
    batches: list[int] = []

    def quick(items: Sequence[int]) -> Sequence[int]:
        batches.append(len(items))
        return items

    limits = BatchLimits(max_batch=8, company=1.0)
    async with Batcher(quick, name="test", limits=limits).open() as batcher:
        await asyncio.gather(*(batcher.submit([number]) for number in range(4)))
        await batcher.submit([4])
        await batcher.submit([5])

    assert 6 == sum(batches)
    assert [1, 1] == batches[-2:]
