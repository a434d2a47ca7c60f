"""The command that shows what the mesh sees in pictures."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from client import render
from client.commands.options import FILE, camera, talks
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
@click.argument("images", type=FILE, nargs=-1, required=True)
@click.option(
    "--max-faces",
    type=click.IntRange(1, 64),
    default=64,
    show_default=True,
    help="Most faces of a picture, the most prominent first.",
)
@click.option("--measures", is_flag=True, help="Show quality measures in the style of OFIQ, too.")
@click.option(
    "--enhanced",
    "into",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what the enhancer makes of the face to a PNG, for people to look at: it is no "
    "evidence, and says so. Of one image; a second face goes to FILE-2 and so on.",
)
@camera
@talks
def extract(
    mesh: Sureface,
    console: Console,
    *,
    images: tuple[Path, ...],
    max_faces: int,
    measures: bool,
    into: Path | None,
    camera_id: str,
) -> Exit:
    """Find the faces of IMAGES: vector, quality and what would help.

    The vectors themselves are in the JSON document.
    """
    if into and len(images) > 1:
        raise click.UsageError("--enhanced takes one image")
    seen = [
        (
            path,
            mesh.extract(
                picture=path,
                max_faces=max_faces,
                measures=measures,
                enhanced=into is not None,
                camera_id=camera_id,
            ),
        )
        for path in images
    ]
    written = _write(into, seen[0][1]) if into else []
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
        for path in written:
            console.say(f"enhanced, not evidence: {path}")
    return _outcome(console, [answer for _, answer in seen])


def _outcome(console: Console, answers: Sequence[Extraction]) -> Exit:
    missing = sorted({word for answer in answers for word in answer.degradations})
    if missing:
        console.complain(f"no enhanced image: {', '.join(missing).replace('_', ' ')}")
        return Exit.UNAVAILABLE
    return Exit.OK if all(answer.faces for answer in answers) else Exit.UNUSABLE


def _write(into: Path, answer: Extraction) -> list[Path]:
    """Write one file a face, the most prominent one's where it was asked for."""
    written: list[Path] = []
    for number, found in enumerate(answer.faces, start=1):
        path = into if number == 1 else into.with_stem(f"{into.stem}-{number}")
        if found.enhanced:
            path.write_bytes(found.enhanced.png)
            written.append(path)
    return written


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
