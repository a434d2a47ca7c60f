"""What keeps an enhancer from starting: said at once, in one line that names what is wrong."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from meshkit.config import ConfigError, load
from services.enhancer.config import Config
from services.enhancer.model import Enhanced, Work
from tests import enhancers
from tests.enhancing import serving
from tests.processes import refusal


async def problem_of(folder: Path, **changes: Any) -> str:
    """Why it does not start; always one line."""
    with pytest.raises(ConfigError) as failure:
        async with serving(folder, **changes):
            pytest.fail("it serves")
    [line] = str(failure.value).splitlines()
    return line


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        pytest.param({"outputs": ["crop"]}, "lacks noise; it is no enhancer", id="no noise"),
        pytest.param({"outputs": ["noise"]}, "lacks crop; it is no enhancer", id="no crop"),
        pytest.param({"side": 56}, "is broken: crops and noise of shapes", id="small crops"),
        pytest.param(
            {"adapter": ("n", "k")}, "has an adapter of shape ['n', 'k']", id="any adapter"
        ),
        pytest.param({"batch": 1}, "it does not take 2 crops at once", id="a batch of one"),
    ],
)
async def test_a_graph_that_is_no_enhancer(
    tmp_path: Path, made: dict[str, Any], problem: str
) -> None:
    """Found at start, not by the first caller."""
    assert problem in await problem_of(enhancers.write_enhancer(tmp_path, **made))


@pytest.mark.parametrize(
    ("camera", "changes", "problem"),
    [
        pytest.param("gate-7", {"space": "f" * 16}, "was tuned for weights ffff", id="other model"),
        pytest.param("gate-7", {"space": ""}, "was tuned for weights ,", id="no model"),
        pytest.param(
            "gate-7",
            {"values": np.zeros(4, dtype=np.float32)},
            "has shape (4,) of float32, and tiny-enhancer takes (3,) of floats",
            id="wrong length",
        ),
        pytest.param(
            "gate-7",
            {"values": np.zeros((1, 3), dtype=np.float32)},
            "has shape (1, 3)",
            id="wrong shape",
        ),
        pytest.param("gate-7", {"values": np.zeros(3, dtype=np.int64)}, "int64", id="wrong type"),
        pytest.param(
            "gate-7",
            {"values": np.array([0, np.nan, 0], dtype=np.float32)},
            "holds what is no number",
            id="no number",
        ),
        pytest.param("gate-7", {"values": None}, "values is not a file", id="no values"),
        pytest.param(None, {}, "camera is not a file", id="no camera"),
        pytest.param("../gate-7", {"name": "a"}, "camera_id must be 1 to 128", id="a way out"),
        pytest.param("", {"name": "a"}, "camera_id is required", id="nobody's"),
        pytest.param(
            "gate-7",
            {"values": np.array([object()])},
            "cannot be read as an .npz file",
            id="a pickle",
        ),
    ],
)
async def test_an_adapter_that_does_not_fit(
    tmp_path: Path, camera: str | None, changes: dict[str, Any], problem: str
) -> None:
    """The file is named: a wrong adapter must not enhance in silence, nor be left out."""
    folder = tmp_path / "adapters"
    folder.mkdir()
    path = enhancers.write_adapter(folder, camera, **changes)

    line = await problem_of(enhancers.write_enhancer(tmp_path), adapters=folder)

    assert str(path) in line
    assert problem in line


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"text", b"\x93NUMPY\x01\x00"])
async def test_an_adapter_that_is_no_file(tmp_path: Path, content: bytes) -> None:
    """Whatever its bytes are."""
    (tmp_path / "gate-7.npz").write_bytes(content)

    line = await problem_of(enhancers.write_enhancer(tmp_path), adapters=tmp_path)

    assert "gate-7.npz cannot be read as an .npz file" in line


async def test_one_camera_has_one_adapter(tmp_path: Path) -> None:
    """Two files of one camera leave open which one is meant."""
    folder = tmp_path / "adapters"
    folder.mkdir()
    for name in ("a", "b"):
        enhancers.write_adapter(folder, "gate-7", name)

    line = await problem_of(enhancers.write_enhancer(tmp_path), adapters=folder)

    assert "b.npz is the second one of camera gate-7" in line


async def test_a_model_that_cannot_be_tuned_takes_no_adapters(tmp_path: Path) -> None:
    """A graph that names no space of adapters fits none."""
    folder = tmp_path / "adapters"
    folder.mkdir()
    enhancers.write_adapter(folder, "gate-7")

    line = await problem_of(enhancers.write_enhancer(tmp_path, space=""), adapters=folder)

    assert "tiny-enhancer has none that can be tuned" in line


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A typo must not be taken for a folder without adapters."""
    line = await problem_of(enhancers.write_enhancer(tmp_path), adapters=tmp_path / "adaptors")

    assert "adaptors cannot be read: No such file" in line


async def test_a_process_says_so_in_one_line(tmp_path: Path) -> None:
    """The real process: exit 1, and a line that names the file."""
    adapters = tmp_path / "adapters"
    adapters.mkdir()
    path = enhancers.write_adapter(adapters, "gate-7", space="f" * 16)
    models = enhancers.write_enhancer(tmp_path)

    code, lines = await refusal("enhancer", MODELS=models, MODEL="tiny-enhancer", ADAPTERS=adapters)

    assert 1 == code
    assert f"enhancer: adapter {path} was tuned for weights" in lines[-1]


class Broken:
    """A model whose crops are none."""

    name, sha256, provider, adapter_size, adapter_space = "broken", "0" * 64, "cpu", 1, ""

    def enhance(self, work: Sequence[Work]) -> list[Enhanced]:
        raise ValueError("pixels that are not numbers")


async def test_a_model_that_breaks_on_grey(tmp_path: Path) -> None:
    """It is tried before anybody calls."""
    with pytest.raises(ConfigError, match="model broken is broken: pixels that are not numbers"):
        async with serving(tmp_path, Broken()):
            pytest.fail("it serves")


@pytest.mark.parametrize(
    ("variable", "text", "problem"),
    [
        pytest.param("GRACE_S", "-1", "grace_s must be", id="what all servers refuse"),
        pytest.param("MAX_QUEUED", "63", "max_queued must be at least 64", id="short queue"),
        pytest.param("MAX_BATCH", "0", "1 <= max_batch <= max_queued", id="no batch"),
        pytest.param("THREADS", "-1", "threads must not be negative", id="threads"),
    ],
)
def test_impossible_values(variable: str, text: str, problem: str) -> None:
    """A service adds its own limits to those of all servers."""
    with pytest.raises(ConfigError, match=problem):
        load(Config, {f"ENHANCER_{variable}": text}, prefix="ENHANCER_")


def test_it_runs_without_any_variable() -> None:
    """Defaults are good for a laptop."""
    config = load(Config, {}, prefix="ENHANCER_")

    assert (50052, None, 16) == (config.port, config.adapters, config.limits.max_batch)
