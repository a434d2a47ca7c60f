"""``python -m training PART``: train a part of what `models/` serves, or go on with it."""

import argparse
from pathlib import Path

from training.ablations import command as ablations
from training.backbone import command as backbone
from training.enhancer import adapt_command as adapt
from training.enhancer import cameras_command as cameras
from training.enhancer import command as enhancer
from training.enhancer import ship
from training.enhancer.fusion import command as fusion
from training.export import command as export
from training.heads import command as heads
from training.robust import command as robust

WORK = Path(".cache/training")
"""Where trainings are kept until they are exported."""

DATA = Path("../shared/data")
"""With `train/index.csv`."""


def main() -> None:
    """Run one part."""
    parser = argparse.ArgumentParser(prog="training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="PART")
    for name, part, text in (
        ("backbone", backbone, backbone.HELP),
        ("robust", robust, "the branch for spoiled crops; hours"),
        ("heads", heads, "gate, temperature head and calibration; half an hour"),
        ("ablations", ablations, "what each part of it is worth; two hours"),
        ("export", export, "everything as one ONNX, and its entry in models.toml"),
        ("enhancer", enhancer, enhancer.HELP),
        ("fusion", fusion, fusion.HELP),
        ("ship", ship, ship.HELP),
        ("adapt-camera", adapt, adapt.HELP),
        ("cameras", cameras, cameras.HELP),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--work", type=Path, default=WORK, help="folder of trainings")
        if part in (robust, heads, ablations, enhancer, fusion, cameras):
            command.add_argument("--data", type=Path, default=DATA, help="with train/index.csv")
        part.add(command)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
