"""How large the batches of a mesh really were, from the metrics of its services."""

import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from bench.mesh import Mesh
from client.up.plan import HOST

METRIC = "batcher_batch_items"
"""The histogram that every batcher keeps, labelled with its name."""


@dataclass(frozen=True, slots=True)
class Batches:
    """What a batcher has run since it started."""

    items: float
    count: float


def read(mesh: Mesh) -> dict[str, Batches]:
    """Ask every service that batches, by the name of the batcher."""
    found: dict[str, Batches] = {}
    for port in mesh.metrics.values():
        with urllib.request.urlopen(f"http://{HOST}:{port}/metrics") as answer:
            found |= parse(answer.read().decode())
    return found


def parse(text: str) -> dict[str, Batches]:
    """Find the histogram in the text format of Prometheus."""
    values: dict[tuple[str, str], float] = {}
    for family in text_string_to_metric_families(text):
        if family.name == METRIC:
            for sample in family.samples:
                name = sample.labels["batcher"]
                values[name, sample.name.removeprefix(f"{METRIC}_")] = sample.value
    names = {name for name, _ in values}
    return {name: Batches(values[name, "sum"], values[name, "count"]) for name in names}


def means(before: Mapping[str, Batches], after: Mapping[str, Batches]) -> dict[str, float]:
    """Mean items in a batch between two readings; a batcher that ran nothing is left out."""
    nothing = Batches(0, 0)
    spent = {
        name: Batches(now.items - was.items, now.count - was.count)
        for name, now in after.items()
        for was in [before.get(name, nothing)]
    }
    return {name: run.items / run.count for name, run in sorted(spent.items()) if run.count}
