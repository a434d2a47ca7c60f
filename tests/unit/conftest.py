"""Fixtures of unit tests."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation import report as reports
from evaluation.examination import Examined
from evaluation.report import Report
from tests import examinations


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
