"""``python -m tools.observability`` writes the dashboards, and the tables of docs/telemetry.md."""

import json
from pathlib import Path

from tools.observability.dashboards import DASHBOARDS
from tools.observability.help_texts import help_texts
from tools.observability.page import filled

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "observability" / "dashboards"
PAGE = ROOT / "docs" / "telemetry.md"


def written() -> dict[Path, str]:
    """Every file that is written, and what is in it."""
    files = {
        FOLDER / f"{name}.json": json.dumps(document, indent=2) + "\n"
        for name, document in DASHBOARDS.items()
    }
    return files | {PAGE: filled(PAGE.read_text(encoding="utf-8"), help_texts())}


def main() -> None:
    """Write them all."""
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
        print("wrote", path.relative_to(ROOT))


if __name__ == "__main__":
    main()
