"""What a proposed table would change, counted."""

from dataclasses import replace

from faces.policy import PolicyTable, Verdict
from faces.replay import Decided, Untold
from faces.rules import Rule
from faces.simulation import EXAMPLES, Change, Simulation
from tests.unit.door import POLICY
from tests.unit.pasts import GOOD, MATCH, past


def test_counts_what_would_change() -> None:
    """By scene: what stays, each kind of change, each reason why nothing can be told."""
    strict = replace(POLICY, accept=0.7)
    simulation = Simulation(PolicyTable([strict]), enhancer=False)
    similar = [0.8] * 4 + [0.6] * 3
    for number, similarity in enumerate(similar):
        simulation.add(replace(past(GOOD, similarities=(similarity,)), decision_id=f"d-{number}"))
    simulation.add(replace(past(GOOD), pictures=None))
    simulation.add(past(GOOD, scene="barrier"))

    door, barrier = simulation.scenes["door"], simulation.scenes["barrier"]
    lower = Change(MATCH, Decided(Verdict.REVIEW, Rule.BELOW_ACCEPT))
    assert ["barrier", "door"] == list(simulation.scenes)
    assert (8, 4) == (door.decisions, door.unchanged)
    assert {lower: (3, ["d-4", "d-5", "d-6"])} == {
        change: (counted.count, [*counted.decision_ids]) for change, counted in door.changes.items()
    }
    assert {Untold.RECORD_INCOMPLETE: 1} == {why: each.count for why, each in door.untold.items()}
    assert [Untold.SCENE_REMOVED] == list(barrier.untold)


def test_names_the_latest_examples() -> None:
    """However many there are: somebody will look at the pictures of a few."""
    simulation = Simulation(PolicyTable([replace(POLICY, accept=0.9)]), enhancer=False)
    for number in range(100):
        simulation.add(replace(past(GOOD), decision_id=str(number)))

    [counted] = simulation.scenes["door"].changes.values()
    assert (100, EXAMPLES) == (counted.count, len(counted.decision_ids))
    assert "99" == counted.decision_ids[-1]
