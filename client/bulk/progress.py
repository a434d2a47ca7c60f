"""A bar for templates on their way: how many of how many, how fast, until when."""

import contextlib
from collections.abc import Callable, Iterator

from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text
from typing_extensions import override

from client.console import Console


class _Rate(ProgressColumn):
    """Templates a second."""

    @override
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f} templates/s" if task.speed else "")


@contextlib.contextmanager
def bar(console: Console, total: int, done: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal while the block runs; yields what to tell it.

    Args:
        console: Where to; not into files, and not with ``--json``.
        total: Templates in all.
        done: Those that need no time any more.
    """
    columns = (BarColumn(), TextColumn("{task.completed:,.0f} of {task.total:,.0f}"))
    hidden = console.as_json or not console.err.is_terminal
    with Progress(
        *(*columns, _Rate(), TimeRemainingColumn()),
        console=console.err,
        transient=True,
        disable=hidden,
    ) as progress:
        task = progress.add_task("", total=max(total, 1), completed=done)
        yield lambda count: progress.update(task, completed=count, total=max(total, count, 1))
