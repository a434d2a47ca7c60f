"""`sureface gallery stats|tune|compact` against a real gallery."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from client.exits import Exit
from services.gallery.app import open_app
from tests.bulk import people, stream
from tests.cli import Operator
from tests.galleries import STAFF, config, create, delete, stub


async def crowd(operator: Operator, count: int) -> None:
    """Import as many persons."""
    await operator.gallery.ImportTemplates(iter(stream(people(count))))


@pytest.fixture(name="operator")
async def _operator(tmp_path: Path) -> AsyncIterator[Operator]:
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        await gallery.CreateCollection(create())
        yield Operator(port, gallery)


async def test_shows_what_a_collection_costs(operator: Operator) -> None:
    """Aligned facts for people."""
    await crowd(operator, 1200)
    await operator.gallery.DeletePerson(delete("p1"))

    result = await operator.run("stats", STAFF)

    assert (Exit.OK, "") == (result.exit_code, result.stderr)
    told = dict(line.split("  ", 1) for line in result.stdout.splitlines())
    assert ("1,199", "1") == (told["templates"].strip(), told["tombstones"].strip())
    assert "faiss, fp32, all scanned" == told["index"].strip()
    assert "0 behind the store" in told["position"]


async def test_shows_all_collections(operator: Operator) -> None:
    """One row each without a name, and a list as JSON."""
    await operator.gallery.CreateCollection(create("visitors"))

    table = await operator.run("stats")
    document = json.loads((await operator.run("stats", "--json")).stdout)

    assert [STAFF, "visitors"] == [line.split()[0] for line in table.stdout.splitlines()[1:]]
    assert [STAFF, "visitors"] == [each["collection_id"] for each in document]
    assert "fp32" == document[0]["plan"]["storage"]


async def test_tunes_row_by_row(operator: Operator) -> None:
    """A row for each plan, then the choice; nothing is kept unless it is asked for."""
    await crowd(operator, 1200)

    result = await operator.run("tune", STAFF)
    stats = json.loads((await operator.run("stats", STAFF, "--json")).stdout)

    head, first, *_, blank, chosen = result.stdout.splitlines()
    assert (Exit.OK, "", "") == (result.exit_code, result.stderr, blank)
    assert ["plan", "recall@1", "recall@10"] == head.split()[:3]
    assert first.startswith("fp32, all scanned")
    assert len(head) <= len(first)
    assert chosen.startswith("chosen: ")
    assert chosen.endswith("add --apply to search that way")
    assert not stats["tuned"]


async def test_keeps_what_it_chose(operator: Operator) -> None:
    """With --apply the collection is tuned, and the document says so."""
    await crowd(operator, 1200)

    result = await operator.run("tune", STAFF, "--apply", "--min-recall", "0.5", "--json")
    stats = json.loads((await operator.run("stats", STAFF, "--json")).stdout)

    document = json.loads(result.stdout)
    assert (True, True) == (document["applied"], stats["tuned"])
    assert 1.0 == document["measured"][0]["recall_at_10"]
    assert document["chosen"] in [each["plan"] for each in document["measured"]]


async def test_compacts(operator: Operator) -> None:
    """And says what is gone."""
    await crowd(operator, 1200)
    for row in range(5):
        await operator.gallery.DeletePerson(delete(f"p{row}"))

    told = await operator.run("compact", STAFF)
    again = json.loads((await operator.run("compact", STAFF, "--json")).stdout)

    assert told.stdout.startswith("5 tombstones are gone, 1,195 templates stay; index ")
    assert (0, 1195) == (again["tombstone_count"], again["template_count"])


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        pytest.param(
            ("stats", "nobody"), Exit.REFUSED, "there is no collection nobody", id="not there"
        ),
        pytest.param(("compact", "nobody"), Exit.REFUSED, "there is no collection", id="compact"),
        pytest.param(
            ("tune", STAFF),
            Exit.REFUSED,
            "collection staff has 0 templates, 1000 are needed",
            id="too small",
        ),
        pytest.param(("tune",), Exit.USAGE, "Missing argument", id="no name"),
        pytest.param(
            ("stats", "--gallery", "127.0.0.1:1"), Exit.UNAVAILABLE, "gallery", id="nobody listens"
        ),
        pytest.param(
            ("tune", STAFF, "--gallery", "127.0.0.1:1"), Exit.UNAVAILABLE, "gallery", id="tune"
        ),
    ],
)
async def test_a_failure_is_one_line(
    operator: Operator, words: tuple[str, ...], code: Exit, line: str
) -> None:
    """What cannot be done is one line on stderr."""
    result = await operator.run(*words)

    assert (code, "") == (result.exit_code, result.stdout)
    [told] = result.stderr.splitlines()
    assert told.startswith("sureface: ")
    assert line in told
