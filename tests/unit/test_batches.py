"""Mean batch sizes, read from what a real registry exposes."""

import pytest
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from bench.batches import METRIC, Batches, means, parse


def test_reads_the_histogram_of_every_batcher() -> None:
    """Items and batches by batcher; other metrics are passed over."""
    registry = CollectorRegistry()
    sizes = Histogram(METRIC, "Items in a batch.", ["batcher"], registry=registry)
    Histogram("other_seconds", "Something else.", ["batcher"], registry=registry)
    for batcher, items in (("detector", 3), ("detector", 5), ("embedder", 1)):
        sizes.labels(batcher).observe(items)

    found = parse(generate_latest(registry).decode())

    assert {"detector": Batches(8, 2), "embedder": Batches(1, 1)} == found


def test_the_mean_is_of_what_ran_in_between() -> None:
    """What ran before is not counted; a batcher that was idle has no mean."""
    before = {"detector": Batches(10, 10), "gallery": Batches(4, 4)}
    after = {"detector": Batches(40, 20), "embedder": Batches(6, 4), "gallery": Batches(4, 4)}

    assert {"detector": 3.0, "embedder": 1.5} == pytest.approx(means(before, after))
