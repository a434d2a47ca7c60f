"""What is erased of what jobs have found, and what stays."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from gateway.jobs.artefacts import shown_tracks
from gateway.jobs.clearing import clear_erased, clear_old
from gateway.jobs.erasures import Erasure
from gateway.jobs.folder import written

LATER = datetime.now(UTC) + timedelta(hours=1)
ALICE = Erasure(erasure_id="e-1", collection_id="people", person_id="alice", until=LATER)
SUBMITTED = datetime(2026, 1, 2, tzinfo=UTC)


def row(rank: int, **candidates: float) -> dict[str, Any]:
    named = [
        {"rank": n, "person_id": name, "similarity": similarity, "template_id": f"t-{name}"}
        for n, (name, similarity) in enumerate(candidates.items(), 1)
    ]
    return {"rank": rank, "crop": f"crops/{rank:06d}.png", "candidates": named}


@pytest.fixture(name="output")
def _output(tmp_path: Path) -> Path:
    """Two jobs: the first shows alice, bob, and somebody who resembles neither."""
    tracks = [row(1, alice=0.8, bob=0.1), row(2, bob=0.7, alice=0.3), row(3, alice=0.2)]
    for job_id, collection_id in (("j-1", "people"), ("j-2", "others")):
        about = {
            "job_id": job_id,
            "case_id": "c-1",
            "collection_id": collection_id,
            "review_line": 0.4,
            "create_time": SUBMITTED.isoformat(),
        }
        with written(tmp_path, job_id, "w-1") as draft:
            for each in tracks:
                draft.crop(Path(each["crop"]).name, b"face %d" % each["rank"])
            draft.tracks(tracks)
            draft.records(b"a record that names alice\n")
            draft.about(about)
    return tmp_path


def left(folder: Path) -> tuple[dict[int, list[str]], list[int]]:
    """Who is named in which track, and whose crops are there."""
    rows = json.loads((folder / "tracks.json").read_text())
    named = {each["rank"]: [c["person_id"] for c in each["candidates"]] for each in rows}
    crops = sorted(int(crop.stem) for crop in (folder / "crops").iterdir())
    assert crops == [each["rank"] for each in rows if each["crop"]]
    return named, crops


def test_a_person_is_erased_from_tracks(output: Path) -> None:
    """The crop of the track that shows them goes, and their name wherever it is."""
    shown = shown_tracks(output, ALICE)
    [cleared] = clear_erased(output, ALICE)

    assert ("j-1", "c-1", 1, 1) == (cleared.job_id, cleared.case_id, cleared.track_count, shown)
    assert ({1: ["bob"], 2: ["bob"], 3: []}, [2, 3]) == left(output / "j-1")
    table = pq.read_table(output / "j-1" / "tracks.parquet").to_pylist()
    assert [["bob"], ["bob"], []] == [[c["person_id"] for c in e["candidates"]] for e in table]
    assert b"alice" in (output / "j-1" / "records.jsonl").read_bytes()
    assert [1, 2, 3] == left(output / "j-2")[1]
    assert (0, []) == (shown_tracks(output, ALICE), clear_erased(output, ALICE))


def test_a_collection_is_erased_from_tracks(output: Path) -> None:
    """Everybody in it; who resembles nobody stays a stranger."""
    [cleared] = clear_erased(output, replace(ALICE, person_id=""))

    assert 2 == cleared.track_count
    assert ({1: [], 2: [], 3: []}, [3]) == left(output / "j-1")


def test_what_is_found_later_is_somebody_else(output: Path) -> None:
    """Of the same name, and enrolled after the erasure."""
    early = replace(ALICE, until=datetime.now(UTC) - timedelta(hours=1))

    assert (0, []) == (shown_tracks(output, early), clear_erased(output, early))


def test_what_a_crash_left_is_erased(output: Path) -> None:
    """A crop that is gone already stays gone; the rest follows."""
    (output / "j-1" / "crops" / "000001.png").unlink()
    (output / "j-1" / "tracks.json.new").write_bytes(b"half")
    [cleared] = clear_erased(output, ALICE)

    assert 1 == cleared.track_count
    assert ({1: ["bob"], 2: ["bob"], 3: []}, [2, 3]) == left(output / "j-1")
    assert not (output / "j-1" / "tracks.json.new").exists()


def test_folders_that_are_no_jobs_are_passed_over(output: Path) -> None:
    """Drafts, and what somebody else has put there."""
    for name, about in ((".j-3.w-1", '{"job_id": "j-3"}'), ("theirs", "no JSON"), ("empty", "{}")):
        (output / name).mkdir()
        (output / name / "job.json").write_text(about)

    assert ["j-1"] == [each.job_id for each in clear_erased(output, ALICE)]


@pytest.mark.parametrize(
    ("limits", "gone"),
    [
        pytest.param({"people": SUBMITTED + timedelta(days=1)}, ["j-1"], id="old"),
        pytest.param({"people": SUBMITTED}, [], id="not old enough"),
        pytest.param({}, [], id="no collection says"),
    ],
)
def test_tracks_go_when_they_are_old(
    output: Path, limits: Mapping[str, datetime], gone: list[str]
) -> None:
    """All tracks with their crops; records and what was asked for stay."""
    cleared = clear_old(output, limits)
    again = clear_old(output, limits)

    assert [(job_id, 3) for job_id in gone] == [(c.job_id, c.track_count) for c in cleared]
    assert [] == again
    for job_id in gone:
        assert {"job.json", "records.jsonl"} == {e.name for e in (output / job_id).iterdir()}
    assert [] == clear_erased(output, ALICE) or not gone
