"""`sureface up --demo`: what a stranger sees first."""

import json
from pathlib import Path

from client.up.plan import SERVICES
from tests.mesh.up import document, sureface, up
from tests.photos import FOLDER as PHOTOS


async def test_the_demo_shows_what_the_mesh_decides(tmp_path: Path) -> None:
    """A match, a non-match, a cut face and a refused one, with their rules, as one document."""
    async with up(tmp_path, "--json", "--demo", PHOTOS) as mesh:
        text = await document(mesh)
        status, _ = await sureface("status", "--data", tmp_path, "--address", mesh.address)
    shown = json.loads(text)

    verdicts = [
        (row["probe"], row["answer"]["decision"]["verdict"], row["answer"]["decision"]["rule"])
        for row in shown["demo"]["judged"]
    ]
    assert ("obama3.jpg", "match", "accept") == verdicts[0]
    assert ("biden.jpg", "no_match", "below_review") == verdicts[1]
    assert ("obama3.jpg", "recapture", "min_quality") == verdicts[-1]
    assert {"obama_partial_face.jpg", "obama_partial_face2.jpg"} == {v[0] for v in verdicts[2:-1]}
    assert {"obama", "astronaut"} == shown["demo"]["enrolled"].keys()
    assert SERVICES.keys() == {service["name"] for service in shown["services"]}
    assert ["serving"] * len(shown["services"]) == [s["health"] for s in status["services"]]
    assert [] == [s["name"] for s in status["services"] if not s["resident_bytes"]]
    assert ["demo"] == [collection["collection_id"] for collection in status["collections"]]


async def test_the_demo_can_be_repeated(tmp_path: Path) -> None:
    """A second run on the same data starts the demo collection afresh."""
    for _ in range(2):
        async with up(tmp_path, "--json", "--demo", PHOTOS) as mesh:
            shown = json.loads(await document(mesh))
            status, _ = await sureface("status", "--data", tmp_path, "--address", mesh.address)
            mesh.process.terminate()
            await mesh.ends()

        assert [3] == [collection["template_count"] for collection in status["collections"]]
        assert 5 == len(shown["demo"]["judged"])


async def test_a_mesh_without_photos_says_how_to_get_them(tmp_path: Path) -> None:
    """A demo of an empty folder is refused in one line."""
    empty = tmp_path / "empty"
    empty.mkdir()
    async with up(tmp_path / "data", "--demo", empty) as mesh:
        code, _, stderr = await mesh.ends()

    assert 6 == code
    assert "run `python -m tools.photos`" in stderr
    assert 1 == len(stderr.splitlines())
