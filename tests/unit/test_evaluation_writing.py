"""Writers of measured numbers change their own part of a file and nothing else."""

import dataclasses
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from evaluation import card, metrics
from evaluation.declare import BEGIN, END, write_card, write_quality
from evaluation.logistic import Sigmoid
from evaluation.magnitude import Calibration, Measured, calibrate, quality
from evaluation.probes import Probes
from evaluation.scores import Scores

FITTED = Calibration(
    method="log_magnitude",
    sigmoid=Sigmoid(midpoint=1.25, width=0.5),
    threshold=0.3,
    losses={"magnitude": 0.4, "log_magnitude": 0.3},
)

BEFORE = """\
# Who reads this: services.
schema = 1

[models.first]
file = "first.onnx"  # kept

[models.first.quality]
method = "magnitude"
midpoint = 9.0
width = 9.0

# About the second.
[models.first-x.quality]
method = "magnitude"
midpoint = 7.0
width = 7.0
"""


def _measured(seed: int = 1) -> Measured:
    """4000 probes, a fifth of them unseen, and a few pairs of clean crops."""
    generator = np.random.default_rng(seed)
    magnitude = np.exp(generator.normal(1.0, 0.4, 4000))
    chance = Sigmoid(midpoint=0.9, width=0.15)(np.log(magnitude))
    probes = Probes(
        magnitude=magnitude,
        cosine=0.3 + 0.4 * (chance - generator.random(4000)),
        degraded=generator.random(4000) < 0.5,
        profile=generator.random(4000) < 0.2,
        unseen=generator.random(4000) < 0.2,
    )
    genuine, impostor = np.zeros(20_000, np.int64), np.zeros(20_000, np.int64)
    genuine[[12_000, 16_000]] = 1000, 3000
    impostor[[10_000, 13_000]] = 999_000, 1000
    return Measured(
        probes=probes,
        calibration=calibrate(probes, threshold=0.3),
        scores=Scores(genuine=genuine, impostor=impostor),
    )


def _row(text: str, name: str) -> list[float]:
    """The numbers of the table row that begins with `name`."""
    (row,) = re.findall(rf"^\| {re.escape(name)} \|(.*)\|$", text, flags=re.MULTILINE)
    return [float(cell) for cell in row.split("|")]


def test_a_card_keeps_what_people_wrote(tmp_path: Path) -> None:
    """Between the marker lines stands the new section; all else stays, byte for byte."""
    card = tmp_path / "card.md"
    card.write_text(f"# Ours — Ø\n\n{BEGIN}\n\nold\n\n{END}\n\nLimits: ours\n", encoding="utf-8")

    write_card(card, "## new\n\n| 1 |")

    expected = f"# Ours — Ø\n\n{BEGIN}\n\n## new\n\n| 1 |\n\n{END}\n\nLimits: ours\n"
    assert expected == card.read_text(encoding="utf-8")


def test_a_card_written_twice_is_the_same(tmp_path: Path) -> None:
    """Nothing grows."""
    card = tmp_path / "card.md"
    card.write_text(f"a\n{BEGIN}\n{END}\nb", encoding="utf-8")
    write_card(card, "section")
    once = card.read_bytes()

    write_card(card, "section")

    assert once == card.read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# a card\n", id="neither"),
        pytest.param(f"{BEGIN}\nno end\n", id="no end"),
        pytest.param(f"{END}\n{BEGIN}\n", id="the wrong way round"),
    ],
)
def test_a_card_without_its_markers_is_left_alone(tmp_path: Path, text: str) -> None:
    """Refused by name, not overwritten."""
    card = tmp_path / "card.md"
    card.write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=r"^card\.md lacks the lines"):
        write_card(card, "new")
    assert text == card.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["first", "first-x"])
def test_a_quality_table_is_replaced_in_place(tmp_path: Path, name: str) -> None:
    """One table of three lines changes; comments and the other models stay."""
    toml = tmp_path / "models.toml"
    toml.write_text(BEFORE, encoding="utf-8")
    head = f"[models.{name}.quality]\n"
    before, _, after = BEFORE.partition(head)
    rest = after.partition("\n\n")[2] if name == "first" else ""

    write_quality(toml, name, FITTED)

    table = f'{head}method = "log_magnitude"\nmidpoint = 1.25\nwidth = 0.5\n'
    expected = before + table + (f"\n{rest}" if rest else "")
    assert expected == toml.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "name"),
    [
        pytest.param(BEFORE, "new", id="a model without the table"),
        pytest.param(BEFORE.rstrip("\n"), "new", id="a file without its last newline"),
        pytest.param(BEFORE.rstrip("\n"), "first-x", id="the last table without its newline"),
        pytest.param(
            BEFORE.replace("first-x.quality]", "first-x.quality]  # measured"),
            "first-x",
            id="a comment beside the head",
        ),
        pytest.param(BEFORE.replace("width = 7.0\n", "width = 7.0\n\n\n"), "first-x", id="blanks"),
    ],
)
def test_models_toml_says_the_new_numbers_and_all_the_old_ones(
    tmp_path: Path, before: str, name: str
) -> None:
    """Read back by the parser that services use; a second writing changes nothing."""
    toml = tmp_path / "models.toml"
    toml.write_text(before, encoding="utf-8")
    expected = tomllib.loads(before)
    expected["models"].setdefault(name, {})["quality"] = {
        "method": "log_magnitude",
        "midpoint": 1.25,
        "width": 0.5,
    }

    write_quality(toml, name, FITTED)

    once = toml.read_text(encoding="utf-8")
    assert expected == tomllib.loads(once)
    write_quality(toml, name, FITTED)
    assert once == toml.read_text(encoding="utf-8")


def test_a_report_is_about_the_unseen_probes() -> None:
    """Whatever the seen ones do, its numbers are those of the others."""
    measured = _measured()
    probes = measured.probes
    seen_lie = dataclasses.replace(
        probes,
        magnitude=np.where(probes.unseen, probes.magnitude, 1e6),
        cosine=np.where(probes.unseen, probes.cosine, -1.0),
        degraded=probes.degraded & probes.unseen,
    )

    text = card.render(measured, seed=4)

    assert text == card.render(dataclasses.replace(measured, probes=seen_lie), seed=4)


def test_a_report_states_what_the_metrics_say() -> None:
    """Every row of facts and groups, from the probes of this very run."""
    measured = _measured()
    new = measured.probes.unseen
    magnitude = measured.probes.magnitude[new]
    passed = (measured.probes.cosine >= 0.3)[new]
    spoiled = measured.probes.degraded[new]
    promised = quality(measured.calibration, magnitude)

    text = card.render(measured, seed=4)

    table = metrics.reliability(promised, passed)
    facts = {
        "calibration error (ECE, 10 bins)": metrics.calibration_error(table),
        "AUC of the magnitude for passing": metrics.auc(magnitude, passed),
        "the same, degraded probes only": metrics.auc(magnitude[spoiled], passed[spoiled]),
        "the same, clean probes only": metrics.auc(magnitude[~spoiled], passed[~spoiled]),
        "Spearman, magnitude and cosine": metrics.spearman(magnitude, measured.probes.cosine[new]),
        "log loss with magnitude": measured.calibration.losses["magnitude"],
        "log loss with log_magnitude": measured.calibration.losses["log_magnitude"],
    }
    for name, value in facts.items():
        assert [pytest.approx(value, abs=5e-5)] == _row(text, name)
    group = spoiled
    q = promised[group]
    row = [
        group.sum(),
        passed[group].mean(),
        q.mean(),
        *((q >= x).mean() for x in (0.6, 0.45, 0.35)),
    ]
    assert row == pytest.approx(_row(text, "degraded"), abs=5e-4)
    assert f"{new.sum()} probes" in text


def test_a_report_states_the_thresholds_of_strangers() -> None:
    """One in a thousand scores .3, so the line for one in a thousand is just above zero."""
    text = card.render(_measured(), seed=4)

    assert "4,000 pairs of one person" in text
    assert "1,000,000 of two" in text
    assert [0.0001, 1.0] == _row(text, "1e-03")
    assert [0.3001, 0.75] == _row(text, "1e-06")
    assert [0.2] == _row(text, "10%")
    assert [0.6] == _row(text, "50%")
