"""Sections of tables, plots and sentences, and the page that holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2733; margin: 2rem auto; max-width: 1060px;
       padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 2.6rem; border-bottom: 1px solid #d5dbe1; }
p { max-width: 46rem; } figure { margin: 1.2rem 0; } svg { max-width: 100%; height: auto; }
figcaption, caption { color: #586673; font-size: 13px; text-align: left; padding: .3rem 0; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums;
        font-size: 13.5px; }
div { overflow-x: auto; }
th, td { padding: .22rem .7rem; border-bottom: 1px solid #e4e8ec; text-align: right;
         white-space: nowrap; } th { white-space: normal; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; } thead th { border-bottom: 2px solid #9aa7b3; }
.met { color: #17703c; } .missed { color: #b3261e; font-weight: 600; }
nav a { margin-right: 1rem; }
""".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A text, and what it is: ``met``, ``missed`` or nothing special."""

    text: str
    kind: str = ""


Line = Sequence[str | Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a head; the first column is text, the others are numbers."""

    head: Sequence[str]
    lines: Sequence[Line]
    caption: str = ""

    def render(self) -> str:
        """As HTML."""
        head = "".join(f"<th>{escape(text)}</th>" for text in self.head)
        lines = "\n".join(f"<tr>{''.join(map(_cell, line))}</tr>" for line in self.lines)
        caption = f"<caption>{escape(self.caption)}</caption>" if self.caption else ""
        return (
            f"<div><table>{caption}<thead><tr>{head}</tr></thead>\n"
            f"<tbody>\n{lines}\n</tbody></table></div>"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A plot as SVG, and what it shows."""

    svg: str
    caption: str

    def render(self) -> str:
        """As HTML."""
        return f"<figure>{self.svg}<figcaption>{escape(self.caption)}</figcaption></figure>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph."""

    text: str

    def render(self) -> str:
        """As HTML."""
        return f"<p>{escape(self.text)}</p>"


Block = Table | Figure | Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question."""

    title: str
    blocks: Sequence[Block]

    @property
    def anchor(self) -> str:
        """Of links to it."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.title.lower())

    def render(self) -> str:
        """As HTML."""
        body = "\n".join(block.render() for block in self.blocks)
        return f'<section id="{self.anchor}"><h2>{escape(self.title)}</h2>\n{body}\n</section>'


def render(title: str, opening: Sequence[Block], sections: Sequence[Section]) -> str:
    """The whole page."""
    links = "".join(f'<a href="#{each.anchor}">{escape(each.title)}</a>' for each in sections)
    parts = [*(block.render() for block in opening), *(each.render() for each in sections)]
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>\n<nav>{links}</nav>\n{body}\n</body></html>\n"
    )


def _cell(given: str | Cell) -> str:
    cell = given if isinstance(given, Cell) else Cell(text=given)
    kind = f' class="{cell.kind}"' if cell.kind else ""
    return f"<td{kind}>{escape(cell.text)}</td>"
