"""The two commands: make the files of `models/` again, or check the ones that are there."""

from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tools.models.equivalence import batch_difference, original_difference
from tools.models.fetch import fetch, require_hash
from tools.models.recipes import RECIPES
from tools.models.reexport import reexport
from tools.models.registry import Entry, ModelsWrong, load

TOLERANCE = 1e-5
"""Most that a re-export may differ from the original or between batch sizes, as a share."""


def build(folder: Path) -> None:
    """Fetch, re-export and write every model of `folder` that has an upstream source.

    Raises:
        ModelsWrong: Anything differs from `models.toml`. Files made before stay written.
    """
    entries = [entry for entry in load(folder) if entry.source is not None]
    columns = (TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn()) as progress:
        task = progress.add_task("models", total=len(entries))
        for entry in entries:
            progress.update(task, description=entry.name)
            _build_one(entry, folder)
            progress.advance(task)
        progress.update(task, description="done")


def verify(folder: Path) -> None:
    """Check the sha256 of every committed model.

    Raises:
        ModelsWrong: A file is missing or differs.
    """
    for entry in load(folder):
        path = folder / entry.file
        if not path.is_file():
            raise ModelsWrong(f"{entry.file}: missing; `make models` builds it")
        require_hash(entry.file, path.read_bytes(), entry.sha256)


def _build_one(entry: Entry, folder: Path) -> None:
    if entry.source is None or entry.name not in RECIPES:
        raise ModelsWrong(f"{entry.name}: has a source but no recipe in tools/models/recipes.py")
    upstream = fetch(entry.source)
    recipe = RECIPES[entry.name]
    model = reexport(upstream.model, recipe)
    _require_close(
        f"{entry.name} against upstream", original_difference(model, upstream.model, recipe)
    )
    _require_close(f"{entry.name} in a batch", batch_difference(model, recipe))
    require_hash(entry.file, model, entry.sha256)
    (folder / entry.file).write_bytes(model)
    licence = folder / entry.licence_file
    licence.parent.mkdir(exist_ok=True)
    licence.write_text(upstream.licence, encoding="utf-8")


def _require_close(what: str, difference: float) -> None:
    if not difference <= TOLERANCE:  # also refuses NaN
        raise ModelsWrong(
            f"{what}: differs by {difference:.2g}, at most {TOLERANCE:.0e} is allowed"
        )
