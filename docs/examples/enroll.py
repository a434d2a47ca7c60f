"""Enrolment of many people in Python: a folder of folders, one for each person.

python enroll.py 127.0.0.1:50050 staff photos/
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from client import Sureface
from client.types import Enrollee, Photo


def people(folder: str) -> Iterator[Enrollee]:
    """Everybody, one at a time: photos are read when it is their turn."""
    for person in sorted(Path(folder).iterdir()):
        photos = [Photo(file, source_id=file.name) for file in sorted(person.glob("*.jpg"))]
        yield Enrollee(person_id=person.name, photos=photos)


def main(address: str, collection_id: str, folder: str) -> None:
    """Enrol, and tell of each person when they are done."""
    with Sureface(address) as mesh:
        outcomes = mesh.batch_enroll(
            people(folder), scene="access_control", collection_id=collection_id
        )
        for outcome in outcomes:
            who = outcome.enrollee.person_id
            if outcome.enrollment is None:
                print(f"{who}: refused: {outcome.error}")
                continue
            for photo in outcome.enrollment.outcomes:
                print(f"{who}: {'enrolled' if photo.enrolled else photo.reason}")


if __name__ == "__main__":
    main(*sys.argv[1:])
