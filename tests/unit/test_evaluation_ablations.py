"""The table that training leaves beside the models."""

from pathlib import Path

import pytest

from evaluation import ablations
from evaluation.page.ablations import section
from meshkit.config import ConfigError


def test_numbers_are_read_and_shown_as_they_are(tmp_path: Path) -> None:
    """In their order; an empty cell is no number."""
    text = "ablation,clean,top-1\nfrozen,0.031,\nbinary mask,0.04,0.61\n"
    (tmp_path / "ablations.csv").write_text(text, encoding="utf-8")

    found = ablations.read(tmp_path)

    assert found is not None
    assert ["clean", "top-1"] == found.columns
    assert {"frozen": [0.031, None], "binary mask": [0.04, 0.61]} == found.rows
    page = section(found).render()
    assert "<tr><td>binary mask</td><td>0.040</td><td>0.610</td></tr>" in page
    assert "<tr><td>frozen</td><td>0.031</td><td>-</td></tr>" in page


def test_there_may_be_none(tmp_path: Path) -> None:
    """Then the report has no such section."""
    assert ablations.read(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("", "the first column is ablation", id="empty"),
        pytest.param("name,clean\nfrozen,1\n", "the first column is ablation", id="another table"),
        pytest.param("ablation,clean\nfrozen\n", "line 2 has not as many cells", id="a short line"),
        pytest.param("ablation,clean\nfrozen,good\n", "good", id="no number"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, text: str, line: str) -> None:
    """By name, before a report begins."""
    (tmp_path / "ablations.csv").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=line):
        ablations.read(tmp_path)
