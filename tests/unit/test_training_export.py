"""The served graph computes what was trained, and runs the robust branch only where it counts."""

import numpy as np
import onnxruntime as ort
import pytest
import torch
from torch.nn import functional

from training.backbone import shipped
from training.export.graph import NOT_LOOKED_FOR, write
from training.export.parts import Always, Sometimes
from training.gate.network import CLOSED, Gate, mixed
from training.robust.model import RobustBranch
from training.rts.head import TemperatureHead

PATTERNS = 226

CROPS = np.random.default_rng(3).normal(size=(12, 3, 112, 112)).astype(np.float32)
CROPS[::3] *= 0.05
CROPS[1::3] = np.linspace(-1, 1, 112, dtype=np.float32)


@pytest.fixture(name="parts", scope="module")
def _parts() -> tuple[Always, Sometimes]:
    torch.manual_seed(4)
    branch = RobustBranch(shipped.load())
    gate = Gate()
    always = Always(shipped.load(), TemperatureHead(), gate).eval()
    with torch.no_grad():  # as if they had been trained: another mask and direction
        for name, parameter in branch.named_parameters():
            if name == "decoder.out.weight":
                parameter.normal_(0, 0.3)
            if name == "backbone.project.0.weight":
                parameter.add_(torch.randn_like(parameter) * 0.02)
        # The shorter a vector, the wider is the gate open: shut for half of the crops.
        lengths = always(torch.from_numpy(CROPS))[1].log()
        for name, parameter in gate.named_parameters():
            parameter.zero_()
            if name == "layers.2.weight":
                parameter[0, -1] = -20.0
            if name == "layers.3.weight":
                parameter.fill_(1.0)
            if name == "layers.5.weight":
                parameter[0, 0] = 1.0
            if name == "layers.5.bias":
                parameter.fill_(20.0 * lengths.median().item() - 3.0)
    return always, Sometimes(branch).eval()


@pytest.fixture(name="session", scope="module")
def _session(
    parts: tuple[Always, Sometimes], tmp_path_factory: pytest.TempPathFactory
) -> ort.InferenceSession:
    path = tmp_path_factory.mktemp("export") / "served.onnx"
    write(*parts, path, patterns=PATTERNS)
    return ort.InferenceSession(path)


def served(session: ort.InferenceSession, crops: np.ndarray) -> dict[str, np.ndarray]:
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"input": crops}), strict=True))


def test_it_computes_what_was_trained(
    parts: tuple[Always, Sometimes], session: ort.InferenceSession
) -> None:
    """Every output, in a batch of which some crops take the robust branch; to 1e-4."""
    always, sometimes = parts
    with torch.no_grad():
        direction, magnitude, uncertainty, gate = always(torch.from_numpy(CROPS))
        other, patterns = sometimes(torch.from_numpy(CROPS))
    ran = gate > CLOSED
    share = torch.where(ran, gate, 0.0)
    nothing = functional.one_hot(torch.zeros(1, dtype=torch.int64), PATTERNS) * NOT_LOOKED_FOR
    expected = {
        "embedding": mixed(direction, other, share),
        "magnitude": magnitude,
        "uncertainty": uncertainty,
        "share": share,
        "patterns": torch.where(ran[:, None], patterns, nothing.float()),
    }

    actual = served(session, CROPS)
    assert {True, False} == set(ran.tolist())
    assert list(expected) == list(actual)
    for name, values in expected.items():
        assert 0 == pytest.approx(np.abs(values.numpy() - actual[name]).max(), abs=1e-4), name


def test_many_at_once_are_as_many_times_one(session: ort.InferenceSession) -> None:
    """Whoever shares a batch changes nothing."""
    together = served(session, CROPS)
    alone = [served(session, crop[None]) for crop in CROPS]

    for name, values in together.items():
        apart = np.concatenate([one[name] for one in alone])
        assert 0 == pytest.approx(np.abs(values - apart).max(), abs=1e-4), name
