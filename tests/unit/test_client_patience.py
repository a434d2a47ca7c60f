"""Transfers outlast what breaks them, for as long as something moves."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typing_extensions import override

from client.bulk import reading
from client.bulk.download import download
from client.bulk.part import Part
from client.bulk.patience import Patience
from client.bulk.reading import TemplateFile
from client.bulk.upload import Upload
from client.gallery import Gallery
from faces.errors import (
    FaceError,
    PersonNotFound,
    QueueFull,
    ServiceUnavailable,
    Unauthenticated,
)
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.bulk import collection, templates
from tests.galleries import DIMENSION, new_id
from tests.tables import write

AWAY = ServiceUnavailable(service="gallery")


class Clock:
    """A clock that stands still unless somebody waits, or a stream runs."""

    def __init__(self) -> None:
        self.now = 0.0

    def read(self) -> float:
        return self.now

    def run(self, seconds: float) -> None:
        self.now += seconds


class Renewed(Gallery):
    """A gallery whose connections end, after five minutes and a few messages each.

    After `limit` streams it is gone for good.
    """

    def __init__(self, clock: Clock, *, messages: int, limit: int = 1000) -> None:
        super().__init__()
        self.stored: list[str] = []
        self.streams = 0
        self._clock, self._messages, self._limit, self._sequence = clock, messages, limit, 0

    @override
    def run(self, call: Any) -> Any:
        if self.streams >= self._limit:
            raise AWAY
        return pb.GetImportResponse(next_sequence=self._sequence)

    @override
    def send(self, messages: Iterable[pb.ImportTemplatesRequest]) -> pb.ImportTemplatesResponse:
        self.streams += 1
        for number, message in enumerate(messages):
            if number == self._messages:
                self._clock.run(300)
                raise AWAY
            self.stored += [each.person_id for each in message.records]
            self._sequence += 1
        return pb.ImportTemplatesResponse()

    @override
    def receive(self, request: pb.ExportTemplatesRequest) -> Iterator[pb.ExportTemplatesResponse]:
        self.streams += 1
        first = int(request.after_template_id or -1) + 1
        for number in range(first, min(first + self._messages, 35)):
            yield pb.ExportTemplatesResponse(records=templates(number))
        if first + self._messages < 35 or self.streams >= self._limit:
            self._clock.run(300)
            raise AWAY


@pytest.fixture(name="upload")
def _upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Upload:
    """35 templates in 35 messages."""
    monkeypatch.setattr(reading, "MESSAGE_BYTES", 4 * DIMENSION)
    file = TemplateFile(write(tmp_path / "in", 35))
    return Upload(file=file, collection=collection(), import_id=new_id())


def nothing(_: int) -> None:
    """Nobody looks at the bar."""


def test_an_import_outlasts_its_connections(upload: Upload) -> None:
    """Streams that ran for minutes before they broke are taken up again, every time."""
    clock = Clock()
    with Renewed(clock, messages=10) as gallery:
        upload.run(gallery, nothing, Patience(clock.read, clock.run))

    assert [f"p{n}" for n in range(35)] == gallery.stored
    assert 4 == gallery.streams


def test_an_export_outlasts_its_connections(tmp_path: Path) -> None:
    """It goes on behind the last template that came."""
    clock = Clock()
    path = tmp_path / "out"
    with Renewed(clock, messages=10) as gallery, Part(path, collection()) as part:
        download(gallery, "staff", part, nothing, Patience(clock.read, clock.run))
        part.finish()

    assert [str(n) for n in range(35)] == pq.read_table(path)["template_id"].to_pylist()
    assert 4 == gallery.streams


def test_an_import_gives_up_after_a_minute(upload: Upload) -> None:
    """A gallery that does not come back is not waited for any longer."""
    clock = Clock()
    with Renewed(clock, messages=10, limit=2) as gallery, pytest.raises(ServiceUnavailable):
        upload.run(gallery, nothing, Patience(clock.read, clock.run))

    assert 660 <= clock.now <= 665


def test_streams_that_move_nothing_are_no_progress(upload: Upload) -> None:
    """A gallery that breaks every stream before anything is stored is given up, too."""
    clock = Clock()
    with Renewed(clock, messages=0) as gallery, pytest.raises(ServiceUnavailable):
        upload.run(gallery, nothing, Patience(clock.read, clock.run))

    assert 2 == gallery.streams


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        pytest.param(AWAY, True, id="away"),
        pytest.param(QueueFull(queue="imports", limit=4), True, id="full"),
        pytest.param(PersonNotFound(collection_id="a", person_id="b"), False, id="refused"),
    ],
)
def test_waits_for_what_may_pass(error: FaceError, waits: bool) -> None:  # a row
    """A refusal stays one, however often it is asked again."""
    clock = Clock()
    patience = Patience(clock.read, clock.run)
    patience.reached(7)
    try:
        patience.wait(error)
    except FaceError:
        assert not waits

    assert waits == bool(clock.now)


def test_a_credential_may_expire_once_on_the_way() -> None:
    """The next attempt brings another one; if that is refused, too, nothing follows."""
    clock, refused = Clock(), Unauthenticated()
    patience = Patience(clock.read, clock.run)
    with pytest.raises(Unauthenticated):
        patience.pause_s(refused)  # it never held
    patience = Patience(clock.read, clock.run)
    for place in (1, 2):
        patience.reached(place)
        assert patience.pause_s(refused) > 0
    with pytest.raises(Unauthenticated):
        patience.pause_s(refused)
