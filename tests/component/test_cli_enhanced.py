"""Enhanced images on the command line: written on request, and called what they are."""

import base64
import json
from pathlib import Path

import pytest

from sureface.analysis.v1 import analysis_pb2
from sureface.type.v1 import decision_pb2, face_pb2
from tests import answers
from tests.cli import identify, run
from tests.fake_gateway import FakeGateway


def shown(*pngs: bytes, missing: str = "") -> analysis_pb2.ExtractResponse:
    """An answer of Extract with these images."""
    faces = [
        analysis_pb2.ExtractedFace(
            face=answers.FACE,
            vector=[0.6, 0.8],
            quality=answers.QUALITY,
            enhanced=face_pb2.DerivedImage(png=png, operations=["denoise"], noise_sigma=12.5),
        )
        for png in pngs
    ]
    plain = analysis_pb2.ExtractedFace(
        face=answers.FACE, vector=[0.6, 0.8], quality=answers.QUALITY
    )
    return analysis_pb2.ExtractResponse(
        faces=faces or [plain], contract_id="c", degradations=[missing] if missing else []
    )


def test_writes_what_was_made(gateway: FakeGateway, photo: Path, tmp_path: Path) -> None:
    """The most prominent face where it was asked for, others beside it; the camera is told."""
    gateway.answers["Extract"] = shown(b"first", b"second")
    file = tmp_path / "face.png"

    result = run(gateway, "extract", photo, "--enhanced", file, "--camera", "gate-7")

    assert (0, b"first") == (result.exit_code, file.read_bytes())
    assert b"second" == (tmp_path / "face-2.png").read_bytes()
    assert f"enhanced, not evidence: {file}" in result.stdout
    [request] = gateway.requests
    assert (True, "gate-7") == (request.enhanced, request.camera_id)


def test_nobody_gets_one_unasked(gateway: FakeGateway, photo: Path) -> None:
    """Without the option nothing is asked for."""
    run(gateway, "extract", photo)

    assert [False] == [request.enhanced for request in gateway.requests]


def test_a_document_holds_the_image(gateway: FakeGateway, photo: Path, tmp_path: Path) -> None:
    """As Base64, with what was done."""
    gateway.answers["Extract"] = shown(b"first")

    result = run(gateway, "extract", photo, "--enhanced", tmp_path / "face.png", "--json")

    [image] = json.loads(result.stdout)
    [face] = image["extraction"]["faces"]
    assert (b"first", ["denoise"], 12.5) == (
        base64.b64decode(face["enhanced"]["png"]),
        face["enhanced"]["operations"],
        face["enhanced"]["noise_sigma"],
    )


def test_says_what_is_missing(gateway: FakeGateway, photo: Path, tmp_path: Path) -> None:
    """The rest is answered; one line and the code tell that there is no image."""
    gateway.answers["Extract"] = shown(missing="enhancer_not_configured")
    file = tmp_path / "face.png"

    result = run(gateway, "extract", photo, "--enhanced", file)

    assert (6, False) == (result.exit_code, file.exists())
    assert "sureface: no enhanced image: enhancer not configured\n" == result.stderr
    assert "0.61" in result.stdout


def test_takes_one_image(gateway: FakeGateway, photo: Path, tmp_path: Path) -> None:
    """Two would be written over one another."""
    result = run(gateway, "extract", photo, photo, "--enhanced", tmp_path / "face.png")

    assert 2 == result.exit_code
    assert "--enhanced takes one image" in result.stderr
    assert [] == gateway.requests


@pytest.mark.parametrize(
    ("enhanced", "line"),
    [
        pytest.param(True, "a derived picture was compared; without, similarity 0.500", id="yes"),
        pytest.param(False, "", id="no"),
    ],
)
def test_a_decision_says_so(gateway: FakeGateway, photo: Path, enhanced: bool, line: str) -> None:
    """Whoever reads a verdict reads that a derived picture had a part in it."""
    answer = answers.identified()
    if enhanced:
        answer.decision.MergeFrom(decision_pb2.Decision(enhanced=True, raw_similarity=0.5))
    gateway.answers["Identify"] = answer

    result = run(gateway, *identify(photo))

    assert line in result.stdout
    assert enhanced == ("derived" in result.stdout)
