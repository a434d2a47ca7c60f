"""What each part of the served model is worth."""

from evaluation.ablations import Ablations
from evaluation.page.html import Section, Table, Text
from evaluation.page.numbers import share


def section(found: Ablations) -> Section:
    """One line a model."""
    text = (
        "Judged on people of train/ who are kept aside: by these numbers it was chosen what is "
        "served. LFW had no say, so they are not those of the other sections."
    )
    lines = [[name, *(share(value) for value in row)] for name, row in found.rows.items()]
    return Section(
        title="Ablations",
        blocks=[Text(text=text), Table(head=["", *found.columns], lines=lines)],
    )
