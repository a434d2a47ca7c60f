"""Enhancers that are made in code, two embedders, a gate, and what is measured of them.

The enhancer draws the same pattern into every crop: a stranger's face, if there is much of it. What
it calls denoised is the crop with every pixel the mean of nine.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from evaluation.enhancement.run import Asked, Measured, measure
from evaluation.enhancement.stand import Ground
from evaluation.lfw import Pairs
from evaluation.memory import Memory, nobody
from meshkit.models.registry import find
from tests import enhancers, subjects

POLICIES = """
door:
  min_quality: 0.3
  enhance_below: 0
  on_low_quality: recapture
  accept: 0.5
  review: 0.4
  margin: 0
  min_inter_eye_px: 40
  max_yaw_deg: 35
  max_pitch_deg: 30
  min_detection_score: 0.6
  max_faces: 1
  max_occlusion: 0.25
  reviewers: 0
  liveness: none

desk:
  min_quality: 0.2
  enhance_below: 1
  min_enhanced_similarity: 0.25
  on_low_quality: review
  accept: 0.5
  review: 0.4
  margin: 0
  min_inter_eye_px: 16
  max_yaw_deg: 35
  max_pitch_deg: 30
  min_detection_score: 0.6
  max_faces: 1
  max_occlusion: 0.25
  reviewers: 2
  liveness: none
"""


Shapes = dict[str, list[str | int | None]]

_PIXELS: list[str | int | None] = ["n", 3, 112, 112]


def write_enhancer(
    path: Path, *, drawn: float = 0.1, denoised: bool = True, adapter: bool = True
) -> Path:
    """Write the graph.

    Args:
        path: Of the file.
        drawn: How much of the pattern is added; 1 is as much as black is from white.
        denoised: Whether it has that output.
        adapter: Whether it has that input.
    """
    tiles = np.random.default_rng(9).normal(size=(1, 3, 8, 8)).repeat(14, 2).repeat(14, 3)
    constants = {
        "pattern": (drawn * tiles).astype(np.float32),
        "forty": np.float32(40),
        "sides": np.array([1, 1]),
    }
    nodes = [
        helper.make_node("Add", ["input", "pattern"], ["crop"]),
        helper.make_node("Mul", ["scale", "forty"], ["noise"]),
    ]
    given: Shapes = {"input": _PIXELS, "scale": ["n"]}
    made: Shapes = {"crop": _PIXELS}
    if adapter:
        nodes[0] = helper.make_node("Add", ["input", "pattern"], ["plain"])
        nodes += [
            helper.make_node("ReduceMean", ["adapter", "last"], ["mean"], keepdims=1),
            helper.make_node("Unsqueeze", ["mean", "places"], ["shift"]),
            helper.make_node("Add", ["plain", "shift"], ["crop"]),
        ]
        constants |= {"last": np.array([1]), "places": np.array([2, 3])}
        given["adapter"] = ["n", 2]
    if denoised:
        nodes.append(
            helper.make_node(
                "AveragePool", ["input"], ["denoised"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]
            )
        )
        made["denoised"] = _PIXELS
    made["noise"] = ["n"]
    graph = helper.make_graph(
        nodes,
        "drawing",
        [helper.make_tensor_value_info(k, TensorProto.FLOAT, v) for k, v in given.items()],
        [helper.make_tensor_value_info(k, TensorProto.FLOAT, v) for k, v in made.items()],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    opset = [helper.make_opsetid("", 18)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path


def models(folder: Path, *, drawn: float = 0.1, gate: bool = True) -> Path:
    """A registry with both embedders, the enhancer, and a gate for the second embedder."""
    text = "schema = 1\n"
    for name, learned in (("mobilefacenet", False), ("sureface", True)):
        subjects.declare(folder, learned=learned)
        content = (folder / "made.onnx").rename(folder / f"{name}.onnx").read_bytes()
        quality = subjects.BY_UNCERTAINTY if learned else subjects.BY_MAGNITUDE
        entry = subjects.TOML.format(sha256=hashlib.sha256(content).hexdigest(), quality=quality)
        text += entry.replace("schema = 1", "").replace("made", name)
    file = write_enhancer(folder / "enhancer.onnx", drawn=drawn)
    text += (
        '\n[models.enhancer]\ntask = "enhancer"\nfamily = "enhancer"\nfile = "enhancer.onnx"\n'
        f'sha256 = "{hashlib.sha256(file.read_bytes()).hexdigest()}"\n'
        '[models.enhancer.preprocessing]\nchannels = "BGR"\nmean = 0.0\nscale = 255.0\n'
    )
    (folder / "models.toml").write_text(text, encoding="utf-8")
    if gate:
        contract = find(folder, "sureface", task="embedder").contract_id
        enhancers.write_gate(folder, contract, dimension=192)
    return folder


def ground(pairs: Pairs | None = None) -> Ground:
    """Six made people with two photos each, and eight strangers."""
    photos = pairs or subjects.people(6, noise=1.0)
    return Ground(
        name="made people",
        photos=photos,
        mated=photos.mated(1000),
        strangers=subjects.people(4, seed=11).crops,
    )


def silent(_title: str, _total: int) -> Callable[[int], None]:
    """No bar."""
    return nobody


def measured(
    folder: Path, *, choose: bool = True, drawn: float = 0.1, gate: bool = True
) -> Measured:
    """All of it, with a resolver of its own."""
    models(folder, drawn=drawn, gate=gate)
    (folder / "policies.yaml").write_text(POLICIES, encoding="utf-8")
    asked = Asked(
        folder=folder,
        names=["mobilefacenet", "sureface"],
        resolver=write_enhancer(folder / "resolver.onnx", drawn=0.3, denoised=False),
        policies=folder / "policies.yaml",
    )
    return measure(asked, ground(), Memory(None), silent, choose=choose)
