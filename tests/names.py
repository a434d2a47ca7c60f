"""A small DNS server for tests, on loopback: as a cluster tells which replicas there are.

async with named() as names:
    names.records["embedder.test"] = ["127.0.1.1"]
    gateway = service("gateway", EMBEDDER=names.target("embedder.test", port))
"""

import asyncio
import contextlib
import ipaddress
import struct
from collections.abc import AsyncIterator

from typing_extensions import override

_HEADER = struct.Struct("!6H")
"""Of a message: id, flags, and how many questions, answers and others it has."""

_ANSWER = struct.Struct("!3HIH4s")
"""Of one address: the name (see `_NAME`), type, class, seconds to live, length, address."""

_RESPONSE, _NO_SUCH_NAME = 0x8180, 3
_ADDRESS, _INTERNET = 1, 1
_NAME = 0xC000 | _HEADER.size
"""What stands there already: the question's name."""


class Names(asyncio.DatagramProtocol):
    """Answers with the addresses that a name has at that moment."""

    def __init__(self) -> None:
        self.records: dict[str, list[str]] = {}
        """IPv4 addresses by name. Nothing else is known of a name."""

        self.port = 0

    def target(self, name: str, port: int) -> str:
        """What a channel of gRPC is given to ask this server for a name."""
        return f"dns://127.0.0.1:{self.port}/{name}:{port}"

    @override
    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(self._answer(data), addr)

    def _answer(self, query: bytes) -> bytes:
        number, *_ = _HEADER.unpack_from(query)
        name, end = _name(query)
        kind, _ = struct.unpack_from("!HH", query, end)
        found = self.records.get(name, []) if kind == _ADDRESS else []
        flags = _RESPONSE | (0 if name in self.records else _NO_SUCH_NAME)
        header = _HEADER.pack(number, flags, 1, len(found), 0, 0)
        addresses = [
            _ANSWER.pack(_NAME, _ADDRESS, _INTERNET, 0, 4, ipaddress.IPv4Address(each).packed)
            for each in found
        ]
        return b"".join([header, query[_HEADER.size : end + 4], *addresses])


def _name(query: bytes) -> tuple[str, int]:
    """The name that is asked for, and where it ends."""
    labels, at = [], _HEADER.size
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length].decode("ascii"))
        at += 1 + length
    return ".".join(labels).lower(), at + 1


@contextlib.asynccontextmanager
async def named() -> AsyncIterator[Names]:
    """Answer while the block runs."""
    loop = asyncio.get_running_loop()
    transport, names = await loop.create_datagram_endpoint(Names, ("127.0.0.1", 0))
    try:
        yield names
    finally:
        transport.close()
