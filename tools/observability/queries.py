"""Questions that several panels ask, in the language of Prometheus."""

from tools.observability.panels import RATE, Panel


def per_second(series: str, *by: str, where: str = "") -> str:
    """How often something happens."""
    return f"sum by ({', '.join(by)}) (rate({series}{{{where}}}[{RATE}]))"


def mean(histogram: str, *by: str, where: str = "") -> str:
    """What was measured, on average."""
    total, count = (
        per_second(f"{histogram}_{part}", *by, where=where) for part in ("sum", "count")
    )
    return f"{total} / {count}"


def quantile(share: float, histogram: str, *by: str, where: str = "") -> str:
    """What so large a share stays below."""
    buckets = per_second(f"{histogram}_bucket", "le", *by, where=where)
    return f"histogram_quantile({share}, {buckets})"


def legend(*labels: str) -> str:
    """Values of labels, side by side."""
    return " ".join(f"{{{{{label}}}}}" for label in labels)


def how_often(
    title: str, series: str, *by: str, where: str = "", unit: str = "ops", text: str = ""
) -> Panel:
    """What happens each second, a line for each combination of labels."""
    return Panel(title, [(per_second(series, *by, where=where), legend(*by))], unit, text=text)


def how_long(title: str, histogram: str, *by: str, where: str = "") -> Panel:
    """What half, and all but few, stay below."""
    queries = [
        (quantile(share, histogram, *by, where=where), f"{legend(*by)} {words}")
        for share, words in ((0.5, "half"), (0.99, "99 %"))
    ]
    return Panel(title, queries, "s")
