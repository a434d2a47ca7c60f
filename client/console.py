"""What the command line says: tables for people on stdout, or one JSON document.

Colours appear on a terminal only, and never with NO_COLOR. Complaints go to stderr,
one line each.
"""

import os
import sys
from collections.abc import Iterable, Sequence

import rich.console
from rich.table import Table
from rich.text import Text

from client.plain import document, refusal
from faces.errors import FaceError
from faces.policy import Verdict

WIDE = 240
"""Columns of an output that is not a terminal: whoever reads it wraps it."""

STYLES = {
    Verdict.MATCH: "bold green",
    Verdict.NO_MATCH: "bold cyan",
    Verdict.REVIEW: "bold yellow",
    Verdict.RECAPTURE: "bold magenta",
    Verdict.REJECT: "bold red",
}


class Console:
    """Where a command puts its answer."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.out = _rich(stderr=False)
        self.err = _rich(stderr=True)

    def answer(self, value: object) -> None:
        """Print the one JSON document of a command. Only with ``--json``."""
        _emit(document(value))

    def say(self, text: str) -> None:
        """Print lines for people; nothing with ``--json``."""
        if not self.as_json:
            self._print(Text("\n").join(Text(clean(line)) for line in text.split("\n")))

    def verbatim(self, text: str) -> None:
        """Print text to the last blank, as for a file; nothing with ``--json``."""
        if not self.as_json:
            lines = text.removesuffix("\n").split("\n")
            _emit("\n".join(map(clean, lines) if self.out.is_terminal else lines))

    def facts(self, rows: Iterable[tuple[str, str | Text]]) -> None:
        """Print labels and values, aligned. Rows without a value are left out."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column()
        for label, value in rows:
            if value:
                grid.add_row(label, value if isinstance(value, Text) else clean(value))
        self._print(grid)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
        """Print an aligned table; columns whose name ends in a space are numbers."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for name in columns:
            table.add_column(
                name.strip(), justify="right" if name.endswith(" ") else "left", overflow="fold"
            )
        for row in rows:
            table.add_row(*(c if isinstance(c, Text) else clean(c) for c in row))
        self._print(table)

    def _print(self, what: Table | Text) -> None:
        if self.out.is_terminal:
            self.out.print(what)
        else:
            # Columns are padded to the right: noise for whoever reads a file or a pipe.
            with self.out.capture() as captured:
                self.out.print(what)
            _emit("\n".join(line.rstrip() for line in captured.get().splitlines()))

    def refuse(self, error: FaceError) -> None:
        """Say what the mesh refused and what to do: one line, and a document with ``--json``."""
        self.complain(f"{error} [{error.reason.removeprefix('ERROR_REASON_')}]: {error.code.value}")
        if self.as_json:
            self.answer(refusal(error))

    def complain(self, text: str) -> None:
        """Print one line on stderr."""
        complain(text)


def _emit(text: str) -> None:
    """Write to stdout; if nobody reads it any more, go on in silence.

    The exit code still tells what was decided, and a mesh does not fall because the
    reader of its progress left.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """Print one line on stderr, as this program's."""
    print(f"sureface: {clean(' '.join(text.split()))}", file=sys.stderr)


def verdict(value: Verdict) -> Text:
    """A verdict as it is shown everywhere."""
    return Text(value.name, style=STYLES[value])


def clean(text: str) -> str:
    """Text that cannot steer a terminal: file names may hold anything."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _rich(*, stderr: bool) -> rich.console.Console:
    stream = sys.stderr if stderr else sys.stdout
    terminal = stream.isatty()
    return rich.console.Console(
        stderr=stderr,
        force_terminal=terminal,
        width=None if terminal else WIDE,
        markup=False,
        highlight=False,
        emoji=False,
    )
