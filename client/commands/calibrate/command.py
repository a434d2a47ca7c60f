"""``sureface calibrate``: photos in, a calibration file, a table and plots out."""

import importlib.util
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from client.bulk.progress import bar
from client.commands.calibrate.looking import Looked, look
from client.commands.calibrate.showing import show
from client.commands.options import FOLDER, talks
from client.console import Console
from client.exits import Exit
from client.photos import PersonFolder, people_in
from client.sdk import Sureface
from faces.calibration import Calibration, DataUnfit, fit, strays, twins
from faces.calibration.fitting import FEWEST_PEOPLE
from meshkit.calibration_file import encode

TARGETS = (0.01, 0.001)
"""FPIR of the table and the plots."""


@click.command()
@click.option("--data", type=FOLDER, required=True, help="A folder of photos for each person.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("calibration.toml"),
    show_default=True,
    help="Where to write the calibration. The gateway reads the folder GATEWAY_CALIBRATIONS.",
)
@click.option(
    "--plots",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write det.svg and fpir.svg to this folder; needs matplotlib.",
)
@click.option(
    "--min-quality",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Leave out photos below this quality score.",
)
@click.option("--name", default="", help="What the data are, for the file; the folder's name.")
@talks
def calibrate(
    mesh: Sureface,
    console: Console,
    *,
    data: Path,
    out: Path,
    plots: Path | None,
    min_quality: float,
    name: str,
) -> Exit:
    """Fit what similarities are worth to the people of --data, and write it to a file.

    Nobody is enrolled and no photo is kept: the mesh only extracts vectors. People should be those
    of your cameras, 100 or more, several photos of each. With the file, policies may ask for a
    `target_fpir`, and searches tell likelihood ratios.
    """
    if plots and importlib.util.find_spec("matplotlib") is None:
        raise click.UsageError("--plots needs matplotlib: pip install 'sureface[calibrate]'")
    people = _usable(people_in(data))
    try:
        with bar(console, sum(len(p.photos) for p in people), 0, unit="photos") as tell:
            looked = look(mesh, people, min_quality=min_quality, tell=tell)
        looked = _sorted(looked)
        calibration = _fit(console, looked, name=name or data.resolve().name)
    except DataUnfit as problem:
        raise click.UsageError(str(problem)) from None
    out.write_text(encode(calibration), encoding="utf-8")
    drawn = _draw(calibration, plots) if plots else []
    show(console, calibration, looked, [out, *drawn], TARGETS)
    return Exit.OK


def _usable(people: Sequence[PersonFolder]) -> Sequence[PersonFolder]:
    """Refuse what can be seen to be too little, before the mesh looks at all of it."""
    if len(people) < FEWEST_PEOPLE:
        raise click.UsageError(
            f"--data has {len(people)} folders with photos; a calibration needs at least "
            f"{FEWEST_PEOPLE} people, one folder each"
        )
    if max(len(person.photos) for person in people) == 1:
        raise click.UsageError("--data has one photo of each person; several of some are needed")
    return people


def _sorted(looked: Looked) -> Looked:
    """Leave out photos of somebody else; refuse a person who is there twice."""
    photos = looked.photos
    if len(found := twins(photos.vectors, photos.people)):
        one, other = (looked.names[number] for number in found[0].tolist())
        raise DataUnfit(f"{one} and {other} look like one person; each must have one folder")
    return looked.without(strays(photos.vectors, photos.people))


def _fit(console: Console, looked: Looked, *, name: str) -> Calibration:
    photos = looked.photos
    with bar(console, 2 * len(photos.people), 0, unit="photos compared") as tell:
        try:
            return fit(
                photos,
                contract_id=looked.contract_id,
                data=name,
                made=datetime.now(UTC),
                advance=_summed(tell),
            )
        except DataUnfit as problem:
            left_out = f" (left out: {looked.left_out})" if looked.left_out else ""
            raise DataUnfit(f"{problem}{left_out}") from None


def _summed(tell: Callable[[int], None]) -> Callable[[int], None]:
    """Takes counts, and tells what they come to."""
    done = 0

    def add(count: int) -> None:
        nonlocal done
        done += count
        tell(done)

    return add


def _draw(calibration: Calibration, folder: Path) -> list[Path]:
    from client.commands.calibrate.plots import draw  # noqa: PLC0415  # needs matplotlib

    folder.mkdir(parents=True, exist_ok=True)
    return draw(calibration, folder, TARGETS)
