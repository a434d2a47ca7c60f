"""dlib's `face_recognition` doing what `Identify` does, for any Python that has it.

Run as a file, so that it may live in an environment of its own (the package wants an old
setuptools); therefore it imports nothing of ours. One JSON document a line, in and out:

    {"enroll": [PATH, …], "workers": 2}  ->  {"people": 3}
    {"identify": [PATH, …]}              ->  {"waits_s": [0.11, …], "took_s": 7.9, "faces": 41}

Workers are processes: dlib holds Python's lock while it computes, so threads would share
one core.
"""

import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import face_recognition
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
"""Shape (n, 128)."""

_known: list[Vectors] = []
"""The collection, in a worker."""


def embed(path: str) -> list[Any]:
    """Vectors of the faces of a photo, by the package's defaults."""
    found: list[Any] = face_recognition.face_encodings(face_recognition.load_image_file(path))
    return found


def identify(path: str) -> tuple[float, bool]:
    """Seconds for a photo, and whether dlib saw a face in it."""
    began = time.perf_counter()
    vectors = embed(path)
    if vectors:
        int(np.argmin(face_recognition.face_distance(_known[0], vectors[0])))
    return time.perf_counter() - began, bool(vectors)


def enrolled(paths: Sequence[str], workers: int) -> tuple[ProcessPoolExecutor, int]:
    """Workers that know everybody whose face dlib sees, and how many those are."""
    vectors = np.array([vector for path in paths for vector in embed(path)[:1]])
    pool = ProcessPoolExecutor(workers, initializer=_known.append, initargs=(vectors,))
    return pool, len(vectors)


def identified(pool: ProcessPoolExecutor, paths: Sequence[str]) -> dict[str, object]:
    """Identify photos on all workers."""
    began = time.perf_counter()
    done = list(pool.map(identify, paths))
    took_s = time.perf_counter() - began
    waits = [wait for wait, _ in done]
    return {"took_s": took_s, "waits_s": waits, "faces": sum(found for _, found in done)}


def main() -> None:
    """Serve the first line, then the others."""
    asked = json.loads(sys.stdin.readline())
    pool, people = enrolled(asked["enroll"], asked["workers"])
    print(json.dumps({"people": people}), flush=True)
    with pool:
        for line in sys.stdin:
            print(json.dumps(identified(pool, json.loads(line)["identify"])), flush=True)


if __name__ == "__main__":
    main()
