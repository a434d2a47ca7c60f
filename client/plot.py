"""Small plots in lines of text."""

from collections.abc import Sequence

_STEPS = "▁▂▃▄▅▆▇█"
_PARTS = "▏▎▍▌▋▊▉█"


def columns(counts: Sequence[int]) -> str:
    """One column for each count, up to the highest; an empty one is a dot."""
    most = max(counts, default=0)
    return "".join(_STEPS[-(-8 * count // most) - 1] if count else "·" for count in counts)


def bar(share: float, *, width: int = 10) -> str:
    """A bar for a share in [0, 1]; anything above 0 shows."""
    eighths = max(round(8 * width * share), 1 if share > 0 else 0)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_PARTS[rest - 1] if rest else "")
