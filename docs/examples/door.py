"""A door in Python: frames of one camera in, and what the door does about each visitor.

python door.py 127.0.0.1:50050 staff gate-7 frames/
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from client import Sureface
from faces.policy import Verdict


def frames(folder: str, *, fps: float = 5) -> Iterator[bytes]:
    """Stand in for a camera: encoded pictures by name, at its pace."""
    for file in sorted(Path(folder).glob("*.jpg")):
        yield file.read_bytes()
        time.sleep(1 / fps)


def main(address: str, collection_id: str, camera_id: str, folder: str) -> None:
    """Watch until the camera ends. The SDK goes on by itself when a stream is renewed."""
    with Sureface(address) as mesh:
        updates = mesh.identify_stream(
            frames(folder),
            scene="access_control",
            collection_id=collection_id,
            camera_id=camera_id,
        )
        for update in updates:
            decision = update.decision
            if decision is None:
                continue  # about the stream, not about a visitor
            if decision.verdict is Verdict.MATCH and update.candidate:
                print(f"open: resembles {update.candidate.person_id}", flush=True)
            elif decision.verdict is Verdict.RECAPTURE:
                print(f"ask: {decision.advices[0]}", flush=True)
            else:
                print(f"stay shut: {decision.reason}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
