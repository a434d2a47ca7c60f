"""From named paths to files of the media folder, or the reason why not."""

from pathlib import Path

import pytest

from faces.errors import FieldInvalid, SourceUnusable
from gateway.jobs import sources
from gateway.jobs.job import Media, Source
from gateway.jobs.sources import find_sources, inside


@pytest.fixture(name="media")
def _media(tmp_path: Path) -> Path:
    """Two videos and two pictures, something else, an empty folder, and a way out."""
    media = tmp_path / "media"
    for name in ("b.mp4", "case/2.JPG", "case/1.png", "case/notes.txt", "case/deep/a.mkv"):
        (media / name).parent.mkdir(parents=True, exist_ok=True)
        (media / name).write_bytes(b"")
    (media / "empty").mkdir()
    (tmp_path / "secret.mp4").write_bytes(b"")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "1.png").write_bytes(b"")
    (media / "way-out.mp4").symlink_to(tmp_path / "secret.mp4")
    (media / "case" / "ways-out").symlink_to(tmp_path / "secrets")
    return media


def test_folders_are_searched_by_name(media: Path) -> None:
    """With their folders; what is neither video nor picture, or leads outside, is passed over."""
    assert (
        Source(Media.PICTURE, "case/1.png"),
        Source(Media.PICTURE, "case/2.JPG"),
        Source(Media.VIDEO, "case/deep/a.mkv"),
    ) == find_sources(media, ["case"])


def test_a_file_counts_once(media: Path) -> None:
    """However it is named: relative, absolute, or by its folder."""
    paths = ["b.mp4", str(media / "b.mp4"), "case/../b.mp4", "case/deep", "case/deep/a.mkv"]

    assert ["b.mp4", "case/deep/a.mkv"] == [each.path for each in find_sources(media, paths)]


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        pytest.param("nowhere.mp4", "is not there", id="not there"),
        pytest.param("empty", "is a folder without videos and pictures", id="empty folder"),
        pytest.param(
            "case/notes.txt", "is neither a video nor a picture by its name", id="something else"
        ),
        pytest.param("../secret.mp4", "is not in the media folder", id="above"),
        pytest.param("/etc/passwd", "is not in the media folder", id="elsewhere"),
        pytest.param("way-out.mp4", "is not in the media folder", id="by a link"),
        pytest.param("case/ways-out/1.png", "is not in the media folder", id="through a link"),
    ],
)
def test_a_path_that_cannot_be_searched(media: Path, path: str, problem: str) -> None:
    """Says which, and why; no word about what is outside of the folder."""
    with pytest.raises(SourceUnusable) as refusal:
        find_sources(media, ["b.mp4", path])

    assert {"path": path, "problem": problem} == refusal.value.metadata


@pytest.mark.parametrize("path", ["", "a\0b"], ids=["empty", "NUL"])
def test_a_path_that_is_none(media: Path, path: str) -> None:
    """Is the caller's mistake."""
    with pytest.raises(FieldInvalid):
        find_sources(media, [path])


def test_there_are_limits(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job of millions of files is refused as a whole."""
    monkeypatch.setattr(sources, "MOST", 2)
    with pytest.raises(FieldInvalid) as refusal:
        find_sources(media, ["case"])

    assert "must lead to at most 2 files" == refusal.value.metadata["rule"]


def test_a_file_that_was_replaced_by_a_link_is_not_read(media: Path, tmp_path: Path) -> None:
    """What was in the folder when the job was submitted must be there when it is read."""
    (media / "b.mp4").unlink()
    (media / "b.mp4").symlink_to(tmp_path / "secret.mp4")
    with pytest.raises(SourceUnusable):
        inside(media, Source(Media.VIDEO, "b.mp4"))
