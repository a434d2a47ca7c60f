"""Results: goals are read and judged as written, rows replace, the page follows the files."""

from pathlib import Path

import pytest

from bench import results
from bench.goal import Goal, Mark, mark
from bench.results import AREAS, PAGE, Row, load, record, render


@pytest.mark.parametrize(
    ("goal", "reached", "expected"),
    [
        pytest.param("≥ 99.2", 99.32, Mark.MET, id="above a lower line"),
        pytest.param("≥ 99.2", 99.2, Mark.MET, id="on a lower line"),
        pytest.param("≥ 99.2", 99.199, Mark.MISSED, id="just below a lower line"),
        pytest.param("≤ 1.2", 0.8, Mark.MET, id="below an upper line"),
        pytest.param("≤ 0", 0, Mark.MET, id="nothing, where nothing is allowed"),
        pytest.param("≤ 0", 1, Mark.MISSED, id="one, where nothing is allowed"),
        pytest.param("≥ -3.5", -4, Mark.MISSED, id="below a negative line"),
        pytest.param("> 1", 1.01, Mark.MET, id="more than one"),
        pytest.param("> 1", 1, Mark.MISSED, id="one, where more is needed"),
        pytest.param("", 7, Mark.REPORTED, id="no goal"),
    ],
)
def test_judges_a_number(goal: str, reached: float, expected: Mark) -> None:
    """A number on its line meets ≥ and ≤, but not >; without a goal it is reported."""
    assert expected == mark(goal, reached)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("99.2", id="no sign"),
        pytest.param(">= 99.2", id="a sign in ASCII"),
        pytest.param("≥99.2", id="no space"),
        pytest.param("≥ fast", id="no number"),
        pytest.param("≥ 5 ms", id="the unit, which has a field of its own"),
    ],
)
def test_refuses_what_is_no_goal(text: str) -> None:
    """A goal that cannot be judged cannot be recorded."""
    with pytest.raises(ValueError, match=r"goal|float"):
        Row(metric="m", goal=text, reached=1, command="c")


def test_every_recorded_goal_parses() -> None:
    """What is in the repository can be judged."""
    rows = [row for area in AREAS for row in load(area)]

    assert all(Goal.parse(row.goal) is not None for row in rows if row.goal)


def test_every_file_is_an_area() -> None:
    """No file of numbers is left out of the page."""
    assert {path.stem for path in results.FOLDER.glob("*.json")} <= set(AREAS)


def test_a_new_run_replaces_its_metric_in_place(tmp_path: Path) -> None:
    """One row a metric, and the order in which metrics first came."""
    record("mesh", [row("a", 1), row("b", 2)], tmp_path)
    record("mesh", [row("c", 3), row("a", 4)], tmp_path)

    kept = [(each.metric, each.reached) for each in load("mesh", tmp_path)]
    assert [("a", 4), ("b", 2), ("c", 3)] == kept


def test_a_run_replaces_metrics_whose_words_are_of_another_run(tmp_path: Path) -> None:
    """A number in a metric changes its name: the old row goes, and all others stay."""
    record("mesh", [row("times peer (.97)", 1), row("times other (.99)", 2)], tmp_path)
    record("mesh", [row("times peer (.98)", 3)], tmp_path, instead_of=["times peer ("])

    kept = [(each.metric, each.reached) for each in load("mesh", tmp_path)]
    assert [("times other (.99)", 2), ("times peer (.98)", 3)] == kept


def test_an_unknown_area_is_refused(tmp_path: Path) -> None:
    """A typo must not hide numbers from the page."""
    with pytest.raises(ValueError, match="area messh"):
        record("messh", [row("a", 1)], tmp_path)

    assert [] == list(tmp_path.iterdir())


def test_missed_stands_as_plainly_as_met(tmp_path: Path) -> None:
    """Each row begins with its mark, in a table whose columns line up."""
    record("mesh", [row("speed", 0.7, "≥ .85"), row("start", 0.9, "≤ 5", "s")], tmp_path)

    lines = render(tmp_path).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert "| missed | speed  | ≥ .85 | 0.7     | `c`         | 2026-01-31 |" == table[2]
    assert "| met    | start  | ≤ 5 s | 0.9 s   | `c`         | 2026-01-31 |" == table[3]
    assert len(set(map(len, table))) == 1


def test_the_page_is_up_to_date() -> None:
    """`docs/results.md` is what `python -m bench` would write now."""
    assert render() == PAGE.read_text(encoding="utf-8")


def row(metric: str, reached: float, goal: str = "", unit: str = "") -> Row:
    """A row of a day in the past."""
    return Row(metric=metric, goal=goal, reached=reached, unit=unit, command="c", date="2026-01-31")
