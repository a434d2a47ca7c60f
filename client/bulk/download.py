"""An export: writes what is not written yet, for as long as it takes."""

from collections.abc import Callable

from client.bulk.part import Part
from client.bulk.patience import Patience
from client.gallery import Gallery
from faces.errors import FaceError
from sureface.gallery.v1 import gallery_pb2 as pb


def download(
    gallery: Gallery,
    collection_id: str,
    part: Part,
    report: Callable[[int], None],
    patience: Patience | None = None,
) -> None:
    """Write the rest of a collection.

    Args:
        gallery: Where from.
        collection_id: What.
        part: Where to.
        report: Is told how many templates were written so far.
        patience: How long to go on when the gallery does not answer.

    Raises:
        FaceError: The gallery refuses, or is away for too long.
    """
    patience = patience or Patience()
    while True:
        patience.reached(part.count)
        request = pb.ExportTemplatesRequest(
            collection_id=collection_id, after_template_id=part.last_id
        )
        try:
            for message in gallery.receive(request):
                part.add(list(message.records))
                report(part.count)
        except FaceError as error:
            patience.wait(error)
        else:
            return
