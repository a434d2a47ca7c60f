"""What clients bring, and to whom they do not bring it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from client import AsyncSureface, Sureface
from client.credentials import bearer
from client.types import Frame
from faces.errors import Unauthenticated
from meshkit.config import ConfigError
from meshkit.keys.key import Role
from tests.cli import run
from tests.fake_gateway import fake_gateway
from tests.identities import held, revoked, with_keys, write

FAR = "doors.example:50050"
KEY = "sf_0123456789ab_secret"

pytestmark = pytest.mark.timeout(120)


async def test_every_kind_of_call_brings_it(tmp_path: Path) -> None:
    """Unary calls, lists, and streams of all kinds."""
    keys = [held(Role.DEVICE), held(Role.INVESTIGATOR)]
    async with with_keys(tmp_path / "keys.json", *keys) as door:
        where = f"127.0.0.1:{door.port}"
        device, investigator = (
            AsyncSureface(where, api_key=each.credential, deadline_s=60) for each in keys
        )
        async with device, investigator:
            await investigator.get_job(job_id="j-1")
            _ = [each async for each in investigator.list_jobs()]

            async def shown() -> Any:
                yield Frame(b"jpeg")

            watched = device.identify_stream(
                shown(), scene="door", camera_id="c-1", collection_id="staff"
            )
            _ = [each async for each in watched]
        names = {name for name, who in door.office.served if who}

    assert {"GetJob", "ListJobs", "IdentifyStream"} == names


async def test_a_token_is_asked_for_at_each_call(tmp_path: Path) -> None:
    """They expire, and a client lives longer."""
    key = held(Role.INVESTIGATOR)
    found = iter(["sf_0123456789ab_old", key.credential])
    async with (
        with_keys(tmp_path / "keys.json", key) as door,
        AsyncSureface(f"127.0.0.1:{door.port}", token=lambda: next(found)) as mesh,
    ):
        with pytest.raises(Unauthenticated):
            await mesh.get_job(job_id="j-1")
        await mesh.get_job(job_id="j-1")

        assert 1 == len(door.office.served)


async def test_a_stream_goes_on_with_the_credential_that_follows(tmp_path: Path) -> None:
    """A camera is watched for longer than any token holds."""
    file, old, new = tmp_path / "keys.json", held(Role.DEVICE), held(Role.DEVICE)
    found = iter([old.credential, new.credential])
    async with (
        with_keys(file, old, new) as door,
        AsyncSureface(f"127.0.0.1:{door.port}", token=lambda: next(found)) as mesh,
    ):

        def callers() -> set[str]:
            return {who.key_id for _, who in door.office.served if who}

        async def shown() -> AsyncIterator[Frame]:
            yield Frame(b"jpeg")
            write(file, [revoked(old), new])
            while len(callers()) < 2:
                yield Frame(b"jpeg")
                await asyncio.sleep(0.05)

        watched = mesh.identify_stream(
            shown(), scene="door", camera_id="c-1", collection_id="staff"
        )
        _ = [each async for each in watched]
        assert callers() == {old.key.key_id, new.key.key_id}


async def test_a_stream_ends_when_no_credential_follows(tmp_path: Path) -> None:
    """Whose key is revoked is told so, and does not knock for ever."""
    file, key = tmp_path / "keys.json", held(Role.DEVICE)
    async with (
        with_keys(file, key) as door,
        AsyncSureface(f"127.0.0.1:{door.port}", api_key=key.credential) as mesh,
    ):

        async def shown() -> AsyncIterator[Frame]:
            yield Frame(b"jpeg")
            write(file, [revoked(key)])
            while True:
                yield Frame(b"jpeg")
                await asyncio.sleep(0.05)

        watched = mesh.identify_stream(
            shown(), scene="door", camera_id="c-1", collection_id="staff"
        )
        with pytest.raises(Unauthenticated):
            _ = [each async for each in watched]


def test_credentials_do_not_leave_in_plain_text() -> None:
    """Without TLS, they are for this machine only; without credentials, anybody may be called."""
    with pytest.raises(ConfigError, match="no TLS") as refused:
        Sureface(FAR, api_key=KEY)
    Sureface(FAR).close()

    assert KEY not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "tls"),
    [
        pytest.param("127.0.0.1:50050", None, id="loopback"),
        pytest.param(FAR, Path("certs"), id="TLS"),
    ],
)
def test_credentials_go_where_they_are_safe(address: str, tls: Path | None) -> None:
    """As they are."""
    find = bearer(KEY, None, address=address, tls=tls)

    assert find
    assert KEY == find()


@pytest.mark.parametrize("given", [{"api_key": KEY, "token": "t"}, {"api_key": "sf_\n"}])
def test_what_cannot_be_a_credential_is_refused(given: dict[str, str]) -> None:
    """Before anything is sent, and without telling it."""
    with pytest.raises(ConfigError) as refused:
        Sureface(**given)  # type: ignore[arg-type]  # all of one type

    assert KEY not in str(refused.value)


def test_a_token_that_is_found_is_looked_at_too() -> None:
    """A file often ends with a line end, which gRPC refuses without saying what it is about."""
    find = bearer(None, lambda: f"{KEY}\n", address="127.0.0.1:1", tls=None)

    assert find
    with pytest.raises(ConfigError, match="characters that no credential has") as refused:
        find()
    assert KEY not in str(refused.value)


def test_commands_take_it_from_a_variable() -> None:
    """Where others do not see it; to another machine it does not go."""
    elsewhere = {"SUREFACE_ADDRESS": FAR, "SUREFACE_API_KEY": KEY}
    with fake_gateway() as gateway:
        result = run(gateway, "policies", **elsewhere)

    assert 2 == result.exit_code
    assert "a credential is not sent there" in result.stderr
    assert KEY not in result.output
