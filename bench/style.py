"""How plots look, in our pages and in reports."""

from typing import Any

STYLE: dict[Any, Any] = {
    # Ids in the file come from this, not from chance; letters stay letters.
    "svg.hashsalt": "sureface",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
"""For `matplotlib.rc_context`; its stubs want literal keys."""
