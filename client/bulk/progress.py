"""A bar for what is on its way: how many of how many, how fast, until when."""

import contextlib
from collections.abc import Callable, Iterator

from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text
from typing_extensions import override

from client.console import Console


class _Rate(ProgressColumn):
    """So many a second."""

    def __init__(self, unit: str, digits: int) -> None:
        super().__init__()
        self._unit, self._digits = unit, digits

    @override
    def render(self, task: Task) -> Text:
        if not task.speed:
            return Text("")
        return Text(f"{task.speed:,.{self._digits}f} {self._unit}/s")


@contextlib.contextmanager
def bar(
    console: Console, total: int, done: int, *, unit: str = "templates", digits: int = 0
) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal while the block runs; yields what to tell it.

    Args:
        console: Where to; not into files, and not with ``--json``.
        total: How many in all.
        done: Those that need no time any more.
        unit: What they are.
        digits: Of how fast, behind the point.
    """
    columns = (BarColumn(), TextColumn("{task.completed:,.0f} of {task.total:,.0f}"))
    hidden = console.as_json or not console.err.is_terminal
    with Progress(
        *(*columns, _Rate(unit, digits), TimeRemainingColumn()),
        console=console.err,
        transient=True,
        disable=hidden,
    ) as progress:
        task = progress.add_task("", total=max(total, 1), completed=done)
        yield lambda count: progress.update(task, completed=count, total=max(total, count, 1))
