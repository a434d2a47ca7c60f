"""What enhances in a mesh whose operator does not say."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from client.up.enhancement import completed
from client.up.obstacles import CannotStart
from client.up.plan import Plan
from meshkit.models.registry import find

_MODEL = """
[models.{name}]
task = "{task}"
family = "arcface"
file = "{name}.onnx"
sha256 = "{sha256}"
dimension = 4
contract = "{contract}"
preprocessing = {{ channels = "RGB", mean = 0, scale = 255 }}
"""


def added(folder: Path, name: str, task: str, contract: str = "") -> None:
    """Write a model, and its entry."""
    (folder / f"{name}.onnx").write_text(name)
    digest = hashlib.sha256(name.encode()).hexdigest()
    toml = folder / "models.toml"
    before = toml.read_text() if toml.exists() else "schema = 1\n"
    toml.write_text(before + _MODEL.format(name=name, task=task, sha256=digest, contract=contract))


@pytest.fixture(name="plan")
def _plan(tmp_path: Path) -> Plan:
    """Two embedders, two enhancers, and two gates for one of the embedders."""
    added(tmp_path, "ours", "embedder")
    added(tmp_path, "plain", "embedder")
    contract = find(tmp_path, "ours", task="embedder").contract_id
    for gate in ("gate", "second-gate"):
        added(tmp_path, gate, "fusion", contract)
    for enhancer in ("other", "enhancer"):
        added(tmp_path, enhancer, "enhancer")
    return Plan(data=tmp_path, models=tmp_path, embedder="ours")


@pytest.mark.parametrize(
    ("asked", "runs"),
    [
        pytest.param({}, ("enhancer", "gate"), id="ours"),
        pytest.param({"enhancer": "none"}, ("", ""), id="none"),
        pytest.param({"enhancer": "other"}, ("other", "gate"), id="another"),
        pytest.param({"fusion": "second-gate"}, ("enhancer", "second-gate"), id="another gate"),
        pytest.param({"embedder": "plain"}, ("", ""), id="no gate fits"),
        pytest.param(
            {"embedder": "plain", "enhancer": "other"}, ("other", ""), id="asked for without a gate"
        ),
    ],
)
def test_an_enhancer_runs_if_its_work_can_be_used(
    plan: Plan, asked: dict[str, str], runs: tuple[str, str]
) -> None:
    """Or if somebody asks for it by name, to look at what it makes."""
    found = completed(replace(plan, **asked))  # type: ignore[arg-type]  # names of text fields

    assert runs == (found.enhancer, found.fusion)


def test_models_without_an_enhancer_run_none(plan: Plan) -> None:
    """A gate alone does nothing."""
    toml = plan.models / "models.toml"
    toml.write_text(toml.read_text().replace("[models.enhancer]", "[models.third]"))
    found = completed(plan)

    assert ("", "") == (found.enhancer, found.fusion)


def test_an_altered_gate_stops_the_start(plan: Plan) -> None:
    """In one line, as a service would."""
    (plan.models / "gate.onnx").write_text("altered")
    with pytest.raises(CannotStart, match=r"gate\.onnx is altered"):
        completed(plan)


def test_adapters_are_not_forgotten(plan: Plan) -> None:
    """Where nothing would read them, nothing starts."""
    with pytest.raises(CannotStart, match="need an enhancer"):
        completed(replace(plan, embedder="plain", adapters=plan.data))
