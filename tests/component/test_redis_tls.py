"""Redis over TLS: both sides show certificates, and renewed ones are used without a restart."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from faces.errors import StoreUnavailable
from gateway.jobs.opening import open_jobs
from meshkit.config import ConfigError
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.certificates import PARTIES, House, nobody
from tests.galleries import create, stub
from tests.jobs import order
from tests.mirrors import Mirror
from tests.processes import service
from tests.redises import RedisServer, store_at
from tests.redises_tls import tls_server
from tests.stores import adding, creating, fresh


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> House:
    return House(tmp_path / "certs")


async def refusal(url: str, tls: Path | None, timeout_s: float = 10) -> str:
    """Why a store does not open."""
    with pytest.raises(ConfigError) as error:
        async with store_at(url, Mirror(), timeout_s=timeout_s, tls=tls):
            pass
    return str(error.value).removeprefix("Redis cannot be used: ")


@pytest.mark.timeout(400)  # processes on a busy machine
async def test_galleries_share_what_they_have_over_tls(tmp_path: Path, house: House) -> None:
    """One process writes, another one that starts later has it; nothing is plain text."""
    with tls_server(tmp_path / "redis", house.give("redis")) as server:
        given = {"REDIS_URL": server.url, "REDIS_TLS": house.give("gallery")}
        async with service("gallery", **given) as one, stub(one.port) as gallery:
            await gallery.CreateCollection(create("staff"))
        async with service("gallery", **given) as other, stub(other.port) as gallery:
            found = await gallery.ListCollections(pb.ListCollectionsRequest())

    assert ["staff"] == [each.collection_id for each in found.collections]


async def test_jobs_are_kept_over_tls(tmp_path: Path, house: House) -> None:
    """A gateway and a worker find the same job."""
    wanted, unused = order(), tmp_path / "jobs.sqlite"
    with tls_server(tmp_path / "redis", house.give("redis")) as server:
        async with open_jobs(unused, server.url, house.give("gateway")) as jobs:
            await jobs.add(wanted)
        async with open_jobs(unused, server.url, house.give("worker")) as jobs:
            found = await jobs.get(wanted.job_id)

    assert found
    assert wanted == found.order


Spoil = Callable[[Path, House], tuple[Path, Path]]
"""Gives Redis and a gallery the folders that they have."""


def without_one(folder: Path, house: House) -> tuple[Path, Path]:
    return house.give("redis"), nobody(house.give("gallery"), folder / "nobody")


def believing_others(folder: Path, house: House) -> tuple[Path, Path]:
    return house.give("redis"), House(folder / "others").give("gallery")


def of_others(folder: Path, house: House) -> tuple[Path, Path]:
    own = House(folder / "others").give("gallery")
    shutil.copy(house.give("gallery") / "ca.crt", own)
    return house.give("redis"), own


def to_another(_: Path, house: House) -> tuple[Path, Path]:
    return house.give("worker"), house.give("gallery")


def late(_: Path, house: House) -> tuple[Path, Path]:
    return house.give("redis", days=-1), house.give("gallery")


def late_oneself(_: Path, house: House) -> tuple[Path, Path]:
    return house.give("redis"), house.give("gallery", days=-1)


def not_for_calls(_: Path, house: House) -> tuple[Path, Path]:
    return house.give("redis"), house.give("detector", party=PARTIES["detector"])


OURS = "it wants another certificate of us than tls.crt, or one at all: "


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        pytest.param(without_one, f"{OURS}certificate required", id="none shown"),
        pytest.param(of_others, f"{OURS}unknown ca", id="of another authority"),
        pytest.param(late_oneself, f"{OURS}certificate expired", id="expired"),
        pytest.param(not_for_calls, f"{OURS}unsupported certificate", id="only to serve with"),
        pytest.param(
            believing_others, "its certificate is from no authority in ca.crt", id="its authority"
        ),
        pytest.param(
            to_another, "its certificate is for other names than the host in the URL", id="its name"
        ),
        pytest.param(
            late, "its certificate has expired: renew it, and have Redis read it", id="its time"
        ),
    ],
)
async def test_who_does_not_belong_is_refused_in_one_line(
    tmp_path: Path, house: House, spoil: Spoil, reason: str
) -> None:
    """Which side's certificate is wrong, and what is wrong with it."""
    shown, own = spoil(tmp_path, house)
    with tls_server(tmp_path / "redis", shown) as server:
        text = await refusal(server.url, own)

    # Or its own words were not read before it hung up.
    assert text in {reason, f"{OURS}it hangs up" if reason.startswith(OURS) else ""}


async def test_authorities_of_the_system_are_not_enough(tmp_path: Path, house: House) -> None:
    """Without a folder they are who is believed, and ours is none of them."""
    with tls_server(tmp_path / "redis", house.give("redis"), clients="no") as server:
        assert "certificate verify failed" in await refusal(server.url, None)


async def test_a_redis_that_asks_for_no_certificate_is_checked_all_the_same(
    tmp_path: Path, house: House
) -> None:
    """`ca.crt` is enough to reach it, and the right one is needed."""
    own = nobody(house.give("gallery"), tmp_path / "nobody")
    wrong = nobody(House(tmp_path / "others").give("gallery"), tmp_path / "wrong")
    with tls_server(tmp_path / "redis", house.give("redis"), clients="no") as server:
        async with store_at(server.url, Mirror(), tls=own) as store:
            await store.write(fresh("create"), creating())
        text = await refusal(f"{server.url}?ssl_cert_reqs=none", wrong)

    assert "its certificate is from no authority in ca.crt" == text


async def test_a_redis_that_speaks_plain_text_is_not_spoken_to(
    server: RedisServer, house: House
) -> None:
    """A URL that promises more than the server keeps."""
    text = await refusal(server.url.replace("redis:", "rediss:"), house.give("gallery"), 0.5)

    assert "it does not answer in TLS: is its port for plain text?" == text


async def test_renewed_certificates_are_used_without_a_restart(
    tmp_path: Path, house: House
) -> None:
    """Even of a new authority: writes fail while only one side has it, and then go on."""
    own, renewed = house.give("gallery"), House(tmp_path / "renewed")
    with tls_server(tmp_path / "redis", house.give("redis")) as server:
        async with store_at(server.url, mirror := Mirror(), timeout_s=10, tls=own) as store:
            await store.write(fresh("create"), creating())
            await store.write(fresh("add"), adding("ada"))
            await asyncio.to_thread(server.take_up, renewed.give("redis"), own)
            with pytest.raises(StoreUnavailable):
                await store.write(fresh("add"), adding("bob"))
            shutil.copytree(renewed.give("gallery"), own, dirs_exist_ok=True)
            await store.write(fresh("add"), adding("cyd"))

    assert {"ada": 1, "cyd": 1} == mirror.names()


async def test_files_that_do_not_belong_together_are_left(tmp_path: Path, house: House) -> None:
    """In the middle of a change, new connections are made with the last good ones."""
    own, operator = house.give("gallery"), house.give("operator")
    certs = house.give("redis")
    with tls_server(tmp_path / "redis", certs) as server:
        async with store_at(server.url, mirror := Mirror(), timeout_s=10, tls=own) as store:
            await store.write(fresh("create"), creating())
            shutil.copy(operator / "tls.key", own)
            await asyncio.to_thread(server.take_up, certs, operator)
            await store.write(fresh("add"), adding("ada"))

    assert {"ada": 1} == mirror.names()
