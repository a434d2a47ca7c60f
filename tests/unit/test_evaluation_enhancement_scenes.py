"""Where a scene should enhance: nowhere, unless it takes from the misses and gives no strangers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.enhancement import scenes
from evaluation.enhancement.examination import Examination
from evaluation.enhancement.models import open_models
from evaluation.enhancement.scenes import LINES, SceneTried, Tried, policies, rules
from evaluation.enhancement.stand import Stand
from evaluation.measures.bootstrap import Interval
from evaluation.memory import Memory
from evaluation.subject import open_subject
from faces.policy import Policy, PolicyTable
from meshkit.config import ConfigError
from tests import enhancements, subjects
from tests.unit.door import POLICY


def tried(below: float, missed: float, low: float, fmr: float = 1e-5) -> Tried:
    """What is gone lies around `low` and more."""
    return Tried(
        below=below,
        enhanced=below,
        usable=1.0,
        missed=Interval(value=missed, low=missed, high=missed),
        gone=Interval(value=low + 0.1, low=low, high=low + 0.2),
        fmr=fmr,
    )


@pytest.mark.parametrize(
    ("lines", "best"),
    [
        pytest.param([tried(0.5, 0.3, 0.1), tried(1.0, 0.2, 0.2)], 1.0, id="the fewest misses"),
        pytest.param([tried(0.5, 0.3, 0.1), tried(1.0, 0.2, -0.01)], 0.5, id="only if measurable"),
        pytest.param([tried(0.5, 0.3, 0.1), tried(1.0, 0.2, 0.2, 1.3e-5)], 0.5, id="no strangers"),
        pytest.param([tried(0.5, 0.3, 0.1), tried(1.0, 0.2, 0.2, 1.2e-5)], 1.0, id="few strangers"),
        pytest.param([tried(0.5, 0.3, 0.1), tried(1.0, 0.3, 0.1)], 0.5, id="no more than needed"),
        pytest.param([tried(0.5, 0.5, -0.4), tried(1.0, 0.6, -0.5)], 0.0, id="it harms"),
    ],
)
def test_the_best_line_helps_and_harms_nobody(lines: list[Tried], best: float) -> None:
    """Else it is 0, and the scene never enhances."""
    found = SceneTried(
        scene="door",
        embedder="made",
        at=0.5,
        clean_fmr=5e-6,
        tried=[tried(0.0, 0.4, 0.0), *lines],
    )

    assert best == found.best


def test_strangers_may_be_as_many_as_among_clean_probes() -> None:
    """Bad probes resemble nobody: whoever makes them recognisable makes them like all others."""
    lines = [tried(0.0, 0.9, 0.0, 1e-8), tried(0.5, 0.1, 0.5, 1e-5)]

    strict, clean = (
        SceneTried(scene="a", embedder="made", at=0.5, clean_fmr=fmr, tried=lines)
        for fmr in (1e-8, 1e-5)
    )

    assert (0.0, 0.5) == (strict.best, clean.best)


def test_rows_follow_the_scene_that_enhances_most() -> None:
    """If none does, one is measured as if it did."""
    door, desk = POLICY, replace(POLICY, scene="desk", enhance_below=0.4)

    assert ("desk", 0.4) == (_of(door, desk).scene, _of(door, desk).enhance_below)
    assert ("door", 0.6) == (_of(door).scene, _of(door).enhance_below)


def _of(*rows: Policy) -> Policy:
    return rules(PolicyTable(rows))


def test_the_gateways_own_table_is_read() -> None:
    """Where the gateway has it."""
    assert {"access_control", "search_prefilter", "alarm_review"} == {
        row.scene for row in policies()
    }


def test_a_table_that_is_none_is_one_line(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(ConfigError, match=r"none\.yaml: it cannot be read"):
        policies(tmp_path / "none.yaml")


@pytest.fixture(name="found", scope="module")
def _found(tmp_path_factory: pytest.TempPathFactory) -> list[SceneTried]:
    """Two scenes, by an enhancer that makes everybody a little like the same stranger."""
    folder = enhancements.models(tmp_path_factory.mktemp("models"), drawn=0.05)
    (folder / "policies.yaml").write_text(enhancements.POLICIES, encoding="utf-8")
    ground = enhancements.ground(subjects.people(8, noise=1.0))
    models = open_models(folder, ["sureface"], threads=1)
    subject = open_subject(folder, "sureface", threads=1)
    stand = Stand(subject, ground, models, Memory(None), enhancements.silent)
    table = policies(folder / "policies.yaml")
    examination = Examination([stand], ground, models, rules(table))
    return list(scenes.measure(table, examination, enhancements.silent))


def test_every_scene_is_tried_at_its_own_line(found: list[SceneTried]) -> None:
    """`accept` where the machine decides, `review` where people look."""
    assert [("desk", 0.4), ("door", 0.5)] == [(each.scene, each.at) for each in found]
    for each in found:
        assert list(LINES) == [it.below for it in each.tried]
        assert "sureface" == each.embedder


def test_the_higher_the_line_the_more_is_enhanced(found: list[SceneTried]) -> None:
    """None at 0, and there nothing is gained; all at 1, for no quality is above."""
    for each in found:
        shares = [it.enhanced for it in each.tried]

        assert sorted(shares) == shares
        assert (0.0, 1.0) == (shares[0], shares[-1])
        without = each.tried[0]
        assert 0.0 == without.gone.value or np.isnan(without.gone.value)
        assert {without.missed.value} == {it.missed.value for it in each.tried if not it.enhanced}


def test_a_probe_of_too_little_quality_is_missed_and_matches_nobody(tmp_path: Path) -> None:
    """Gate 3 stands before the comparison."""
    folder = enhancements.models(tmp_path)
    models = open_models(folder, ["sureface"], threads=1)
    subject = open_subject(folder, "sureface", threads=1)
    ground = enhancements.ground()
    stand = Stand(subject, ground, models, Memory(None), enhancements.silent)
    strict = PolicyTable([replace(POLICY, min_quality=1.0, accept=-1.0, review=-1.0)])
    examination = Examination([stand], ground, models, rules(strict))

    (found,) = scenes.measure(strict, examination, enhancements.silent)

    assert {(0.0, 1.0, 0.0)} == {(it.usable, it.missed.value, it.fmr) for it in found.tried}
    assert 1.0 == found.clean_fmr


def test_without_a_gate_there_is_nothing_to_choose(tmp_path: Path) -> None:
    """What cannot be fused is not enhanced in the mesh."""
    folder = enhancements.models(tmp_path, gate=False)
    models = open_models(folder, ["sureface"], threads=1)
    subject = open_subject(folder, "sureface", threads=1)
    ground = enhancements.ground()
    stand = Stand(subject, ground, models, Memory(None), enhancements.silent)
    table = PolicyTable([POLICY])

    examination = Examination([stand], ground, models, rules(table))

    assert [] == list(scenes.measure(table, examination, enhancements.silent))
