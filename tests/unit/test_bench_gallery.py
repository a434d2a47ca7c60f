"""The gallery's benchmarks: true answers, recall, waits, goals, and plots that do not churn."""

import functools
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from bench import results
from bench.gallery import crowd, plots, waits
from bench.gallery.crowd import gathered, nearest, recall
from bench.gallery.search import size
from bench.gallery.waits import Waits, in_turns, one_by_one, row, speed, times, together, turned
from bench.goal import Mark, mark
from bench.results import record, render
from tests.galleries import unit_vectors


def test_true_answers_are_those_of_every_product(monkeypatch: pytest.MonkeyPatch) -> None:
    """However the templates are cut into blocks, the best of all blocks are found, in order."""
    monkeypatch.setattr(crowd, "_BLOCK", 64)
    templates, probes = unit_vectors(1000, 16), unit_vectors(20, 16, seed=1)

    found = nearest(templates, probes, 10)

    everything = probes.astype(np.float64) @ templates.T.astype(np.float64)
    assert np.array_equal(np.argsort(-everything, axis=1)[:, :10], found)


def test_true_answers_are_computed_once_and_kept(tmp_path: Path) -> None:
    """A second look reads what the first wrote; another gallery of that name is another one."""
    probes = unit_vectors(4, 8, seed=1)
    np.savez(tmp_path / "face-probes.npz", vectors=probes, mates=[0] * 4, kinds=["clean"] * 4)
    np.save(tmp_path / "face.npy", unit_vectors(300, 8))
    made = gathered("face", 200, tmp_path).best
    kept = gathered("face", 200, tmp_path).best
    np.save(tmp_path / "face.npy", unit_vectors(300, 8, seed=9))
    other = gathered("face", 200, tmp_path)

    assert np.array_equal(nearest(unit_vectors(300, 8)[:200], probes, 10), made)
    assert np.array_equal(made, kept)
    assert np.array_equal(nearest(other.templates, probes, 10), other.best)
    assert (200, 8) == other.templates.shape


@pytest.mark.parametrize(
    ("found", "at", "expected"),
    [
        pytest.param([[3, 1, 2], [7, 8, 9]], 1, 1.0, id="the best of each"),
        pytest.param([[1, 3, 2], [7, 8, 9]], 1, 0.5, id="one best is only second"),
        pytest.param([[2, 1, 3], [9, 8, 7]], 3, 1.0, id="order among them does not matter"),
        pytest.param([[3, 1, -1], [7, -1, -1]], 3, 0.5, id="too few"),
    ],
)
def test_recall_is_the_share_of_true_answers(
    found: list[list[int]], at: int, expected: float
) -> None:
    """Among the first k found, of the first k there are; a mean over probes."""
    best = np.array([[3, 1, 2], [7, 8, 9]])

    assert expected == pytest.approx(recall(np.array(found), best, at))


def test_waits_of_all_rounds_count_as_one() -> None:
    """Percentiles are over all calls, and the pace over the time of all rounds."""
    rounds = [Waits(np.array([0.001, 0.002]), 0.1), Waits(np.array([0.003]), 0.2)]

    every = Waits.of(rounds)

    assert 2.0 == pytest.approx(every.ms())
    assert 3.0 == pytest.approx(every.ms(100))
    assert 10.0 == pytest.approx(every.per_s)


def test_sides_are_compared_by_what_they_took() -> None:
    """Half as long a wait is twice as fast; twice the calls a second are twice the speed."""
    slow, fast = [Waits(np.array([0.4, 0.4]), 1.0)], [Waits(np.array([0.2] * 4), 1.0)]

    assert 2.0 == pytest.approx(times(slow, fast))
    assert 2.0 == pytest.approx(speed(fast, slow))


def test_sides_take_turns_and_begin_in_turns() -> None:
    """Whatever disturbs a round disturbs all sides of it, and no side is always first."""
    order: list[str] = []

    def side(name: str) -> Waits:
        order.append(name)
        return Waits(np.array([0.1]), 0.1)

    rounds = in_turns({name: functools.partial(side, name) for name in "abc"}, rounds=3)

    assert list("abcbcacab") == order
    assert [3, 3, 3] == [len(each) for each in rounds.values()]
    assert ["b", "c", "a"] == turned(["a", "b", "c"], 4)


async def test_callers_share_what_is_to_be_asked() -> None:
    """Each thing is asked for once, whoever asks, and each call has its wait."""
    asked: list[int] = []

    async def ask(thing: int) -> None:
        asked.append(thing)

    both = await together(ask, range(7), callers=3), one_by_one(asked.append, range(7, 9))

    assert list(range(9)) == sorted(asked)
    assert [7, 2] == [len(each.each_s) for each in both]


@pytest.mark.parametrize(
    ("reached", "goal", "shown"),
    [
        pytest.param(0.99496, "≥ 0.995", 0.994, id="a miss is not rounded up to its goal"),
        pytest.param(1.2004, "≤ 1.2", 1.201, id="nor down to it"),
        pytest.param(1.1996, "≤ 1.2", 1.2, id="what met it may stand on the line"),
        pytest.param(0.12345, "", 0.123, id="without a goal, as anywhere"),
        pytest.param(7.5, "≥ 12", 7.5, id="far away, as anywhere"),
    ],
)
def test_rounding_never_crosses_a_goal(reached: float, goal: str, shown: float) -> None:
    """What is shown is judged as what was reached."""
    made = row("c", "m", reached, goal)

    assert shown == made.reached
    assert mark(goal, made.reached) is mark(goal, reached) or not goal


def test_a_row_belongs_to_its_command_and_area() -> None:
    """Rows of the gallery can be recorded, and say how to measure them again."""
    assert waits.AREA in results.AREAS
    assert Mark.MET is mark("≥ 2", row("python -m x", "m", 3, "≥ 2").reached)
    assert "python -m x" == row("python -m x", "m", 3).command


@pytest.mark.parametrize(
    ("count", "text"),
    [
        pytest.param(10_000, "10k", id="thousands"),
        pytest.param(1_000_000, "1M", id="a million"),
        pytest.param(1_500_000, "1500k", id="no whole millions"),
    ],
)
def test_sizes_are_said_in_words(count: int, text: str) -> None:
    """A metric says how many templates it is of."""
    assert text == size(count)


def test_a_plot_is_the_same_for_the_same_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A re-run with equal numbers changes no file; letters stay letters."""
    monkeypatch.setattr(plots, "PLOTS", tmp_path)
    drawn = []
    for _ in range(2):
        with plots.plot("gallery/growth", columns=2) as panels:
            panels[0].plot([1, 2, 3], [3, 2, 1], label="a line")
            panels[0].legend()
            assert isinstance(panels[1].figure, Figure)
        drawn.append((tmp_path / "gallery" / "growth.svg").read_bytes())

    assert drawn[0] == drawn[1]
    assert b"a line" in drawn[0]


def test_plots_of_an_area_are_on_the_page(tmp_path: Path) -> None:
    """Beneath the numbers of their area, by name; those of an area without numbers are not."""
    record("gallery", [row("c", "m", 1)], tmp_path)
    for name in ("gallery/speed.svg", "gallery/growth.svg", "mesh/none.svg"):
        path = tmp_path / "plots" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    page = render(tmp_path, tmp_path / "plots")

    links = [line for line in page.splitlines() if line.startswith("![")]
    expected = ["![growth](plots/gallery/growth.svg)", "![speed](plots/gallery/speed.svg)"]
    assert expected == links
