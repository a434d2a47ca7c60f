"""The dynamic batcher."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence

import pytest

from faces.errors import QueueFull
from meshkit.batcher import Batcher, BatchLimits
from meshkit.metrics import QUEUED_ITEMS
from tests.fakes import Turnstile

LIMITS = BatchLimits(max_batch=4, max_queued=8)

Answer = asyncio.Task[list[int]]


@pytest.fixture(name="gate")
async def _gate() -> Turnstile:
    return Turnstile()


@pytest.fixture(name="limits")
def _limits() -> BatchLimits:
    return LIMITS


@pytest.fixture(name="batcher")
async def _batcher(gate: Turnstile, limits: BatchLimits) -> AsyncIterator[Batcher[int, int]]:
    """Doubles numbers, through a turnstile; odd and even ones never together."""
    async with Batcher(gate.double, name="test", limits=limits, key=lambda n: n % 2).open() as it:
        yield it
        gate.open()


async def busy(batcher: Batcher[int, int], gate: Turnstile) -> Answer:
    """Keep the model occupied with one item until the gate opens."""
    first = asyncio.create_task(batcher.submit([0]))
    await gate.entered.wait()
    return first


async def queued(batcher: Batcher[int, int], *calls: Sequence[int]) -> list[Answer]:
    """Submit each call from a caller of its own and let all of them queue up."""
    tasks = [asyncio.create_task(batcher.submit(items)) for items in calls]
    for _ in range(3):  # the callers' step, the batcher's, and one to spare
        await asyncio.sleep(0)
    return tasks


async def test_results_come_back_in_order(batcher: Batcher[int, int], gate: Turnstile) -> None:
    """However a call is cut into batches, its answers stand where its items stood."""
    gate.open()

    results = await batcher.submit([7, 2, 4, 1, 6, 8, 10])

    assert [14, 4, 8, 2, 12, 16, 20] == results


async def test_no_items_are_no_work(batcher: Batcher[int, int], gate: Turnstile) -> None:
    """An empty call returns at once, past a busy model."""
    await busy(batcher, gate)

    assert [] == await batcher.submit([])


async def test_callers_share_a_batch(batcher: Batcher[int, int], gate: Turnstile) -> None:
    """What arrives while the model is busy goes together, and each caller gets its own."""
    first = await busy(batcher, gate)
    others = await queued(batcher, [2], [4, 6], [8])
    gate.open()

    assert [[0], [4], [8, 12], [16]] == await asyncio.gather(first, *others)
    assert [[0], [2, 4, 6, 8]] == gate.batches


async def test_a_batch_has_a_limit(batcher: Batcher[int, int], gate: Turnstile) -> None:
    """A call larger than a batch takes several; the oldest items go first."""
    await busy(batcher, gate)
    others = await queued(batcher, [2, 4, 6], [8, 10, 12])
    gate.open()
    await asyncio.gather(*others)

    assert [[0], [2, 4, 6, 8], [10, 12]] == gate.batches


async def test_keys_are_never_mixed(batcher: Batcher[int, int], gate: Turnstile) -> None:
    """Only items that fit together share a batch; nobody is overtaken for long."""
    await busy(batcher, gate)
    others = await queued(batcher, [1, 2], [3, 4], [6])
    gate.open()
    await asyncio.gather(*others)

    assert [[0], [1, 3], [2, 4, 6]] == gate.batches


async def test_an_idle_model_starts_at_once(batcher: Batcher[int, int], gate: Turnstile) -> None:
    """Without a delay, nobody waits for company."""
    await busy(batcher, gate)

    assert [[0]] == gate.batches


@pytest.mark.parametrize("limits", [BatchLimits(max_batch=4, max_queued=8, max_delay_s=60)])
async def test_an_idle_model_waits_for_company(batcher: Batcher[int, int], gate: Turnstile) -> None:
    """With a delay, a full batch ends the wait early."""
    gate.open()
    calls = await queued(batcher, [2], [4, 6])
    assert [] == gate.batches
    calls += await queued(batcher, [8])
    await asyncio.gather(*calls)

    assert [[2, 4, 6, 8]] == gate.batches


@pytest.mark.parametrize("limits", [BatchLimits(max_batch=4, max_queued=8, max_delay_s=0.01)])
async def test_a_wait_for_company_ends(batcher: Batcher[int, int], gate: Turnstile) -> None:
    """Nobody waits for ever."""
    gate.open()

    assert [4] == await batcher.submit([2])


@pytest.mark.parametrize("limits", [BatchLimits(max_batch=4, max_queued=8, max_delay_s=0.01)])
async def test_a_wait_that_is_given_up_runs_nothing(
    batcher: Batcher[int, int], gate: Turnstile
) -> None:
    """The model never sees an empty batch."""
    gate.open()
    [given_up] = await queued(batcher, [2])
    given_up.cancel()
    await asyncio.wait([given_up])
    await asyncio.sleep(0.05)  # the wait for company ends meanwhile, which nobody is told
    later = await batcher.submit([4])

    assert [8] == later
    assert [[4]] == gate.batches


async def test_a_full_queue_refuses_the_whole_call(
    batcher: Batcher[int, int], gate: Turnstile
) -> None:
    """None of a call that does not fit is taken, and what waits is not disturbed."""
    await busy(batcher, gate)
    others = await queued(batcher, [2, 4, 6, 8, 10])

    with pytest.raises(QueueFull) as failure:
        await batcher.submit([12, 14, 16, 18])
    others += await queued(batcher, [20, 22, 24])
    gate.open()
    await asyncio.gather(*others)

    assert {"queue": "test", "limit": "8"} == failure.value.metadata
    assert [2, 4, 6, 8, 10, 20, 22, 24] == [n for batch in gate.batches[1:] for n in batch]


async def test_who_gives_up_is_never_run(batcher: Batcher[int, int], gate: Turnstile) -> None:
    """A cancelled caller's items leave the queue, and their places are free at once."""
    await busy(batcher, gate)
    [given_up, stays] = await queued(batcher, [2, 4, 6, 8, 10, 12], [14])
    given_up.cancel()
    await asyncio.wait([given_up])
    left = QUEUED_ITEMS.labels("test")._value.get()
    newcomer = await queued(batcher, [16, 18, 20, 22, 24, 26, 28])
    gate.open()
    await asyncio.gather(stays, *newcomer)

    assert 1 == left
    assert [14, 16, 18, 20, 22, 24, 26, 28] == [n for batch in gate.batches[1:] for n in batch]


async def test_giving_up_does_not_free_the_model(
    batcher: Batcher[int, int], gate: Turnstile
) -> None:
    """A running batch keeps the next one out, whatever became of its callers."""
    first = await busy(batcher, gate)
    first.cancel()
    await asyncio.wait([first])
    others = await queued(batcher, [2], [1])
    gate.open()

    assert [[4], [2]] == await asyncio.gather(*others)
    assert 1 == gate.most_inside


async def test_a_failing_batch_fails_its_callers_only(
    batcher: Batcher[int, int], gate: Turnstile
) -> None:
    """Who shares a batch with bad luck shares it; the others, and the next, do not."""
    gate.fails_on = 3
    await busy(batcher, gate)
    unlucky, with_it, lucky = await queued(batcher, [3], [5], [2])
    gate.open()
    results = await asyncio.gather(unlucky, with_it, lucky, return_exceptions=True)

    assert ["3 is bad", "3 is bad", "[4]"] == [str(result) for result in results]
    assert [10] == await batcher.submit([5])


async def test_a_model_that_loses_a_result_fails_its_callers(
    batcher: Batcher[int, int], gate: Turnstile
) -> None:
    """Answers that cannot be told apart are nobody's, and the batcher lives on."""
    gate.loses_on = 4
    gate.open()

    with pytest.raises(RuntimeError, match="1 results of 2 items"):
        await batcher.submit([2, 4])
    assert [12] == await batcher.submit([6])


async def test_two_batches_never_run_at_once(batcher: Batcher[int, int], gate: Turnstile) -> None:
    """One thread, of its own, whatever comes in."""
    gate.open()

    await asyncio.gather(*(batcher.submit([n]) for n in range(8)))

    assert 1 == gate.most_inside
    assert 1 == len(gate.threads)
    assert threading.get_ident() not in gate.threads
