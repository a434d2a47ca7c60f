"""``python -m evaluation magnitude --data DATA``: measure, print, and with ``--write`` keep it."""

import argparse
from pathlib import Path

from evaluation import declare, report
from evaluation.crops import list_photos
from evaluation.embedding import open_embedder
from evaluation.magnitude import measure


def main() -> None:
    """Run one measurement."""
    parser = argparse.ArgumentParser(prog="evaluation", description=__doc__)
    commands = parser.add_subparsers(required=True)
    magnitude = commands.add_parser("magnitude", help="calibrate quality from vector length")
    magnitude.add_argument("--data", type=Path, required=True, help="folder with train/index.csv")
    magnitude.add_argument("--models", type=Path, default=Path("models"))
    magnitude.add_argument("--model", default="mobilefacenet", help="an embedder of models.toml")
    magnitude.add_argument("--seed", type=int, default=20)
    magnitude.add_argument("--write", action="store_true", help="update models.toml and the card")
    magnitude.set_defaults(run=_magnitude)
    arguments = parser.parse_args()
    arguments.run(arguments)


def _magnitude(arguments: argparse.Namespace) -> None:
    embedder = open_embedder(arguments.models, arguments.model)
    measured = measure(embedder, list_photos(arguments.data), seed=arguments.seed)
    section = report.render(measured, seed=arguments.seed)
    print(section)
    if arguments.write:
        declare.write_card(arguments.models / f"{arguments.model}.md", section)
        toml = arguments.models / "models.toml"
        declare.write_quality(toml, arguments.model, measured.calibration)


if __name__ == "__main__":
    main()
