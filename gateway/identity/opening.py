"""What stands in front of every call: nothing on loopback, credentials anywhere else."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from gateway.identity.asking import Identity
from gateway.identity.config import IdentityConfig
from gateway.identity.credentials import Credentials
from gateway.identity.fetching import source
from gateway.identity.jwks import Jwks
from gateway.identity.keys import KeysInForce
from gateway.identity.limits import Limits
from gateway.identity.scopes import Scopes
from gateway.identity.streams import OpenStreams
from gateway.identity.tokens import Provider, Tokens
from gateway.watching import watching
from meshkit.config import ConfigError
from meshkit.interceptors import Guards
from meshkit.keys.key_file import read
from meshkit.keys.secret import PREFIX
from meshkit.tls.loopback import is_loopback

_FILE_FRESH_S, _URL_FRESH_S = 2.0, 300.0
_FILE_PAUSE_S, _URL_PAUSE_S = 1.0, 10.0


@contextlib.asynccontextmanager
async def open_identity(config: IdentityConfig, *, look_s: float) -> AsyncIterator[Guards]:
    """Know callers while the block runs, as the operator wants it.

    Args:
        config: How callers are known.
        look_s: Seconds between two looks at the file of keys.

    Raises:
        ConfigError: The file of keys is wrong, tokens cannot be verified safely, or strangers
            could call, which nobody allowed.
    """
    if config.auth == "off":
        _require_near(config)
        yield Guards()
        return
    async with contextlib.AsyncExitStack() as stack:
        streams = OpenStreams()
        file = config.keys if config.takes_keys else None
        keys = await _keys(file, streams, stack, look_s) if file else None
        tokens = _tokens(config, stack) if config.takes_tokens else None

        async def verify(credential: str) -> Identity | None:
            if credential.startswith(PREFIX):
                return await keys.identity(credential) if keys else None
            return await tokens.identity(credential) if tokens else None

        limits = Limits(calls_per_s=config.caller_calls_per_s, call_slots=config.caller_slots)
        yield Guards(outer=(Credentials(verify, limits, streams),), inner=(Scopes(),))


def _require_near(config: IdentityConfig) -> None:
    if not (config.insecure or is_loopback(config.host)):
        raise ConfigError(
            f"host {config.host} can be reached from other machines, and callers need no "
            "credential: set AUTH to keys, jwt or both, HOST to 127.0.0.1, or INSECURE to true"
        )


async def _keys(
    file: Path, streams: OpenStreams, stack: contextlib.AsyncExitStack, look_s: float
) -> KeysInForce:
    keys = await KeysInForce.first(file, ended=streams.end)
    stack.callback(keys.close)
    await stack.enter_async_context(
        watching("key file", partial(read, file), keys.offer, look_s=look_s)
    )
    return keys


def _tokens(config: IdentityConfig, stack: contextlib.AsyncExitStack) -> Tokens:
    remote = "://" in config.jwt_keys
    jwks = Jwks(
        source(config.jwt_keys),
        fresh_s=_URL_FRESH_S if remote else _FILE_FRESH_S,
        pause_s=_URL_PAUSE_S if remote else _FILE_PAUSE_S,
    )
    stack.push_async_callback(jwks.close)
    provider = Provider(
        issuer=config.jwt_issuer,
        audience=config.jwt_audience,
        name_claim=config.jwt_name_claim,
        role_claim=config.jwt_role_claim,
        roles=config.jwt_role_names,
    )
    return Tokens(provider, jwks)
