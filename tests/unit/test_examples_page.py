"""docs/clients.md shows the examples that tests run, to the letter."""

import json
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "examples"
PAGE = (DOCS / "clients.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "files"),
    [
        pytest.param("python", ["door.py", "enroll.py"], id="python"),
        pytest.param("js", ["node/door.js"], id="node"),
        pytest.param("sh", ["identify.sh"], id="shell"),
    ],
)
def test_the_page_shows_the_files(language: str, files: list[str]) -> None:
    """Each block is a whole file, and each file has its block."""
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)

    assert [(EXAMPLES / file).read_text(encoding="utf-8") for file in files] == blocks


def test_the_lock_names_packages_not_places() -> None:
    """Whoever installs them has their own registry; versions are exact, contents by hash."""
    lock = json.loads((EXAMPLES / "node" / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((EXAMPLES / "node" / "package.json").read_text(encoding="utf-8"))
    locked = {path: each for path, each in lock["packages"].items() if path}

    assert wanted["dependencies"] == lock["packages"][""]["dependencies"]
    for path, each in locked.items():
        assert "resolved" not in each, path
        assert each["integrity"].startswith("sha512-"), path
