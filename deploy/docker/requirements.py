"""``python requirements.py detector redis``: what pyproject.toml asks for by these extras.

Images install what a process needs, and then get only the packages of this repository that it
imports: pip alone would install all of them.
"""

import sys
import tomllib
from pathlib import Path


def requirements(pyproject: Path, extras: list[str]) -> list[str]:
    """Everything that the project needs with these extras, as pip reads it.

    Raises:
        KeyError: There is no such extra.
    """
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    return [*project["dependencies"], *(line for extra in extras for line in optional[extra])]


if __name__ == "__main__":
    sys.stdout.write("\n".join(requirements(Path("pyproject.toml"), sys.argv[1:])) + "\n")
