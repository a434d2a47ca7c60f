"""Plans, sizes and measurements in words and columns."""

from client.console import Console
from client.types.maintenance import IndexPlan, PlanMeasured

_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000


def plan(of: IndexPlan) -> str:
    """How a collection is searched, in a few words."""
    if not of.first_stage:
        return f"{of.storage}, all scanned"
    cells = f", {of.nprobe} cells" if of.nprobe else ""
    return f"{of.storage}, {of.first_stage}, best {of.shortlist}{cells}"


def size(count: int) -> str:
    """Bytes, in the unit that suits them."""
    amount, unit = float(count), 0
    while amount >= _STEP and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    return f"{amount:.{max(0, unit - 1)}f} {_UNITS[unit]}"


def show(console: Console, of: PlanMeasured) -> None:
    """Print one line of a table that grows; nothing for the answer that names the best."""
    if of.chosen:
        return
    if of.measured_count == 1:
        console.say(_line("plan", "recall@1", "recall@10", "ms", "ms of 64", "memory", ""))
    console.say(
        _line(
            plan(of.plan),
            f"{of.recall_at_1:.4f}",
            f"{of.recall_at_10:.4f}",
            f"{of.latency_ms:.2f}",
            f"{of.batched_latency_ms:.2f}",
            size(of.index_bytes),
            f"{of.measured_count} of {of.plan_count}",
        )
    )


def _line(name: str, *cells: str) -> str:
    """Fixed columns: the next row is not known when one is printed."""
    return f"{name:<54}" + "".join(f"{cell:>11}" for cell in cells)
