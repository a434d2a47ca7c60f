"""`models.toml` and the files that it names."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from meshkit.config import ConfigError
from meshkit.models.registry import find
from meshkit.models.session import Session
from tests import enhancers

CONTENT = b"weights"
ROW = f"""
schema = 1

[models.tiny]
task = "embedder"
family = "arcface"
file = "tiny.onnx"
sha256 = "{hashlib.sha256(CONTENT).hexdigest()}"
dimension = 4

[models.tiny.preprocessing]
version = "1"
channels = "RGB"
mean = 0
scale = 255

[models.other]
task = "detector"
"""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """A registry with one complete embedder."""
    (tmp_path / "models.toml").write_text(ROW)
    (tmp_path / "tiny.onnx").write_bytes(CONTENT)
    return tmp_path


def problem_of(folder: Path, name: str = "tiny", task: str = "embedder") -> str:
    """What an operator reads; always one line."""
    with pytest.raises(ConfigError) as failure:
        find(folder, name, task=task)
    [line] = str(failure.value).splitlines()
    return line


def test_finds_what_is_declared(folder: Path) -> None:
    """The file is verified, and what the registry says of it is at hand."""
    file = find(folder, "tiny", task="embedder")

    assert (folder / "tiny.onnx", "arcface", 4) == (file.path, file.family, file.dimension)
    assert hashlib.sha256(CONTENT).hexdigest() == file.sha256
    assert ("RGB", 255) == (file.preprocessing.channels, file.preprocessing.scale)
    assert file.contract_id.startswith("arc4-")


def test_an_altered_byte_is_noticed(folder: Path) -> None:
    """Both digests are said, so that one can see which file it is."""
    altered = CONTENT[:-1] + b"x"
    (folder / "tiny.onnx").write_bytes(altered)

    problem = problem_of(folder)

    assert f"{folder / 'tiny.onnx'} is altered" in problem
    assert hashlib.sha256(altered).hexdigest() in problem
    assert hashlib.sha256(CONTENT).hexdigest() in problem


def test_a_missing_file_says_how_to_get_it(folder: Path) -> None:
    """The line ends with what to do."""
    (folder / "tiny.onnx").unlink()

    assert problem_of(folder).endswith("tiny.onnx cannot be read; run make models")


def test_a_missing_registry_says_which_variable_to_set(tmp_path: Path) -> None:
    """A wrong folder is the likely cause."""
    assert "cannot be read; set ..._MODELS to the models folder" in problem_of(tmp_path)


@pytest.mark.parametrize(
    ("name", "task"),
    [
        pytest.param("tinny", "embedder", id="a typo"),
        pytest.param("other", "embedder", id="a model for something else"),
    ],
)
def test_an_unknown_name_lists_the_known_ones(folder: Path, name: str, task: str) -> None:
    """Only those that would do."""
    assert problem_of(folder, name, task).endswith(f"has no embedder named {name}; it has tiny")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param("schema = 1", "schema = 2", "has schema 2, not 1", id="a newer schema"),
        pytest.param("schema = 1", "", "has schema None, not 1", id="no schema"),
        pytest.param("[models.tiny]", "[models.tiny", "is not TOML", id="broken TOML"),
        pytest.param('family = "arcface"', "", "[models.tiny] is incomplete", id="no family"),
        pytest.param('"RGB"', '"GRB"', "channels must be RGB or BGR", id="wrong channels"),
        pytest.param("scale = 255", "scale = 0", "scale that is not 0", id="wrong scale"),
        pytest.param("scale = 255", 'scale = "a"', "[models.tiny] is incomplete", id="wrong type"),
    ],
)
def test_a_broken_registry_is_one_line(folder: Path, old: str, new: str, problem: str) -> None:
    """Whatever is wrong with the file, the line names the file and the place."""
    toml = folder / "models.toml"
    toml.write_text(ROW.replace(old, new, 1))

    line = problem_of(folder)

    assert line.startswith(str(toml))
    assert problem in line


def test_a_registry_that_is_no_text_is_one_line(folder: Path) -> None:
    """Nor is an encoding a traceback."""
    (folder / "models.toml").write_bytes(b"\xff\xfe")

    assert "is not TOML" in problem_of(folder)


@pytest.mark.parametrize(
    ("provider", "problem"),
    [
        pytest.param("gpu", "provider gpu is none of cpu, cuda, tensorrt", id="unknown"),
        pytest.param("tensorrt", "is not part of this onnxruntime build", id="not built in"),
    ],
)
def test_a_provider_is_never_replaced(folder: Path, provider: str, problem: str) -> None:
    """Asking for a GPU and getting a CPU would be slow, and silent."""
    with pytest.raises(ConfigError, match=problem):
        Session(folder / "tiny.onnx", provider=provider, threads=1)


def test_a_file_that_is_no_model_is_one_line(folder: Path) -> None:
    """Its digest may be right: somebody declared the wrong file."""
    with pytest.raises(ConfigError, match=r"tiny.onnx cannot be loaded: ") as failure:
        Session(folder / "tiny.onnx", provider="cpu", threads=1)

    assert 1 == len(str(failure.value).splitlines())


def test_a_fusion_gate_names_the_vectors_that_it_is_for(folder: Path) -> None:
    """It sees no pixels, so it has no preprocessing; it cannot do without a contract."""
    (folder / "models.toml").write_text(
        ROW
        + f"""
[models.gate]
task = "fusion"
family = "gate"
file = "tiny.onnx"
sha256 = "{hashlib.sha256(CONTENT).hexdigest()}"
contract = "arc4-0a1b2c3d4e5f"
"""
    )

    assert "arc4-0a1b2c3d4e5f" == find(folder, "gate", task="fusion").fuses
    assert "" == find(folder, "tiny", task="embedder").fuses
    assert problem_of(folder, "tiny", "fusion").endswith("has no fusion named tiny; it has gate")


def test_a_graph_tells_its_inputs_and_what_was_noted_in_it(tmp_path: Path) -> None:
    """Whoever runs a graph of several inputs feeds them by name."""
    file = find(enhancers.write_enhancer(tmp_path), "tiny-enhancer", task="enhancer")
    session = Session(file.path, provider="cpu", threads=1)
    given = {
        "input": np.ones((2, 3, 112, 112), dtype=np.float32),
        "scale": np.array([0.25, 1], dtype=np.float32),
        "adapter": np.array([[0.25, 0, 0], [0, 0, 0]], dtype=np.float32),
    }

    said = session.feed(given)

    assert given.keys() == session.inputs.keys()
    assert 3 == session.inputs["adapter"][1]
    assert enhancers.SPACE == session.metadata["adapter_space"]
    assert [10, 40] == said["noise"].tolist()
    assert [0.75, 0.5] == said["crop"][:, 0, 0, 0].tolist()
