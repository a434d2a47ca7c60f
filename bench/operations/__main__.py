"""``python -m bench.operations NAME``: try one fault at length."""

import argparse
import asyncio

from bench.operations import chaos, fuzzing, overload, rolling, soak
from bench.operations.bench import AREA, Bench
from bench.results import record, show

BENCHES = (chaos.BENCH, rolling.BENCH, overload.BENCH, soak.BENCH, fuzzing.BENCH)


def parser() -> argparse.ArgumentParser:
    """One command a bench."""
    main = argparse.ArgumentParser(prog="python -m bench.operations", description=__doc__)
    commands = main.add_subparsers(required=True, metavar="NAME")
    for bench in BENCHES:
        command = commands.add_parser(bench.name, help=bench.summary)
        command.set_defaults(bench=bench)
        kept = f"kept from {bench.proof} on (%(default)s)"
        command.add_argument(
            f"--{bench.unit}", dest="amount", type=int, default=bench.proof, help=kept
        )
        command.add_argument("--seed", type=int, default=7, help="of what is drawn at random")
        command.add_argument("--dry", action="store_true", help="keep nothing")
    return main


def main() -> None:
    """Try, print, keep."""
    arguments = parser().parse_args()
    bench: Bench = arguments.bench
    found = asyncio.run(bench.run(arguments.amount, arguments.seed))
    show(found)
    if arguments.dry or arguments.amount < bench.proof:
        print(f"not kept: a run that is kept has {bench.proof} {bench.unit}")
    else:
        record(AREA, found)


if __name__ == "__main__":
    main()
