"""``python -m tools.models verify`` and what it reads: a refusal is one line."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.models.registry import ModelsWrong, load

ROOT = Path(__file__).parents[2]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _folder(tmp_path: Path) -> Path:
    """The project's own models.toml, cut to its smallest model, and that model."""
    whole = (ROOT / "models" / "models.toml").read_text(encoding="utf-8")
    start, end = whole.index("[models.yunet]"), whole.index("[models.centerface]")
    (tmp_path / "models.toml").write_text(f"schema = 1\n{whole[start:end]}", encoding="utf-8")
    shutil.copy(ROOT / "models" / "yunet.onnx", tmp_path)
    return tmp_path


def _verify(folder: Path) -> tuple[int, list[str]]:
    """Run the real process: its exit code and the lines that it wrote."""
    result = subprocess.run(
        [sys.executable, "-m", "tools.models", "verify", "--folder", str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, (result.stdout + result.stderr).splitlines()


def test_the_committed_file_verifies(tmp_path: Path) -> None:
    """In silence."""
    assert (0, []) == _verify(_folder(tmp_path))


def test_an_altered_file_fails_with_one_line(tmp_path: Path) -> None:
    """One bit is enough; the line names the file and both hashes."""
    model = _folder(tmp_path) / "yunet.onnx"
    pinned = model.read_bytes()
    altered = pinned[:1000] + bytes([pinned[1000] ^ 1]) + pinned[1001:]
    model.write_bytes(altered)

    expected = (
        f"models: yunet.onnx: sha256 is {_sha256(altered)}, models.toml says {_sha256(pinned)}"
    )
    assert (1, [expected]) == _verify(tmp_path)


def test_a_missing_file_fails_with_one_line(tmp_path: Path) -> None:
    """And says what makes it."""
    (_folder(tmp_path) / "yunet.onnx").unlink()

    assert (1, ["models: yunet.onnx: missing; `make models` builds it"]) == _verify(tmp_path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(b"schema = 2", "schema must be 1, got 2", id="another schema"),
        pytest.param(b"schema = = 1", r"^models\.toml: .*line 1", id="not TOML"),
        pytest.param(b'a = "\xff"', r"^models\.toml: ", id="not UTF-8"),
        pytest.param(b"schema = 1", r"^models\.toml: .*\[models", id="no models"),
        pytest.param(b"schema = 1\nmodels = 1", r"^models\.toml: .*\[models", id="no tables"),
        pytest.param(b"schema = 1\n[models.x]", r"^x: wrong entry .*'file'", id="no file"),
        pytest.param(b"schema = 1\n[models]\nx = 1", "^x: wrong entry", id="no table"),
        pytest.param(
            b'schema = 1\n[models.x]\nfile = "f"\nsha256 = "0"\nlicence_file = "l"\n'
            b"[models.x.source]\nurl = 1",
            r"^x: wrong entry .*url",
            id="a source of another kind",
        ),
    ],
)
def test_a_wrong_models_toml_is_refused(tmp_path: Path, text: bytes, line: str) -> None:
    """Always as ModelsWrong, so that the command says one line and no traceback."""
    (tmp_path / "models.toml").write_bytes(text)

    with pytest.raises(ModelsWrong, match=line) as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_without_models_toml_is_refused(tmp_path: Path) -> None:
    """As every other fault."""
    with pytest.raises(ModelsWrong, match=r"^models\.toml: "):
        load(tmp_path)
