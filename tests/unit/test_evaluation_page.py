"""Tables and plots of the page."""

import math

import pytest

from evaluation.measures.bootstrap import Interval
from evaluation.page import numbers
from evaluation.page.html import Cell, Section, Table, Text, render
from evaluation.page.plots import drawing, legend


def test_a_text_is_no_markup() -> None:
    """Whatever a model or a condition is called."""
    section = Section(title="a < b", blocks=[Text(text="<b>&"), Table(head=["<"], lines=[["<i>"]])])

    page = render("<title>", [], [section])

    assert "<b>&" not in page
    assert "&lt;b&gt;&amp;" in page
    assert "<td>&lt;i&gt;</td>" in page
    assert '<a href="#a---b">a &lt; b</a>' in page
    assert '<section id="a---b">' in page


def test_a_cell_says_whether_a_goal_is_met() -> None:
    """In a class of its own, and as a text."""
    table = Table(head=["", "reached"], lines=[["one", Cell(text="0.9", kind="met")]])

    assert '<td>one</td><td class="met">0.9</td>' in table.render()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(numbers.share(0.12345), "0.123", id="a share"),
        pytest.param(numbers.share(None), "-", id="nothing"),
        pytest.param(numbers.share(math.nan), "-", id="no number"),
        pytest.param(numbers.tiny(0.00123), "0.0012", id="a rate"),
        pytest.param(numbers.tiny(0.0), "0.0000", id="none at all"),
        pytest.param(numbers.tiny(0.00003), "3.0e-05", id="a small rate"),
        pytest.param(
            numbers.interval(Interval(value=0.5, low=0.4, high=0.61)),
            "0.500 (0.400 to 0.610)",
            id="an interval",
        ),
    ],
)
def test_numbers_are_written_alike_everywhere(text: str, expected: str) -> None:
    """The same digits in every table."""
    assert expected == text


def test_a_plot_is_the_same_for_the_same_numbers() -> None:
    """No date, no chance: and its letters can be searched."""
    plots = []
    for _ in range(2):
        with drawing(2, columns=2) as drawn:
            drawn.panels[0].plot([0, 1], [0.2, 0.4], label="one")
            drawn.panels[0].plot([0, 1], [0.1, 0.3], label="other")
            legend(drawn.panels[0])
            legend(drawn.panels[1])
        plots.append(drawn.svg)

    assert plots[0] == plots[1]
    assert plots[0].startswith("<svg")
    assert ">other</text>" in plots[0]
