"""Callers and what they bring: API keys in a file, and a server that asks for them."""

import contextlib
import functools
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from gateway.identity.asking import Identity, asking
from gateway.identity.config import IdentityConfig
from gateway.identity.opening import open_identity
from meshkit import status
from meshkit.keys.key import Key, Role
from meshkit.keys.key_file import to_bytes
from meshkit.keys.secret import hashed, joined, new_key_id, new_secret
from meshkit.rpc import Context, Handler
from meshkit.server import serving
from tests.fake_gateway import METHODS

LOOK_S = 0.02
NOW = datetime.now(UTC)
SECRET = new_secret()


@functools.cache
def secret_hash() -> str:
    """Of the secret that all keys here have: hashing is slow on purpose."""
    return hashed(SECRET)


@dataclass(frozen=True, slots=True)
class Held:
    """A key, and what its holder sends."""

    key: Key
    secret: str = SECRET

    @property
    def credential(self) -> str:
        return joined(self.key.key_id, self.secret)


def held(role: Role, name: str = "ann", **more: Any) -> Held:
    """A key that holds, unless told otherwise."""
    return Held(
        Key(
            key_id=new_key_id(),
            name=name,
            role=role,
            secret_hash=secret_hash(),
            create_time=NOW,
            **more,
        )
    )


def revoked(given: Held) -> Held:
    """The same, taken back."""
    return replace(given, key=replace(given.key, revoke_time=NOW))


def expired(given: Held) -> Held:
    """The same, of yesterday."""
    return replace(given, key=replace(given.key, expire_time=NOW - timedelta(days=1)))


def write(file: Path, keys: Iterable[Held]) -> Path:
    """The file of some keys."""
    part = file.with_suffix(".part")
    part.write_bytes(to_bytes(each.key for each in keys))
    return part.replace(file)


class Office:
    """Answers every call of the public API, and notes who made it."""

    def __init__(self) -> None:
        self.served: list[tuple[str, Identity | None]] = []

    def service(self, details: Any) -> Handler:
        """Implement `grpc.GenericRpcHandler.service`."""
        method = METHODS.get(details.method)
        if method is None:
            return None
        request, answer = GetMessageClass(method.input_type), GetMessageClass(method.output_type)

        async def one(_: Message, __: Context) -> Message:
            self.served.append((method.name, asking()))
            return answer()

        async def out(_: Message, context: Context) -> AsyncIterator[Message]:
            yield await one(_, context)

        async def taking(requests: AsyncIterator[Message], context: Context) -> Message:
            return [await one(each, context) async for each in requests][-1]

        async def both(
            requests: AsyncIterator[Message], context: Context
        ) -> AsyncIterator[Message]:
            async for each in requests:
                yield await one(each, context)

        kinds: dict[tuple[bool, bool], tuple[Any, Any]] = {
            (False, False): (grpc.unary_unary_rpc_method_handler, one),
            (False, True): (grpc.unary_stream_rpc_method_handler, out),
            (True, False): (grpc.stream_unary_rpc_method_handler, taking),
            (True, True): (grpc.stream_stream_rpc_method_handler, both),
        }
        build, behaviour = kinds[method.client_streaming, method.server_streaming]
        handler: Handler = build(
            behaviour,
            request_deserializer=request.FromString,
            response_serializer=answer.SerializeToString,
        )
        return handler


class Door:
    """An office, and how it is called."""

    def __init__(self, office: Office, channel: grpc.aio.Channel, port: int) -> None:
        self.office = office
        self.channel = channel
        self.port = port

    async def call(self, path: str, credential: str | None, request: Message | None = None) -> str:
        """Make a call: what it came to, as the status and the reason say."""
        try:
            await self.answer(path, credential, request)
        except grpc.aio.AioRpcError as error:
            info = status.info_of(error)
            reason = info.reason.removeprefix("ERROR_REASON_") if info else "no reason"
            return f"{error.code().name} {reason}"
        return "OK"

    async def answer(
        self, path: str, credential: str | None, request: Message | None = None
    ) -> Any:
        """Make a call; the last answer."""
        method, message = METHODS[path], request
        if message is None:
            message = GetMessageClass(method.input_type)()
        metadata = [("authorization", f"Bearer {credential}")] if credential else []
        stub: Any = self._stub(path)
        sent = iter([message]) if method.client_streaming else message
        call = stub(sent, metadata=metadata, timeout=60)
        if not method.server_streaming:
            return await call
        return [answer async for answer in call][-1]

    def talk(self, path: str, credential: str) -> Any:
        """A stream in both directions, to be written and read."""
        return self._stub(path)(metadata=[("authorization", f"Bearer {credential}")])

    def _stub(self, path: str) -> Any:
        method = METHODS[path]
        kinds = {
            (False, False): self.channel.unary_unary,
            (False, True): self.channel.unary_stream,
            (True, False): self.channel.stream_unary,
            (True, True): self.channel.stream_stream,
        }
        open_: Any = kinds[method.client_streaming, method.server_streaming]
        return open_(
            path,
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )


@contextlib.asynccontextmanager
async def door(**settings: Any) -> AsyncIterator[Door]:
    """Serve the public API to those who are known, while the block runs."""
    config = IdentityConfig(host="127.0.0.1", port=0, drain_s=0, grace_s=1, **settings)
    office = Office()

    def register(server: grpc.aio.Server) -> None:
        server.add_generic_rpc_handlers((office,))  # type: ignore[arg-type]  # all of one that is asked for

    async with (
        open_identity(config, look_s=LOOK_S) as guards,
        serving({"office": register}, config, guards=guards) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield Door(office, channel, port)


def with_keys(file: Path, *keys: Held, **settings: Any) -> Any:
    """A door for holders of keys."""
    return door(auth="keys", keys=write(file, keys), **settings)
