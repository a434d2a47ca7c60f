"""Clients of a gateway that speaks TLS."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from client import AsyncSureface, Sureface
from client.cli import main
from faces.errors import ServiceUnavailable
from gateway.app import open_app
from gateway.config import Config
from services.gallery.app import open_app as open_gallery
from tests import galleries
from tests.certificates import House, nobody
from tests.cli import run_gallery

Open = Callable[[House, Path], Path | None]


def of_the_house(house: House, _: Path) -> Path:
    return house.give("client")


def believing(house: House, folder: Path) -> Path:
    return nobody(house.give("client"), folder)


def of_others(house: House, folder: Path) -> Path:
    own = House(folder).give("client")
    (own / "ca.crt").write_bytes(house.pem)
    return own


def deceived(_: House, folder: Path) -> Path:
    return House(folder).give("client")


def plain(_house: House, _folder: Path) -> None:
    return None


@pytest.mark.parametrize(
    ("shown", "demanded", "served"),
    [
        pytest.param(of_the_house, False, True, id="a certificate that nobody asks for"),
        pytest.param(believing, False, True, id="none, and none is demanded"),
        pytest.param(deceived, False, False, id="another authority is believed"),
        pytest.param(plain, False, False, id="plain text"),
        pytest.param(of_the_house, True, True, id="a certificate that is demanded"),
        pytest.param(believing, True, False, id="none, but one is demanded"),
        pytest.param(of_others, True, False, id="a certificate of others"),
    ],
)
async def test_who_is_served_by_a_gateway(
    tmp_path: Path, shown: Open, demanded: bool, served: bool
) -> None:
    """The host that is called must be in its certificate; clients need one if it says so."""
    house = House(tmp_path / "certs")
    (tmp_path / "data").mkdir()
    config = Config(
        data=tmp_path / "data",
        host="127.0.0.1",
        port=0,
        drain_s=0,
        tls=house.give("gateway"),
        client_certificates=demanded,
    )
    folder = shown(house, tmp_path / "other")

    def blocking(address: str) -> bool:
        with Sureface(address, tls=folder) as mesh:
            try:
                return bool(list(mesh.list_policies()))
            except ServiceUnavailable:
                return False

    async def awaiting(address: str) -> bool:
        async with AsyncSureface(address, tls=folder) as mesh:
            try:
                return bool([row async for row in mesh.list_policies()])
            except ServiceUnavailable:
                return False

    async with open_app(config) as port:
        address = f"127.0.0.1:{port}"
        found = await asyncio.to_thread(blocking, address), await awaiting(address)

    assert (served, served) == found


def test_a_folder_without_an_authority_is_one_line(tmp_path: Path) -> None:
    """A command says what is missing and does not fall back to plain text."""
    result = CliRunner().invoke(main, ["policies", "--tls", str(tmp_path)], prog_name="sureface")

    assert 2 == result.exit_code
    assert (
        f"sureface: certificates in {tmp_path} cannot be used: there is no ca.crt\n"
    ) == result.stderr


async def test_an_operator_speaks_to_a_gallery(tmp_path: Path) -> None:
    """By its own certificate; a client of the gateway is refused, and told so."""
    house = House(tmp_path / "certs")
    settings = replace(galleries.config(tmp_path / "gallery.db"), tls=house.give("gallery"))
    async with open_gallery(settings) as port:
        served = await run_gallery(port, "stats", "--tls", house.give("operator"))
        refused = await run_gallery(port, "stats", "--tls", house.give("client"))

    assert (0, 5) == (served.exit_code, refused.exit_code)
    assert "client may not call sureface.gallery.v1." in refused.stderr
