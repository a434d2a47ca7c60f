"""``python -m tools.models build`` or ``verify``: one line on stderr and exit 1 on failure."""

import argparse
import sys
from pathlib import Path

from tools.models.build import build, verify
from tools.models.registry import ModelsWrong

COMMANDS = {"build": build, "verify": verify}


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="tools.models", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--folder", type=Path, default=Path("models"), help="default: models")
    arguments = parser.parse_args()
    COMMANDS[arguments.command](arguments.folder)


if __name__ == "__main__":
    try:
        main()
    except ModelsWrong as wrong:
        sys.exit(f"models: {wrong}")
