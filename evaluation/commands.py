"""The commands of this package, and what they say when something is missing."""

import argparse
import sys
from pathlib import Path

from bench import results
from evaluation import calibrating, card, declare, judgement, lines, report
from evaluation.crops import list_photos
from evaluation.embedding import open_embedder
from evaluation.enhancement import command as enhancement
from evaluation.enhancement import run
from evaluation.gate import expected, measured
from evaluation.goals.number import unmeasured
from evaluation.liveness import command as liveness
from evaluation.magnitude import measure
from evaluation.subject import BASELINE, embedders, open_subject
from meshkit.config import ConfigError
from tools.models.registry import ModelsWrong
from tools.photos import PhotosWrong


def main() -> None:
    """Run one command; what is missing is one line."""
    parser = argparse.ArgumentParser(prog="evaluation", description="Measures the models.")
    commands = parser.add_subparsers(required=True)
    _add_report(commands.add_parser("report", help="everything, as a page with plots"))
    enhancement.add(commands.add_parser("enhancement", help=enhancement.HELP))
    liveness.add(commands.add_parser("liveness", help=liveness.HELP))
    _add_gate(commands.add_parser("gate", help="a few real photos against expected numbers"))
    _add_magnitude(commands.add_parser("magnitude", help="calibrate quality from vector length"))
    _add_lines(commands.add_parser("lines", help="where policies may draw their lines"))
    _add_calibration(commands.add_parser("calibration", help="what similarities are worth"))
    for command in commands.choices.values():
        command.add_argument(
            "--folder", type=Path, default=Path("models"), help="with models.toml (%(default)s)"
        )
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except (ConfigError, FileNotFoundError, ModelsWrong, PhotosWrong) as missing:
        sys.exit(f"evaluation: {missing}")
    except KeyboardInterrupt:
        sys.exit("evaluation: stopped; what was seen is kept, run it again to go on")


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder with lfw/ and train/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the report")
    parser.add_argument(
        "--models",
        nargs="+",
        metavar="NAME",
        help=f"embedders of models.toml (all); {BASELINE}, else the first, is the baseline",
    )
    parser.add_argument(
        "--cache", type=Path, default=Path(".cache/evaluation"), help="may be deleted (%(default)s)"
    )
    parser.add_argument("--probes", type=int, help="this many pairs instead of all; not recorded")
    parser.set_defaults(run=_report)


def _add_gate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--models", nargs="+", metavar="NAME", help="embedders (all)")
    parser.add_argument("--photos", type=Path, default=Path(".cache/photos"))
    parser.add_argument("--numbers", type=Path, default=expected.FOLDER, help="what is expected")
    parser.add_argument("--write", action="store_true", help="expect what is measured now")
    parser.set_defaults(run=_gate)


def _add_magnitude(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder with train/index.csv")
    parser.add_argument("--model", default=BASELINE, help="an embedder of models.toml")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="update models.toml and the card")
    parser.set_defaults(run=_magnitude)


def _add_lines(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder with train/index.csv")
    parser.add_argument("--model", required=True, help="an embedder of models.toml")
    parser.add_argument("--write", action="store_true", help="update the card")
    parser.set_defaults(run=_lines)


def _add_calibration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder with train/index.csv")
    parser.add_argument("--model", required=True, help="an embedder of models.toml")
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    parser.add_argument("--write", action="store_true", help="write the file beside the models")
    parser.set_defaults(run=_calibration)


def _report(arguments: argparse.Namespace) -> None:
    names = _ordered(arguments.models or embedders(arguments.folder))
    probes = arguments.probes or report.ALL
    found = report.measure(arguments.data, arguments.folder, names, arguments.cache, probes=probes)
    report.write(found, arguments.out)
    for number, (name, numbers) in enumerate(found.goals.items()):
        rows = judgement.rows(name, numbers, baseline=number == 0)
        results.show(rows)
        if not arguments.probes:
            results.record("judgement", rows, instead_of=[f"{name}: "])
    if found.enhanced:
        results.show(found.enhanced.rows())
        if not arguments.probes:
            run.record(found.enhanced)
    else:
        print("there is no enhancer in models.toml: enhancement was not measured")
    print(f"wrote {arguments.out / 'report.html'} and report.json beside it")
    missing = [
        f"{name}: not measured: {metric}"
        for name in names[1:]
        for metric in unmeasured(found.goals[name])
    ]
    missing += found.enhanced.missing() if found.enhanced else []
    if missing:
        sys.exit("\n".join(missing))


def _gate(arguments: argparse.Namespace) -> None:
    few = measured.gather(arguments.folder, arguments.photos)
    failures = []
    for name in arguments.models or embedders(arguments.folder):
        found = measured.measure(open_subject(arguments.folder, name, threads=1), few)
        if arguments.write:
            expected.write(name, found, arguments.numbers)
        wanted = expected.load(name, arguments.numbers)
        cells = [
            [metric, f"{value:.4f}", f"{wanted[metric]:.4f}" if metric in wanted else ""]
            for metric, value in found.items()
        ]
        print(results.table([[name, "measured", "expected"], *cells]))
        failures += [f"{name}: {line}" for line in expected.wrong(found, wanted)]
    if failures:
        sys.exit("\n".join(failures))


def _magnitude(arguments: argparse.Namespace) -> None:
    photos = list_photos(arguments.data)
    if arguments.model not in embedders(arguments.folder):
        raise ConfigError(f"models.toml has no embedder {arguments.model}")
    embedder = open_embedder(arguments.folder, arguments.model)
    found = measure(embedder, photos, seed=arguments.seed)
    section = card.render(found, seed=arguments.seed)
    print(section)
    if arguments.write:
        declare.write_card(arguments.folder / f"{arguments.model}.md", section)
        toml = arguments.folder / "models.toml"
        declare.write_quality(toml, arguments.model, found.calibration)


def _lines(arguments: argparse.Namespace) -> None:
    photos = list_photos(arguments.data)
    section = lines.section(open_subject(arguments.folder, arguments.model), photos)
    print(section)
    if arguments.write:
        declare.write_card(arguments.folder / f"{arguments.model}.md", section)


def _calibration(arguments: argparse.Namespace) -> None:
    name, folder = arguments.model, arguments.folder
    found = calibrating.calibrate(arguments.data, folder, name, arguments.cache)
    print(results.table(calibrating.table(found)))
    if arguments.write:
        print(f"wrote {calibrating.write(found, folder, name)}, version {found.version}")


def _ordered(names: list[str]) -> list[str]:
    """Each once, the baseline first if it is among them."""
    return sorted(dict.fromkeys(names), key=lambda name: name != BASELINE)
