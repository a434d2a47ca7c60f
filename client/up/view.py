"""How a starting mesh looks: a live table on a terminal, a line per change elsewhere."""

import contextlib
import time
from collections.abc import Iterable, Iterator

from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from client.console import Console
from client.up.child import Child, State

STYLES = {
    State.STARTING: "yellow",
    State.SERVING: "green",
    State.DIED: "bold red",
    State.STOPPED: "dim",
}


class View:
    """Shows what happens to the services."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None

    def say(self, child: Child, sentence: str) -> None:
        """A child changed."""
        if self._live is None:
            self._console.say(f"{child.name:<10}{sentence}{_took(child)}")

    @contextlib.contextmanager
    def starting(self, children: Iterable[Child]) -> Iterator[None]:
        """Show a live table while the block runs, where there is a terminal to show it on."""
        if self._console.as_json or not self._console.out.is_terminal:
            yield
            return
        rows = list(children)
        live = Live(
            get_renderable=lambda: _table(rows), console=self._console.out, refresh_per_second=12
        )
        with live:
            self._live = live
            try:
                yield
            finally:
                live.refresh()
                self._live = None


def _table(children: list[Child]) -> Table:
    table = Table.grid(padding=(0, 2))
    for child in children:
        state = Text(child.state.value, style=STYLES[child.state])
        waiting = child.serving_after_s is None and child.state is State.STARTING
        seconds = time.monotonic() - child.started if waiting else child.serving_after_s or 0.0
        mark = Spinner("dots") if waiting else Text("✓" if child.serving_after_s else " ")
        table.add_row(mark, child.name, state, f"{seconds:.1f} s")
    return table


def _took(child: Child) -> str:
    if child.state is not State.SERVING or child.serving_after_s is None:
        return ""
    return f" after {child.serving_after_s:.1f} s"
