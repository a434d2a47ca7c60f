"""`sureface enroll`: a folder of folders becomes people."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from client.photos import PHOTOS
from faces.errors import CollectionExists, CollectionNotFound, FaceError, Internal, SceneUnknown
from sureface.enrollment.v1 import enrollment_pb2 as pb
from tests.answers import enrolled
from tests.cli import run
from tests.fake_gateway import FakeGateway


def people(folder: Path, **photos: int) -> Path:
    """Make a folder of folders with so many photos each."""
    for person_id, count in photos.items():
        (folder / person_id).mkdir(parents=True)
        for number in range(count):
            (folder / person_id / f"{number:03}.JPG").write_bytes(b"jpeg")
    return folder


def sent(gateway: FakeGateway) -> list[pb.EnrollPersonRequest]:
    """People that arrived."""
    requests = [each for each in gateway.requests if isinstance(each, pb.BatchEnrollRequest)]
    return [request.person for request in requests]


def test_a_folder_is_a_person(gateway: FakeGateway, tmp_path: Path) -> None:
    """Each folder is enrolled under its name, at most 16 photos a time, other files aside."""
    folder = people(tmp_path / "people", ann=17, bob=1, nobody=0)
    (folder / "ann" / "notes.txt").write_text("not a photo")
    (folder / "ann" / ".hidden.jpg").write_text("not a photo")
    result = run(gateway, "enroll", folder, "--collection", "staff", "--scene", "alarm_review")

    assert [("ann", 16), ("ann", 1), ("bob", 1)] == [
        (person.person_id, len(person.photos)) for person in sent(gateway)
    ]
    assert {"alarm_review"} == {person.scene for person in sent(gateway)}
    assert "000.JPG" == sent(gateway)[0].photos[0].source_id
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


@pytest.mark.parametrize(
    ("call", "error"),
    [
        pytest.param("GetPolicy", SceneUnknown(scene="access_control"), id="scene"),
        pytest.param("GetCollection", CollectionNotFound(collection_id="staff"), id="collection"),
    ],
)
def test_a_wrong_name_stops_everything(
    gateway: FakeGateway, tmp_path: Path, call: str, error: FaceError
) -> None:
    """What would be refused person by person is found before a photo is sent."""
    gateway.answers[call] = error
    result = run(gateway, "enroll", people(tmp_path, ann=1), "--collection", "staff")

    assert 5 == result.exit_code
    assert [] == sent(gateway)


def test_photos_are_told_in_order(gateway: FakeGateway, tmp_path: Path) -> None:
    """Person by person and by name, in whatever order they are done; none is left out."""

    def backwards(requests: Iterator[pb.BatchEnrollRequest]) -> Iterator[Any]:
        for request in [next(requests) for _ in range(3)][::-1]:
            yield pb.BatchEnrollResponse(
                request_id=request.person.request_id, outcome=enrolled(request.person)
            )

    gateway.answers["BatchEnroll"] = backwards
    folder = people(tmp_path, ann=PHOTOS + 1, bob=1)
    (folder / "ann" / "003.JPG").write_bytes(bytes(20 * 2**20 + 1))
    (folder / "ann" / "900.JPG").write_bytes(b"jpeg")
    told = json.loads(run(gateway, "enroll", folder, "--collection", "staff", "--json").stdout)

    photos = [f"{number:03}.JPG" for number in range(PHOTOS + 1)]
    assert [*photos, "900.JPG", "000.JPG"] == [Path(each["photo"]).name for each in told]
    reasons = {each["outcome"]["error_reason"] for each in told if not each["outcome"]["enrolled"]}
    assert {"ERROR_REASON_IMAGE_BYTES"} == reasons


def test_one_who_is_refused_does_not_stop_the_others(gateway: FakeGateway, tmp_path: Path) -> None:
    """The table says why, photo by photo; the code is that of the failure."""
    error = Internal(incident="ab12")

    def script(requests: Iterator[pb.BatchEnrollRequest]) -> Iterator[Any]:
        for request in requests:
            answer = pb.BatchEnrollResponse(request_id=request.person.request_id)
            if request.person.person_id == "ann":
                answer.error_reason = error.reason
                answer.error_metadata.update(error.metadata)
            else:
                answer.outcome.CopyFrom(enrolled(request.person))
            yield answer

    gateway.answers["BatchEnroll"] = script
    folder = people(tmp_path, ann=2, bob=1)
    result = run(gateway, "enroll", folder, "--collection", "staff")

    assert 7 == result.exit_code
    assert 2 == result.stdout.count("internal error, incident ab12")
    assert ["photos", "1", "2", "3"] == result.stdout.splitlines()[-1].split()
