"""`policies.yaml`: the table that ships, and tables that are refused as a whole."""

from pathlib import Path

import pytest

from faces.policy import Verdict
from gateway.config import BUILT_IN_POLICIES
from gateway.policies import load
from meshkit.config import ConfigError

GOOD = BUILT_IN_POLICIES.read_text()


@pytest.mark.parametrize(
    ("scene", "min_quality", "enhance_below", "on_low_quality", "reviewers"),
    [
        pytest.param("access_control", 0.60, 0, Verdict.RECAPTURE, 0, id="door"),
        pytest.param("search_prefilter", 0.45, 0.60, Verdict.REJECT, 2, id="search"),
        pytest.param("alarm_review", 0.35, 0.60, Verdict.REVIEW, 2, id="alarm"),
    ],
)
def test_the_three_scenes(
    scene: str, min_quality: float, enhance_below: float, on_low_quality: Verdict, reviewers: int
) -> None:
    """The shipped table has the numbers of the design."""
    row = load(BUILT_IN_POLICIES).row(scene)

    assert (min_quality, enhance_below, on_low_quality, reviewers) == (
        row.min_quality,
        row.enhance_below,
        row.on_low_quality,
        row.reviewers,
    )


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        pytest.param("margin: 0.05", "margins: 0.05", "unknown ['margins']", id="typo"),
        pytest.param("margin: 0.05", "margin: wide", "margin cannot be 'wide'", id="wrong type"),
        pytest.param("accept: 0.52", "accept: 0.30", "review 0.43 is above", id="crossed lines"),
        pytest.param("recapture", "match", "on_low_quality cannot be match", id="bad verdict"),
        pytest.param("recapture", "maybe", "on_low_quality cannot be 'maybe'", id="no verdict"),
        pytest.param("max_yaw_deg: 35", "max_yaw_deg: 350", "must be in [0, 90]", id="range"),
        pytest.param("liveness: none", "liveness: 0.8", "liveness cannot be", id="no model"),
        pytest.param("access_control:", "access_control: [", "is not YAML", id="broken file"),
        pytest.param(
            "margin: 0.05", "margin: 0.05\n  margin: 0", "margin is there twice", id="column twice"
        ),
        pytest.param(
            "alarm_review:", "access_control:", "access_control is there twice", id="scene twice"
        ),
    ],
)
def test_refuses_a_wrong_table_as_a_whole(
    tmp_path: Path, before: str, after: str, problem: str
) -> None:
    """One wrong cell and nothing is loaded; one line says what and where."""
    path = tmp_path / "policies.yaml"
    path.write_text(GOOD.replace(before, after, 1))

    with pytest.raises(ConfigError) as failure:
        load(path)

    assert problem in str(failure.value)
    assert "\n" not in str(failure.value)


def test_missing_and_empty_tables(tmp_path: Path) -> None:
    """A table that is not there is one line, too."""
    (tmp_path / "empty.yaml").touch()

    for name in ("absent.yaml", "empty.yaml"):
        with pytest.raises(ConfigError, match=name):
            load(tmp_path / name)
