"""Cases in a real gateway process: searched, reported, and without who is deleted."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from client.cli import main
from client.types import ReviewState, SearchOnly
from gateway.reviewing.pictures import FOLDER as PICTURES
from meshkit.chain import FOLDER as LOG
from tests.processes import Process
from tests.records import kept
from tests.review_house import CASE, DIFFERENT, SAME, house, say
from tests.reviewing import NOON


async def sureface(process: Process, *words: object) -> Result:
    """Run the command line against a gateway."""
    runner = CliRunner(env={"SUREFACE_ADDRESS": f"127.0.0.1:{process.port}"})
    return await asyncio.to_thread(runner.invoke, main, [*map(str, words)], prog_name="sureface")


@pytest.mark.timeout(300)
async def test_a_case_is_reported_whole(tmp_path: Path) -> None:
    """One page that needs nothing else, for as long as the log is as it was written."""
    page = tmp_path / "case.html"
    report = ["case", "report", "2026-117", "--reader", "judge", "--out", page, "--deadline", 120]
    async with house(tmp_path) as here, here.gateway() as (process, mesh):
        hit, waiting = [await mesh.search(**CASE) for _ in range(2)]
        for who in ("anna", "boris"):
            await say(mesh, hit.review_id, who, **SAME, grounds=["<b>the scar</b>"])
        await say(mesh, waiting.review_id, "carla", **DIFFERENT)
        whole, text = await sureface(process, *report), page.read_text()
        [segment] = (tmp_path / LOG).iterdir()
        segment.write_bytes(
            segment.read_bytes().replace(b'"purpose":"a test"', b'"purpose":"a joke"')
        )
        broken, worse = await sureface(process, *report), page.read_text()
        unknown = await sureface(process, *["case", "report", "c-9", "--out", page])

    assert (0, 8, 5) == (whole.exit_code, broken.exit_code, unknown.exit_code)
    for words in (
        *("A score is not proof.", "intact", hit.decision.policy_version, hit.decision.contract_id),
        *(
            hit.decision.decision_id,
            "Not confirmed",
            "eyes: similar",
            "&lt;b&gt;the scar&lt;/b&gt;",
        ),
        *("anna", "boris", "olga", "a test", "people still have to judge it"),
        "data:image/png;base64,",
    ):
        assert words in text, words
    assert [] == [
        each for each in ("carla", "<b>the", "http:", "https:", "<script") if each in text
    ]
    assert 1 == text.count("data:image/")
    assert "broken: record" in worse
    assert "judge" in {each.get("reader_id") for each in kept(tmp_path)}
    assert "600" == f"{page.stat().st_mode & 0o777:o}"


@pytest.mark.timeout(300)
async def test_a_deleted_person_s_pictures_go(tmp_path: Path) -> None:
    """With the receipt, pictures of hits on them are erased."""
    async with house(tmp_path) as here, here.gateway() as (_, mesh):
        found = await mesh.search(**CASE)
        await mesh.delete_person(collection_id="wanted", person_id="p-1")
        [item] = [each async for each in mesh.list_reviews()]

    assert (found.review_id, ReviewState.WITHDRAWN) == (item.review_id, item.state)
    assert [] == list((tmp_path / PICTURES).iterdir())


@pytest.mark.timeout(300)
async def test_a_search_sees_only_what_its_filter_lets_through(tmp_path: Path) -> None:
    """By label and by time; the log says that there was a filter."""
    wanted = [SearchOnly(person_labels={"door": "east"}), SearchOnly(until=NOON), SearchOnly()]
    async with house(tmp_path) as here, here.gateway() as (_, mesh):
        found = [await mesh.search(**CASE, only=only) for only in wanted]

    assert [0, 0, 1] == [len(each.candidates) for each in found]
    searches = [each for each in kept(tmp_path) if each.get("call") == "Search"]
    assert ["set", None, None] == [each.get("filter_labels") for each in searches]
    assert [None, NOON.isoformat(), None] == [each.get("filter_until") for each in searches]
