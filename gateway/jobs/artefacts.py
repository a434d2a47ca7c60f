"""What jobs have left in their folders, as far as an erasure looks into it. Blocking."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.jobs.documents import ABOUT, TRACKS
from gateway.jobs.erasures import Erasure

log = logging.getLogger(__name__)

Row = Mapping[str, Any]
"""Of a track, as in `tracks.json`."""

Names = Callable[[str], bool]
"""Whether somebody of that id is meant."""

_EVERYBODY = -1.0
"""A line that every candidate reaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The folder of one job."""

    folder: Path
    job_id: str
    case_id: str
    collection_id: str

    review_line: float
    """From this similarity on the scene says of a face that it may be somebody's."""

    create_time: datetime
    """When the job was submitted."""

    write_time: datetime
    """When the folder was written."""

    def rows(self) -> list[dict[str, Any]]:
        """Its tracks; none if those were erased."""
        try:
            found: list[dict[str, Any]] = json.loads((self.folder / TRACKS).read_bytes())
        except FileNotFoundError:
            return []
        except ValueError:
            log.error("tracks cannot be read", extra={"job_id": self.job_id})  # noqa: TRY400  # names no bug of ours
            return []
        return found

    def shows(self, row: Row, names: Names) -> bool:
        """Whether the crop of a track is of somebody, as far as the scene can tell."""
        return any(
            names(each["person_id"]) and each["similarity"] >= self.review_line
            for each in row["candidates"]
        )

    def of(self, erasure: Erasure) -> bool:
        """Whether an erasure reaches them: they are of its collection, and no newer."""
        older = self.write_time <= erasure.until
        return older and self.collection_id == erasure.collection_id


def findings(folder: Path) -> Findings | None:
    """Of one job; None for a folder that is a draft, or not ours.

    Raises:
        OSError: It cannot be read.
    """
    try:
        return _read(folder / ABOUT)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError):
        log.error("a folder is not that of a job", extra={"folder": folder.name})  # noqa: TRY400  # names no bug of ours
        return None


def all_findings(output: Path) -> Iterator[Findings]:
    """Of all jobs whose folder is whole.

    Raises:
        OSError: One of them cannot be read.
    """
    for folder in sorted(output.iterdir()) if output.exists() else ():
        if not folder.name.startswith(".") and (found := findings(folder)):
            yield found


def _read(file: Path) -> Findings:
    about = json.loads(file.read_bytes())
    return Findings(
        folder=file.parent,
        job_id=about["job_id"],
        case_id=about["case_id"],
        collection_id=about["collection_id"],
        # Folders of versions before do not tell.
        review_line=about.get("review_line", _EVERYBODY),
        create_time=datetime.fromisoformat(about["create_time"]),
        write_time=datetime.fromtimestamp(file.stat().st_mtime, UTC),
    )


def shown_tracks(output: Path, erasure: Erasure) -> int:
    """How many tracks have a crop of somebody who was erased.

    Raises:
        OSError: A folder cannot be read.
    """
    return sum(
        bool(row["crop"]) and each.shows(row, erasure.names)
        for each in all_findings(output)
        if each.of(erasure)
        for row in each.rows()
    )
