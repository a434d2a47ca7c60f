"""What docs/audit.md says of the log's format is enough to verify it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.config import Config
from meshkit.chain.segments import name_of
from tests.chains import write

PAGE = Path(__file__).parents[2] / "docs" / "audit.md"


@pytest.fixture(name="script")
def _script(tmp_path: Path) -> Path:
    """The one on the page."""
    [source] = re.findall(r"```python\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "verify.py").write_text(source)
    return tmp_path / "verify.py"


def test_a_few_lines_verify_a_log(script: Path, tmp_path: Path) -> None:
    """Somebody who has nothing of ours comes to the same head, and finds the same fault."""
    head = write(tmp_path / "chain", [3, 2])
    command = [sys.executable, str(script), str(tmp_path / "chain")]

    good = subprocess.run(command, capture_output=True, text=True, check=True)
    file = tmp_path / "chain" / name_of(4)
    file.write_bytes(file.read_bytes().replace(b"decision", b"decided!", 1))
    bad = subprocess.run(command, capture_output=True, text=True, check=False)

    assert f"{head}\n" == good.stdout
    assert bad.stderr.endswith("AssertionError: after 3: changed\n")


def test_the_page_names_every_variable() -> None:
    """Nothing about the log can be set that the page does not explain."""
    page = PAGE.read_text(encoding="utf-8")

    fields = Config.__dataclass_fields__
    variables = [f"GATEWAY_{name.upper()}" for name in fields if name.startswith("audit_")]
    assert 3 == len(variables)
    assert [] == [name for name in variables if name not in page]
