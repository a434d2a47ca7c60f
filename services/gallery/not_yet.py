"""Calls of the contract that this version does not serve, said out loud."""

from collections.abc import AsyncIterator
from typing import Any, NoReturn

from typing_extensions import override

from faces.errors import NotImplementedYet
from meshkit.rpc import Context
from sureface.gallery.v1 import gallery_pb2_grpc


class BulkNotYet(gallery_pb2_grpc.GalleryServiceServicer):
    """Bulk transfer: moves to the servicer when it is built."""

    @override
    def ExportTemplates(self, request: Any, context: Context) -> AsyncIterator[Any]:
        _refuse("ExportTemplates")

    @override
    async def ImportTemplates(self, request_iterator: Any, context: Context) -> Any:
        _refuse("ImportTemplates")


def _refuse(name: str) -> NoReturn:
    raise NotImplementedYet(method=f"/sureface.gallery.v1.GalleryService/{name}")
