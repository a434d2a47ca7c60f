"""``python -m evaluation report|gate|magnitude``: measure, print, and keep what was measured."""

import argparse
import sys
from pathlib import Path

from bench import results
from evaluation import card, declare, judgement, report
from evaluation.crops import list_photos
from evaluation.embedding import open_embedder
from evaluation.gate import expected, measured
from evaluation.magnitude import measure
from evaluation.subject import BASELINE, embedders, open_subject
from tools.photos import PhotosWrong


def main() -> None:
    """Run one measurement."""
    parser = argparse.ArgumentParser(prog="evaluation", description=__doc__)
    commands = parser.add_subparsers(required=True)
    _add_report(commands.add_parser("report", help="everything, as a page with plots"))
    _add_gate(commands.add_parser("gate", help="a few real photos against expected numbers"))
    _add_magnitude(commands.add_parser("magnitude", help="calibrate quality from vector length"))
    for command in commands.choices.values():
        command.add_argument("--models", type=Path, default=Path("models"))
    arguments = parser.parse_args()
    arguments.run(arguments)


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder with lfw/ and train/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the report")
    parser.add_argument(
        "--model",
        action="append",
        help="an embedder of models.toml; the first is the baseline (default: all of them)",
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    parser.add_argument("--probes", type=int, help="this many pairs instead of all; kept nowhere")
    parser.set_defaults(run=_report)


def _add_gate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", action="append", help="all that numbers are expected of")
    parser.add_argument("--photos", type=Path, default=Path(".cache/photos"))
    parser.add_argument("--write", action="store_true", help="expect what is measured now")
    parser.set_defaults(run=_gate)


def _add_magnitude(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder with train/index.csv")
    parser.add_argument("--model", default=BASELINE, help="an embedder of models.toml")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="update models.toml and the card")
    parser.set_defaults(run=_magnitude)


def _report(arguments: argparse.Namespace) -> None:
    if not (arguments.data / "lfw" / "pairs.csv").exists():
        sys.exit(f"{arguments.data} has no lfw/pairs.csv; photos are not part of the repository")
    names = arguments.model or embedders(arguments.models)
    found = report.measure(
        arguments.data,
        arguments.models,
        names,
        arguments.cache,
        probes=arguments.probes or report.ALL,
    )
    report.write(found, arguments.out)
    for number, (name, numbers) in enumerate(found.goals.items()):
        rows = judgement.rows(name, numbers, baseline=number == 0)
        results.show(rows)
        if not arguments.probes:
            results.record("judgement", rows, instead_of=[f"{name}: "])
    print(f"wrote {arguments.out / 'report.html'} and report.json beside it")


def _gate(arguments: argparse.Namespace) -> None:
    few = measured.gather(arguments.models, arguments.photos)
    failures = []
    for name in arguments.model or expected.models():
        found = measured.measure(open_subject(arguments.models, name, threads=1), few)
        if arguments.write:
            expected.write(name, found)
        wanted = expected.load(name)
        lines = [
            [metric, f"{value:.4f}", f"{wanted[metric]:.4f}" if metric in wanted else ""]
            for metric, value in found.items()
        ]
        print(results.table([[name, "measured", "expected"], *lines]))
        failures += [f"{name}: {line}" for line in expected.wrong(found, wanted)]
    if failures:
        sys.exit("\n".join(failures))


def _magnitude(arguments: argparse.Namespace) -> None:
    embedder = open_embedder(arguments.models, arguments.model)
    found = measure(embedder, list_photos(arguments.data), seed=arguments.seed)
    section = card.render(found, seed=arguments.seed)
    print(section)
    if arguments.write:
        declare.write_card(arguments.models / f"{arguments.model}.md", section)
        toml = arguments.models / "models.toml"
        declare.write_quality(toml, arguments.model, found.calibration)


if __name__ == "__main__":
    try:
        main()
    except PhotosWrong as wrong:
        sys.exit(f"photos: {wrong}")
