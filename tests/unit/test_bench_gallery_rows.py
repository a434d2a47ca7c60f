"""What the gallery's benchmarks record of what they measured."""

import numpy as np
import pytest

from bench.facelike.files import Probes
from bench.gallery import batching, enrolment, growth, many, room, search, service, upkeep
from bench.gallery.compaction import Compaction
from bench.gallery.growth import Grown
from bench.gallery.peers.compared import Compared, Peer
from bench.gallery.peers.compared import rows as peer_rows
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


def test_callers_are_compared_with_the_fastest_one() -> None:
    """By searches a second: a thread that slows one caller down makes no batch look better."""
    measured = {
        1: many.Rounds([alike(2)], [Waits(np.full(50, 0.016), 0.02)], probes=24, batches=2),
        2: many.Rounds([alike(4)], [Waits(np.full(50, 0.016), 0.01)], probes=16, batches=1),
    }

    rows = by_metric(many.rows("c", "1M", measured, ", served"))

    assert 5.0 == rows["1M, 1 thread, served: 16 callers, times the fastest caller alone"]
    assert 10.0 == rows["1M, 2 threads, served: 16 callers, times the fastest caller alone"]
    assert 12.0 == rows["1M, 1 thread, served: mean batch of 16 callers"]


def test_enrolment_is_judged_by_the_slowest_percent() -> None:
    """Of searches in windows of either kind, all windows as one."""
    slow = Waits(np.array([0.001] * 98 + [0.009] * 2), 1.0)
    measured = enrolment.Rounds([alike(2), alike(2)], [slow, slow], [alike(5)])

    rows = by_metric(enrolment.rows("1M", measured))

    assert 4.5 == rows["1M, 200 templates/s added: 99 % of searches, times idle"]
    assert 5.0 == rows["1M, 200 templates/s added: an acknowledged add, median"]


def test_a_compaction_is_judged_by_those_who_search_meanwhile() -> None:
    """While the index is rebuilt as while people are enrolled; its costs stand beside."""
    slow = Waits(np.array([0.001] * 98 + [0.009] * 2), 1.0)
    one = Compaction(
        rebuild_s=11.0, rewrite_s=8.0, before_mib=900, most_mib=2000, during=slow, after=alike(4)
    )
    measured = upkeep.Rounds(alone=[one], busy=[one], idle=[alike(2)])

    costs, felt = upkeep.costs("1M", measured, 2 * upkeep.GB), upkeep.felt("1M", measured)

    assert {
        "1M: an index rebuilt aside": 11.0,
        "1M: an index rebuilt aside, beside searches and 200 additions/s": 11.0,
        "1M: the database written anew, a GB": 4.0,
        "1M: resident memory before a rebuild": 900.0,
        "1M: resident memory in a rebuild, at most": 2000.0,
    } == by_metric(costs)
    assert [("≤ 2", 4.5), ("", 2.0)] == [
        (row.goal, row.reached) for row in felt if row.metric.endswith("times idle")
    ]
    assert [9.0, 4.0] == [row.reached for row in felt if "longest" in row.metric]


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

    assert 4.0 == rows["1M: searches a second of 1 caller, times peer (M 32, recall@10 0.9951)"]
    assert 4.0 == rows["1M: searches a second of 16 callers, times peer (M 32, recall@10 0.9951)"]
    assert 0.9951 == rows["1M: peer: recall@10"]
    assert 2 == rows["1M: peer: ef"]


@pytest.mark.parametrize("module", [batching, enrolment, growth, room, search, service, upkeep])
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
