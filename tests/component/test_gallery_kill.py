"""SIGKILL at random instants: the gallery's promise, kept by real processes.

A few rounds of what ``python -m bench.kill`` plays hundreds of.
"""

import pytest

from bench.kill import rounds
from bench.kill.tally import Tally


@pytest.mark.timeout(300)  # each round starts processes
@pytest.mark.parametrize(
    ("store", "count"),
    [
        pytest.param("sqlite", 15, id="SQLite"),
        pytest.param("redis", 8, id="two galleries on one Redis"),
    ],
)
async def test_sigkill_loses_no_acknowledged_write(store: str, count: int) -> None:
    """After each of many kills, what was acknowledged is there, whole, and searchable."""
    tally = Tally()
    await rounds.run(store, count, tally, seed=20)

    print(tally)  # noqa: T201  # what an operator wants to read of this test
    assert [] == tally.losses
    assert count == tally.rounds
    assert tally.acknowledged > 2 * count
    assert tally.deletions > count
    assert tally.seen["snapshots of two stages"]
