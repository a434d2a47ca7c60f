"""docs/clients.md shows the examples that tests run, to the letter."""

import json
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "examples"
PAGE = (DOCS / "clients.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "file"), [("python", "door.py"), ("js", "node/door.js"), ("sh", "identify.sh")]
)
def test_the_page_shows_the_file(language: str, file: str) -> None:
    """Each language has one block, and it is the whole file."""
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)

    assert [(EXAMPLES / file).read_text(encoding="utf-8")] == blocks


def test_the_lock_names_packages_not_places() -> None:
    """Whoever installs them has their own registry; versions are exact, contents by hash."""
    lock = json.loads((EXAMPLES / "node" / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((EXAMPLES / "node" / "package.json").read_text(encoding="utf-8"))
    locked = {path: each for path, each in lock["packages"].items() if path}

    assert wanted["dependencies"] == lock["packages"][""]["dependencies"]
    for path, each in locked.items():
        assert "resolved" not in each, path
        assert each["integrity"].startswith("sha512-"), path
