"""What the gallery's benchmarks record of what they measured."""

import numpy as np
import pytest

from bench.facelike.files import Probes
from bench.gallery import batching, enrolment, growth, search, service
from bench.gallery.growth import Grown
from bench.gallery.peers.__main__ import Compared, Peer
from bench.gallery.peers.__main__ import rows as peer_rows
from bench.gallery.source import shelved
from bench.gallery.waits import Waits
from bench.results import Row
from tests.galleries import unit_vectors


def test_recall_is_told_of_all_probes_and_of_degraded_ones() -> None:
    """A kind that is searched badly cannot hide behind the others; goals are the issue's."""
    probes = Probes(
        vectors=unit_vectors(4),
        mates=np.arange(4),
        kinds=np.array(["clean", "clean", "stranger", "degraded"]),
    )
    best = np.arange(40).reshape(4, 10)
    found = best.copy()
    found[3] = -1

    rows = search.recalls("1M", found, best, probes, goals=True)

    assert {
        "1M: recall@1, all probes": ("≥ 0.999", 0.75),
        "1M: recall@10, all probes": ("≥ 0.995", 0.75),
        "1M: recall@1, degraded probes": ("≥ 0.999", 0.0),
        "1M: recall@10, degraded probes": ("≥ 0.995", 0.0),
    } == {row.metric: (row.goal, row.reached) for row in rows}


def test_a_service_is_compared_with_its_index() -> None:
    """By medians of either side, which stand beside."""
    waits = {"service": [alike(3)], "index": [alike(2)]}

    rows = service.added("1M: 1 a call", "its index", waits)

    assert [1.5] == [row.reached for row in rows if row.goal == "≤ 1.2"]
    assert [3.0, 2.0] == [row.reached for row in rows if row.unit == "ms"]


def test_callers_are_compared_with_one_by_one() -> None:
    """By searches a second, with the size of batches that explains it."""
    measured = batching.Rounds([alike(2)], [Waits(np.full(50, 0.016), 0.01)], [16, 8])

    rows = by_metric(batching.rows("1M, two stages", measured))

    assert 10.0 == rows["1M, two stages: 16 callers, times one by one"]
    assert 12.0 == rows["1M, two stages: mean batch of 16 callers"]


def test_enrolment_is_judged_by_the_slowest_percent() -> None:
    """Of searches in windows of either kind, all windows as one."""
    slow = Waits(np.array([0.001] * 98 + [0.009] * 2), 1.0)
    measured = enrolment.Rounds([alike(2), alike(2)], [slow, slow], [alike(5)])

    rows = by_metric(enrolment.rows("1M", measured))

    assert 4.5 == rows["1M, 200 templates/s added: 99 % of searches, times idle"]
    assert 5.0 == rows["1M, 200 templates/s added: an acknowledged add, median"]


def test_growth_is_the_cost_of_each_template() -> None:
    """Ten times the templates at five times the wait cost half as much each."""
    grown = {}
    for count, took in ((100_000, 1), (1_000_000, 5)):
        one = Grown(shelved(unit_vectors(4)))
        for batch in growth.BATCHES:
            one.waits[batch].append(alike(took * batch))
        grown[count] = one

    rows = by_metric(growth.rows(grown))

    assert 0.5 == rows["cost of a search per template, 1 a call: 1M, times 100k"]
    assert 0.5 == rows["cost of a search per template, 64 a call: 1M, times 100k"]
    assert 5.0 == rows["1M: a probe of 64 a call, median"]


def test_a_peer_is_told_with_what_it_found() -> None:
    """How many times as many searches, for one caller and for many, and at which recall."""
    compared = Compared(Peer("peer", "none", (1, 2)), points=[(0.9, 50.0), (0.99512, 20.0)])
    compared.effort = 2
    for callers in compared.ours:
        compared.ours[callers].append(alike(1))
        compared.theirs[callers].append(alike(4))

    rows = by_metric(peer_rows("1M", compared))

    assert 4.0 == rows["1M: searches a second of 1 caller, times peer"]
    assert 4.0 == rows["1M: searches a second of 16 callers, times peer"]
    assert 0.9951 == rows["1M: peer: recall@10"]
    assert 2 == rows["1M: peer: ef"]


@pytest.mark.parametrize("module", [batching, enrolment, growth, search, service])
def test_commands_name_their_module(module: object) -> None:
    """Whoever reads a row can type what measures it again."""
    assert f"python -m {getattr(module, '__name__', '')}" == getattr(module, "COMMAND", None)


def alike(took_ms: float) -> Waits:
    """A hundred calls that each took as long, one after the other."""
    return Waits(np.full(100, took_ms / 1000), took_ms / 10)


def by_metric(rows: list[Row]) -> dict[str, float]:
    """What was reached, by metric; none is said twice."""
    reached = {row.metric: row.reached for row in rows}
    assert len(rows) == len(reached)
    return reached
