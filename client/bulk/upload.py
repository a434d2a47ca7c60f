"""An import: sends what is not stored yet, for as long as it takes."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from client.bulk.patience import Patience
from client.bulk.reading import TemplateFile, rows_of
from client.calls.prepared import prepare
from client.gallery import Gallery
from client.types import Collection
from faces.errors import FaceError
from sureface.gallery.v1 import gallery_pb2 as pb

_IMPORTS = uuid.UUID("2f1c7f0a-9f4b-4d86-8a55-1b3f60c1f4f0")
"""Name space of imports: the same file into the same collection is the same import."""

_SPLIT = 1
"""Of the way in which files become messages. Another way is another import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file on its way into one collection."""

    file: TemplateFile
    collection: Collection
    import_id: str

    def stored(self, gallery: Gallery) -> int:
        """Templates of the file that are stored, from the first on."""
        return min(self.file.count, self._next(gallery) * self._each)

    @property
    def _each(self) -> int:
        return rows_of(self.collection.dimension)

    def run(
        self, gallery: Gallery, report: Callable[[int], None], patience: Patience | None = None
    ) -> None:
        """Send the rest of the file.

        Args:
            gallery: Where to.
            report: Is told how many templates were sent so far, those stored before
                included.
            patience: How long to go on when the gallery does not answer.

        Raises:
            UnfitError: A row cannot be taken; those before it are stored.
            FaceError: The gallery refuses a message, or is away for too long.
        """
        patience = patience or Patience()
        while True:
            try:
                sequence = self._next(gallery)
                patience.reached(sequence)
                if sequence * self._each < self.file.count:
                    gallery.send(self._messages(sequence, report))
            except FaceError as error:
                patience.wait(error)
            else:
                return

    def _messages(
        self, sequence: int, report: Callable[[int], None]
    ) -> Iterator[pb.ImportTemplatesRequest]:
        sent = sequence * self._each
        for number, message in enumerate(self.file.messages(self.collection.dimension, sequence)):
            if number == 0:
                message.collection_id = self.collection.collection_id
                message.contract_id = self.file.contract_id
                message.import_id = self.import_id
                message.first_sequence = sequence
            yield message
            sent += len(message.records)
            report(sent)

    def _next(self, gallery: Gallery) -> int:
        request = pb.GetImportRequest(import_id=self.import_id)
        answer = gallery.run(prepare(request, pb.GetImportResponse, _itself))
        return answer.next_sequence


def import_id_of(file: TemplateFile, collection: Collection, quality: float | None) -> str:
    """The name of an import: what is imported, and where to.

    A collection that was deleted and created again is another one.
    """
    what = (_SPLIT, file.fingerprint(), file.contract_id, quality)
    where = (collection.collection_id, collection.create_time.isoformat())
    return str(uuid.uuid5(_IMPORTS, " ".join(map(str, (*what, *where)))))


def blamed(error: FaceError) -> int | None:
    """Which record of its message an error is about, if it is about one."""
    found = re.match(r"records\[(\d+)\]", error.metadata.get("field", ""))
    place = found[1] if found else error.metadata.get("index")
    return int(place) if place is not None else None


def _itself(answer: pb.GetImportResponse) -> pb.GetImportResponse:
    return answer
