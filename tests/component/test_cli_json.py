"""The command line for programs: one JSON document, whatever the command."""

import json
from pathlib import Path

import pytest

from tests.cli import run
from tests.fake_gateway import FakeGateway
from tests.policies import GOOD

RECEIPT = {
    *("receipt_id", "collection_id", "person_id", "template_count", "delete_time"),
    *("review_count", "track_count", "subject", "key_id", "record"),
}
"""What is told of an erasure."""


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        pytest.param(
            ["verify", "{photo}", "--scene", "s", "--person", "p-1", "--collection", "staff"],
            {"decision", "similarity", "face", "quality", "photo_similarities"},
            id="verify person",
        ),
        pytest.param(
            ["verify", "{photo}", "--scene", "s", "--photo", "{photo}", "--photo", "{photo}"],
            {"decision", "similarity", "face", "quality", "photo_similarities"},
            id="verify photos",
        ),
        pytest.param(
            ["identify", "{photo}", "--scene", "s", "--collection", "staff"],
            {"decision", "candidate", "face", "quality"},
            id="identify",
        ),
        pytest.param(
            [
                *("search", "{photo}", "--scene", "s", "--collection", "staff"),
                *("--case", "c", "--purpose", "p", "--operator", "o"),
            ],
            {"decision", "candidates", "face", "quality", "occlusion", "review_id"},
            id="search",
        ),
        pytest.param(
            ["compare", "{photo}", "{photo}"],
            {"decision", "similarity", "first", "second"},
            id="compare",
        ),
        pytest.param(["extract", "{photo}"], {"image", "extraction"}, id="extract"),
        pytest.param(
            ["enroll", "{folder}", "--person", "p-1", "--collection", "staff"],
            {"person_id", "photo", "outcome"},
            id="enroll",
        ),
        pytest.param(
            ["delete", "p-1", "--collection", "staff"],
            RECEIPT,
            id="delete",
        ),
        pytest.param(
            ["collections"],
            {"collection_id", "contract_id", "dimension"}
            | {"person_count", "template_count", "create_time"},
            id="collections",
        ),
        pytest.param(
            ["collections", "create", "staff"],
            {"collection_id", "contract_id", "dimension"}
            | {"person_count", "template_count", "create_time"},
            id="collections create",
        ),
        pytest.param(
            ["collections", "delete", "staff"],
            RECEIPT,
            id="collections delete",
        ),
        pytest.param(
            ["collections", "persons", "staff"],
            {"person_id", "labels", "template_count", "create_time"},
            id="collections persons",
        ),
        pytest.param(["policies"], {"policy", "policy_version", "warnings"}, id="policies"),
        pytest.param(
            ["policies", "--scene", "s"], {"policy", "policy_version", "warnings"}, id="one policy"
        ),
        pytest.param(
            ["policies", "explain", "s", "--quality", "0.3", "--similarity", "0.4"],
            {"verdict", "rule", "reason", "advices", "policy_version", "accept_line"},
            id="policies explain",
        ),
        pytest.param(
            ["policies", "history"], {"policy_version", "begin_time", "end_time"}, id="history"
        ),
        pytest.param(
            ["policies", "show", "--version", "abc"],
            {"policy_version", "text", "policies", "rejection"},
            id="policies show",
        ),
        pytest.param(
            ["policies", "simulate", "{table}", "--since", "2026-01-01"],
            {"policy_version", "scenes"},
            id="policies simulate",
        ),
        pytest.param(
            ["insight", "--camera", "gate-7"],
            {"start_time", "end_time", "previous_start_time", "cameras", "further_record_count"},
            id="insight",
        ),
        pytest.param(
            ["reviews", "--case", "c-1", "--state", "open"],
            {"review_id", "decision_id", "case_id", "collection_id", "candidates", "state"}
            | {"needed_reviewer_count", "judged_reviewer_count", "create_time"}
            | {"confirmed_person_id", "scene", "actionable", "camera_id", "job_id", "track_rank"},
            id="reviews",
        ),
        pytest.param(
            [
                *("reviews", "submit", "v-1", "--reviewer", "ann"),
                *("--judgement", "same_person", "--person", "p-1", "--feature", "eyes=similar"),
            ],
            {"review_id", "decision_id", "case_id", "collection_id", "candidates", "state"}
            | {"needed_reviewer_count", "judged_reviewer_count", "create_time"}
            | {"confirmed_person_id", "scene", "actionable", "camera_id", "job_id", "track_rank"},
            id="reviews submit",
        ),
        pytest.param(
            ["reviews", "open", "v-1", "--reviewer", "ann", "--out", "{out}"],
            {"review", "probe", "box", "image_sha256", "quality", "occlusion"},
            id="reviews open",
        ),
        pytest.param(
            ["reviews", "candidates", "v-1", "--reviewer", "ann"],
            {"review", "reference", "enhanced"},
            id="reviews candidates",
        ),
        pytest.param(
            ["case", "report", "c-1", "--reader", "ann", "--out", "{out}"],
            {"case_id", "records", "reviews", "chain", "jobs"},
            id="case report",
        ),
    ],
)
def test_json_is_one_document(
    gateway: FakeGateway, photo: Path, arguments: list[str], keys: set[str]
) -> None:
    """--json prints one document with these keys and nothing else; without it, words."""
    table = photo.parent.with_suffix(".yaml")
    table.write_text(GOOD)
    places = {"photo": photo, "folder": photo.parent, "table": table, "out": table.with_name("out")}
    filled = [a.format(**places) for a in arguments]
    machine, human = run(gateway, *filled, "--json"), run(gateway, *filled)
    document = json.loads(machine.stdout)

    [found] = document if isinstance(document, list) else [document]
    assert keys == found.keys()
    assert ("", "") == (machine.stderr, human.stderr)
    assert human.stdout
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(human.stdout)


def test_a_document_holds_the_vector(gateway: FakeGateway, photo: Path) -> None:
    """Numbers in documents are the ones that were sent, without noise in their tails."""
    [image] = json.loads(run(gateway, "extract", photo, "--json").stdout)
    [face] = image["extraction"]["faces"]

    assert ([0.6, 0.8], 0.61, "good") == (
        face["vector"],
        face["quality"]["score"],
        face["quality"]["band"],
    )


def test_status_tells_who_is_away(gateway: FakeGateway, tmp_path: Path) -> None:
    """Services that do not answer are named, and the code says that the mesh is not whole."""
    result = run(gateway, "status", "--data", tmp_path, "--json")
    document = json.loads(result.stdout)
    health = {service["name"]: service["health"] for service in document["services"]}

    assert 6 == result.exit_code
    assert ("serving", "not answering") == (health["gateway"], health["embedder"])
    assert ["staff"] == [collection["collection_id"] for collection in document["collections"]]
