"""`sureface enroll`: a folder of folders becomes people."""

from pathlib import Path

import pytest

from faces.errors import (
    CollectionExists,
)
from tests.cli import run
from tests.fake_gateway import FakeGateway


def people(folder: Path, **photos: int) -> Path:
    """Make a folder of folders with so many photos each."""
    for person_id, count in photos.items():
        (folder / person_id).mkdir(parents=True)
        for number in range(count):
            (folder / person_id / f"{number:03}.JPG").write_bytes(b"jpeg")
    return folder


def test_a_folder_is_a_person(gateway: FakeGateway, tmp_path: Path) -> None:
    """Each folder is enrolled under its name, at most 16 photos a call, other files aside."""
    folder = people(tmp_path / "people", ann=17, bob=1, nobody=0)
    (folder / "ann" / "notes.txt").write_text("not a photo")
    (folder / "ann" / ".hidden.jpg").write_text("not a photo")
    result = run(gateway, "enroll", folder, "--collection", "staff", "--scene", "alarm_review")

    assert [("ann", 16), ("ann", 1), ("bob", 1)] == [
        (request.person_id, len(request.photos)) for request in gateway.requests
    ]
    assert {"alarm_review"} == {request.scene for request in gateway.requests}
    assert "000.JPG" == gateway.requests[0].photos[0].source_id
    assert 0 == result.exit_code
    assert ["photos", "18", "0", "18"] == result.stdout.splitlines()[-1].split()


def test_somebody_without_a_good_photo_shows_in_the_code(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    """Enrolment goes on, tells photo by photo, and leaves with 4."""
    folder = people(tmp_path / "people", ann=1, bob=1)
    (folder / "ann" / "000.JPG").rename(folder / "ann" / "bad.jpg")
    result = run(gateway, "enroll", folder, "--collection", "staff")

    assert 4 == result.exit_code
    assert "quality 0.30, this scene needs 0.60" in result.stdout
    assert ["persons", "1", "1", "2"] == result.stdout.splitlines()[-2].split()


def test_a_folder_that_names_nobody_stops_everything(gateway: FakeGateway, tmp_path: Path) -> None:
    """An identifier that the mesh would refuse is found before anybody is enrolled."""
    folder = people(tmp_path / "people", ann=1) / "John Doe"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"jpeg")
    result = run(gateway, "enroll", folder.parent, "--collection", "staff")

    assert 5 == result.exit_code
    assert [] == gateway.requests


@pytest.mark.parametrize("there", [False, True], ids=["new", "there already"])
def test_enroll_makes_the_collection(gateway: FakeGateway, tmp_path: Path, there: bool) -> None:
    """--create makes the collection, and does not mind one that is there."""
    if there:
        gateway.answers["CreateCollection"] = CollectionExists(collection_id="staff")
    folder = people(tmp_path / "people", ann=1)

    assert 0 == run(gateway, "enroll", folder, "--collection", "staff", "--create").exit_code
