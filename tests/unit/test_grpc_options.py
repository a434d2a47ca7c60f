"""Options of servers and channels: gRPC ignores one that it does not know, without a word."""

from pathlib import Path

import grpc._cython
import pytest

from meshkit import channels, server
from meshkit.config import ServerConfig

SERVER = [name for name, _ in server._options(ServerConfig(port=0))]
CHANNEL = [name for name, _ in channels.options([])]


@pytest.fixture(name="library", scope="module")
def _library() -> bytes:
    """The compiled core: it holds the name of every option that it reads."""
    [path] = Path(grpc._cython.__path__[0]).glob("cygrpc*.so")
    return path.read_bytes()


@pytest.mark.parametrize("option", sorted({*SERVER, *CHANNEL}))
def test_grpc_knows_every_option(option: str, library: bytes) -> None:
    """Each stands in the core, letter for letter."""
    assert option.encode() in library


def test_an_option_of_nobody_is_not_found(library: bytes) -> None:
    """The name that older documents give to one of ours is none."""
    assert b"grpc.http2.min_recv_ping_interval_without_data_ms" not in library
