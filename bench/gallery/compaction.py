"""One compaction of a gallery: how long its halves took, and what it and searches needed."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from bench.gallery.callers import Requests, searches
from bench.gallery.enrolment import PER_S
from bench.gallery.lines import Client
from bench.gallery.served import Served, stub, upkeep
from bench.gallery.source import COLLECTION
from bench.gallery.waits import Waits
from sureface.gallery.v1 import maintenance_pb2 as pb

_TOLD = b'"an index was rebuilt"'
"""What the gallery logs between both halves of a compaction."""

_LOOK_S = 0.02

_BURST_S = 0.5
"""Of adding: nobody adds for longer once the index is rebuilt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compaction:
    """One of them."""

    rebuild_s: float
    """Until the new index answered."""

    rewrite_s: float
    """From then until the store was written anew."""

    before_mib: float
    most_mib: float
    """Resident memory, before it and at its most while the index was rebuilt."""

    during: Waits
    """Searches that were asked for while the index was rebuilt."""

    after: Waits
    """Those while the store was written anew."""


def compacted(served: Served, requests: Requests | None, client: Client | None) -> Compaction:
    """Have the collection compacted.

    Args:
        served: The gallery.
        requests: Searches to send meanwhile; None sends none.
        client: Adds templates until the new index answers; None adds none.
    """
    before_mib, begins = served.resident_mib(), served.log.stat().st_size
    request = pb.CompactCollectionRequest(collection_id=COLLECTION)
    nothing = Waits(np.empty(0), 0.0)
    with (
        ThreadPoolExecutor(3) as threads,
        stub(served.address) as calling,
        upkeep(served.address) as asking,
    ):
        began = time.perf_counter()
        whole = threads.submit(asking.CompactCollection, request)
        half = threads.submit(_rebuilt, served, begins, whole.done)
        adding = threads.submit(_add, client, half.done)
        during = searches(calling, requests, half.done) if requests else nothing
        after = searches(calling, requests, whole.done) if requests else nothing
        whole.result()
        ended = time.perf_counter()
        adding.result()
        swapped, most_mib = half.result()
    return Compaction(
        rebuild_s=swapped - began,
        rewrite_s=ended - swapped,
        before_mib=before_mib,
        most_mib=most_mib,
        during=during,
        after=after,
    )


def _rebuilt(served: Served, begins: int, ended: Callable[[], bool]) -> tuple[float, float]:
    """Wait until the log tells of the new index: when that was, and the most memory until then."""
    most_mib = 0.0
    with served.log.open("rb") as log:
        log.seek(begins)
        told = b""
        while _TOLD not in (told := told[-len(_TOLD) :] + log.read()):
            if ended() and _TOLD not in (told := told + log.read()):
                raise SystemExit("an index was to be rebuilt, and the log does not say so")
            most_mib = max(most_mib, served.resident_mib())
            time.sleep(_LOOK_S)
    return time.perf_counter(), most_mib


def _add(client: Client | None, enough: Callable[[], bool]) -> None:
    while client and not enough():
        client.ask({"per_s": PER_S, "seconds": _BURST_S})
