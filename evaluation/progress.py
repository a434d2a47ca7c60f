"""Shows how far a measurement is."""

from collections.abc import Callable

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.progress import TimeRemainingColumn as Remaining

Bar = Callable[[str, int], Callable[[int], None]]
"""Shows a task with a title and so many crops, and hears of them."""


def progress_bar() -> Progress:
    """Bars of tasks, each with what is done and how long the rest takes."""
    return Progress(
        TextColumn("{task.description:<32}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        Remaining(),
    )


def bars(progress: Progress) -> Bar:
    """A bar for each task."""

    def bar(title: str, total: int) -> Callable[[int], None]:
        task = progress.add_task(title, total=total)
        return lambda count: progress.advance(task, count)

    return bar
