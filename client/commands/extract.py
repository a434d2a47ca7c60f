"""The command that shows what the mesh sees in pictures."""

from collections.abc import Iterator
from pathlib import Path

import click

from client import render
from client.commands.options import PICTURE, talks
from client.console import Console
from client.exits import Exit
from client.sdk import Sureface
from client.types import Extraction

COLUMNS = (
    *("image", "face ", "left ", "top ", "size", "eyes px ", "yaw ", "pitch "),
    *("quality ", "band", "length ", "covered", "advice"),
)
MEASURES = ("image", "face ", "measure", "native ", "score ", "")


@click.command()
@click.argument("images", type=PICTURE, nargs=-1, required=True)
@click.option(
    "--max-faces",
    type=click.IntRange(1, 64),
    default=64,
    show_default=True,
    help="Most faces of a picture, the most prominent first.",
)
@click.option("--measures", is_flag=True, help="Show quality measures in the style of OFIQ, too.")
@talks
def extract(
    mesh: Sureface, console: Console, *, images: tuple[Path, ...], max_faces: int, measures: bool
) -> Exit:
    """Find the faces of IMAGES: vector, quality and what would help.

    The vectors themselves are in the JSON document.
    """
    seen = [
        (path, mesh.extract(picture=path, max_faces=max_faces, measures=measures))
        for path in images
    ]
    if console.as_json:
        console.answer([{"image": path, "extraction": answer} for path, answer in seen])
    else:
        console.table(
            COLUMNS,
            [row for path, answer in seen for row in _rows(path, answer)],
        )
        if measures:
            console.say("")
            console.table(
                MEASURES, [row for path, answer in seen for row in _measured(path, answer)]
            )
        contracts = sorted({answer.contract_id for _, answer in seen if answer.contract_id})
        console.say(f"\nvectors of contract {', '.join(contracts)}" if contracts else "")
    return Exit.OK if all(answer.faces for _, answer in seen) else Exit.UNUSABLE


def _rows(path: Path, answer: Extraction) -> Iterator[list[str]]:
    if not answer.faces:
        yield [path.name, "none", *[""] * (len(COLUMNS) - 2)]
    for number, found in enumerate(answer.faces, start=1):
        box, face = found.face.box, found.face
        yield [
            path.name,
            str(number),
            f"{box.x_min:.0f}",
            f"{box.y_min:.0f}",
            f"{box.x_max - box.x_min:.0f} x {box.y_max - box.y_min:.0f}",
            f"{face.inter_eye_px:.0f}",
            f"{face.pose.yaw_deg:.0f}°",
            f"{face.pose.pitch_deg:.0f}°",
            f"{found.quality.score:.2f}",
            render.band(found.quality),
            f"{found.quality.magnitude:.1f}",
            "; ".join(found.occlusion.regions if found.occlusion else ()),
            "; ".join(found.advices),
        ]


def _measured(path: Path, answer: Extraction) -> Iterator[list[str]]:
    for number, found in enumerate(answer.faces, start=1):
        for measure in found.measures:
            yield [
                path.name,
                str(number),
                measure.name,
                f"{measure.native_value:.3g}",
                str(measure.score),
                "estimated" if measure.estimated else "",
            ]
