"""Fixtures of unit tests."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation import report as reports
from evaluation.examination import Examined
from evaluation.report import Report
from gateway.records.log import DecisionLog
from gateway.streaming.streams import Streams
from tests import examinations
from tests.cameras import door
from tests.stage import Stage
from tests.unit.sights import Camera, vector


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Where snapshots will be."""
    return tmp_path / "snapshots"


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Torch's threads that wait for each other are slow where other work has the cores."""
    torch = importlib.import_module("torch")  # most tests do without its seconds of import
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Examined]:
    """A plain model as the baseline, and one that judges itself."""
    return examinations.made(tmp_path_factory.mktemp("examined"))


@pytest.fixture(scope="session")
def report(models: list[Examined]) -> Report:
    """Both of them."""
    return reports.gather(models, examinations.COSTS, examinations.ROWS)


@pytest.fixture(name="log")
def _log(tmp_path: Path) -> Iterator[DecisionLog]:
    """A decision log, open."""
    with DecisionLog(tmp_path) as log:
        yield log


@pytest.fixture(name="stage")
def _stage() -> Stage:
    """A mesh in memory that knows one person: whoever looks east."""
    return Stage(alice=vector(0))


@pytest.fixture(name="streams")
def _streams(stage: Stage, log: DecisionLog) -> Streams:
    """A door on that stage."""
    return door(stage, log)


@pytest.fixture(name="camera")
def _camera() -> Camera:
    """Shows frames to tracks that are empty yet."""
    return Camera()
