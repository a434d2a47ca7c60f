"""Somebody who enrols people at a steady pace, in a process of its own.

    python -m bench.gallery.adding 127.0.0.1:50054 .cache/facelike/face.npy

One JSON document a line, in and out, until there is no more:

    {"per_s": 200, "seconds": 10}  ->  {"waits_s": [0.006, …], "took_s": 10.0}

Each call adds one template of somebody new. Calls begin when they are due, whether or not
those before have been answered.
"""

import argparse
import asyncio
import json
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc.aio
import numpy as np
import uvloop

from bench.gallery.source import COLLECTION, CONTRACT
from faces.embedding import Vectors
from meshkit.channels import options
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub


def strangers(templates: Vectors) -> Iterator[pb.AddTemplatesRequest]:
    """People who are between two others, and so as much like a face as they are."""
    generator = np.random.default_rng(0)
    while True:
        pair = templates[generator.integers(len(templates), size=2)].sum(axis=0)
        vector = (pair / np.linalg.norm(pair)).astype("<f4")
        sample = pb.NewTemplate(packed_vector=vector.tobytes(), quality=0.9)
        yield pb.AddTemplatesRequest(
            request_id=str(uuid.uuid4()),
            collection_id=COLLECTION,
            contract_id=CONTRACT,
            person_id=str(uuid.uuid4()),
            templates=[sample],
        )


async def add(stub: Any, people: Iterator[pb.AddTemplatesRequest], count: int, per_s: float) -> Any:
    """Add `count` people at a pace; what each call waited for its answer, and all of them."""
    waits: list[float] = []

    async def one(request: pb.AddTemplatesRequest) -> None:
        asked = time.perf_counter()
        await stub.AddTemplates(request)
        waits.append(time.perf_counter() - asked)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / per_s - time.perf_counter()))
            group.create_task(one(next(people)))
    return {"waits_s": waits, "took_s": time.perf_counter() - began}


async def _serve(address: str, templates: Path) -> None:
    people = strangers(np.load(templates, mmap_mode="r"))
    services = pb.DESCRIPTOR.services_by_name.values()
    async with grpc.aio.insecure_channel(address, options=options(services)) as channel:
        stub: Any = GalleryServiceStub(channel)
        for line in sys.stdin:
            asked = json.loads(line)
            count = round(asked["per_s"] * asked["seconds"])
            print(json.dumps(await add(stub, people, count, asked["per_s"])), flush=True)


def main() -> None:
    """Answer lines until there is none."""
    parser = argparse.ArgumentParser(prog="python -m bench.gallery.adding", description=__doc__)
    parser.add_argument("address")
    parser.add_argument("templates", type=Path)
    arguments = parser.parse_args()
    uvloop.run(_serve(arguments.address, arguments.templates))


if __name__ == "__main__":
    main()
