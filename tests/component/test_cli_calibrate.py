"""`sureface calibrate` against a gateway that sees what the files say: ``PERSON NUMBER``."""

import importlib.util
import json
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest

from faces.errors import FaceError, ImageBroken, ServiceUnavailable
from meshkit.calibration_file import parse
from sureface.analysis.v1 import analysis_pb2 as pb
from sureface.type.v1 import face_pb2
from tests import answers
from tests.cli import run
from tests.fake_gateway import FakeGateway

CONTRACT = "arc32-1"


def seen(request: pb.ExtractRequest) -> pb.ExtractResponse | FaceError:
    """A vector near the person's; some words change what is in the picture."""
    person, number = request.image.data.decode().split()
    if number == "broken":
        return ImageBroken(format="JPEG")
    generator = np.random.default_rng([int(part) for part in person.encode()])
    centre = generator.normal(size=32)
    own = np.random.default_rng(len(number) + int(number.strip("xo"), 36)).normal(size=32)
    vector = centre + 0.6 * own
    face = pb.ExtractedFace(
        face=answers.FACE,
        vector=vector / np.linalg.norm(vector),
        quality=face_pb2.Quality(score=0.2 if "o" in number else 0.8, magnitude=3.0),
    )
    count = {"0": 0}.get(number, 2 if "x" in number else 1)
    return pb.ExtractResponse(faces=[face] * count, contract_id=CONTRACT)


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> Path:
    """Thirty people with four photos each, and what else lies around."""
    folder = tmp_path / "people"
    for person in range(30):
        fill(folder / f"p{person:02}", f"p{person:02}", "1", "2", "3", "4")
    (folder / "README.md").write_text("no person")
    return folder


def fill(folder: Path, person: str, *numbers: str) -> None:
    """Photos of a person."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number}.jpg").write_text(f"{person} {number}")


@pytest.fixture(autouse=True)
def _sees(gateway: FakeGateway) -> None:
    gateway.answers["Extract"] = seen


def test_fits_writes_and_says_what_came_of_it(
    gateway: FakeGateway, data: Path, tmp_path: Path
) -> None:
    """The file is one that a gateway reads; the table says how far the data go."""
    out, plots = tmp_path / "ours.toml", tmp_path / "plots"
    fill(data / "p00", "p00", "0", "5x", "broken")

    result = run(
        gateway, "calibrate", "--data", str(data), "--out", str(out), "--plots", str(plots)
    )

    assert 0 == result.exit_code
    found = parse(out.read_bytes())
    assert (CONTRACT, "people", 30, 120) == (
        found.contract_id,
        found.data,
        found.counts.persons,
        found.counts.photos,
    )
    assert "1 without a face" in result.stdout
    assert "1 with several faces" in result.stdout
    assert "1 unreadable" in result.stdout
    assert "target FPIR" in result.stdout
    assert "target_fpir 0.01: the data support" in result.stdout
    assert found.version in result.stdout
    assert {"det.svg", "fpir.svg"} == {path.name for path in plots.iterdir()}
    assert "" == result.stderr


def test_answers_one_document(gateway: FakeGateway, data: Path, tmp_path: Path) -> None:
    """With all that the table says, and the fit."""
    out = tmp_path / "ours.toml"

    result = run(gateway, "calibrate", "--data", str(data), "--out", str(out), "--json")

    answer = json.loads(result.stdout)
    assert {"calibration", "left_out", "lines", "written"} == set(answer)
    assert [str(out)] == answer["written"]
    assert parse(out.read_bytes()).version == answer["calibration"]["version"]


def test_photos_in_the_wrong_folder_stay_out(
    gateway: FakeGateway, data: Path, tmp_path: Path
) -> None:
    """And the folder is named; a person of whom none is left counts no more."""
    fill(data / "p03", "p07", "9")
    fill(data / "zoe", "p11", "8")
    fill(data / "zoe", "p12", "9")
    out = tmp_path / "ours.toml"

    result = run(gateway, "calibrate", "--data", str(data), "--out", str(out))

    found = parse(out.read_bytes())
    assert "3 of somebody else (in p03, zoe)" in result.stdout
    assert (30, 120) == (found.counts.persons, found.counts.photos)


def few(data: Path) -> None:
    """Too few people."""
    for person in range(19, 30):
        for photo in (data / f"p{person}").iterdir():
            photo.unlink()


def alone(data: Path) -> None:
    """One photo each."""
    for photo in data.glob("p*/[234].jpg"):
        photo.unlink()


def faceless(data: Path) -> None:
    """Nobody is on the photos."""
    for folder in data.glob("p*"):
        for photo in folder.iterdir():
            photo.write_text(f"{folder.name} 0")


def twice(data: Path) -> None:
    """Somebody has two folders."""
    fill(data / "zoe", "p03", "1", "2", "5")


def mostly_faceless(data: Path) -> None:
    """Of too few people there is a photo with one face."""
    for folder in data.glob("p[12]*"):
        for photo in folder.iterdir():
            photo.write_text(f"{folder.name} 0")


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        pytest.param(few, "19 folders with photos; a calibration needs at least 20", id="few"),
        pytest.param(alone, "one photo of each person", id="one photo each"),
        pytest.param(faceless, "no photo can be used: 120 without a face", id="no faces"),
        pytest.param(twice, "p03 and zoe look like one person", id="a person twice"),
        pytest.param(
            mostly_faceless,
            "10 people; a calibration needs at least 20 (left out: 80 without a face)",
            id="few with a face",
        ),
    ],
)
def test_bad_data_are_one_line(
    gateway: FakeGateway, data: Path, tmp_path: Path, spoil: Callable[[Path], None], problem: str
) -> None:
    """That says what to change; nothing is written."""
    spoil(data)
    out = tmp_path / "ours.toml"

    result = run(gateway, "calibrate", "--data", str(data), "--out", str(out))

    [line] = result.stderr.splitlines()
    assert 2 == result.exit_code
    assert problem in line
    assert not out.exists()


def test_two_models_are_one_line(gateway: FakeGateway, data: Path) -> None:
    """Vectors of two contracts are never mixed."""

    def changing(request: pb.ExtractRequest) -> pb.ExtractResponse | FaceError:
        answer = seen(request)
        if isinstance(answer, pb.ExtractResponse) and b"p07" in request.image.data:
            answer.contract_id = "arc32-2"
        return answer

    gateway.answers["Extract"] = changing
    result = run(gateway, "calibrate", "--data", str(data))

    assert 2 == result.exit_code
    assert "two models answered, arc32-1 and arc32-2" in result.stderr


def test_a_mesh_that_is_away_is_told(gateway: FakeGateway, data: Path) -> None:
    """Not taken for photos without faces."""
    gateway.answers["Extract"] = ServiceUnavailable(service="embedder")

    result = run(gateway, "calibrate", "--data", str(data))

    assert 6 == result.exit_code


def test_photos_of_low_quality_may_stay_out(
    gateway: FakeGateway, data: Path, tmp_path: Path
) -> None:
    """As they would at a gate."""
    fill(data / "p00", "p00", "7o", "8o")
    out = tmp_path / "ours.toml"

    result = run(
        gateway, "calibrate", "--data", str(data), "--out", str(out), "--min-quality", "0.5"
    )

    assert "2 of low quality" in result.stdout
    assert 120 == parse(out.read_bytes()).counts.photos


def test_says_what_plots_need(
    gateway: FakeGateway, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line, before anything is looked at."""
    find = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "matplotlib" else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    result = run(gateway, "calibrate", "--data", str(data), "--plots", str(tmp_path))

    assert 2 == result.exit_code
    assert "pip install 'sureface[calibrate]'" in result.stderr
    assert [] == gateway.requests
