"""`sureface certs`: what it makes, what it leaves alone, and what it refuses."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509

from client.cli import main
from client.up.certificates import require_certificates
from client.up.obstacles import CannotStart
from tests.certificates import PARTIES, House


def certs(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["certs", str(folder), *options], prog_name="sureface")


def contents(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_everybody_gets_a_folder(tmp_path: Path) -> None:
    """The authority's key stays where it is; the others get a key, a certificate, an authority."""
    result = certs(tmp_path / "certs")

    files = {str(file.relative_to(tmp_path / "certs")) for file in contents(tmp_path)}
    own = {f"{name}/{file}" for name in PARTIES for file in ("tls.crt", "tls.key", "ca.crt")}
    assert 0 == result.exit_code
    assert own | {"ca.crt", "ca.key"} == files


def test_keys_are_nobody_elses_to_read(tmp_path: Path) -> None:
    """From the start, not by a later change of mode."""
    certs(tmp_path / "certs")

    keys = [*(tmp_path / "certs").rglob("*.key")]
    assert len(PARTIES) + 1 == len(keys)
    assert {0o600} == {stat.S_IMODE(key.stat().st_mode) for key in keys}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Who runs it twice has what they had, and what was missing."""
    certs(tmp_path)
    (tmp_path / "worker/tls.crt").unlink()
    (tmp_path / "worker/tls.key").unlink()
    kept = contents(tmp_path)
    result = certs(tmp_path, "--json")

    issued = json.loads(result.stdout)["certificates"]
    assert ["worker"] == [each["name"] for each in issued if each["is_new"]]
    assert kept.items() <= contents(tmp_path).items()


def test_force_renews_all_but_the_authority(tmp_path: Path) -> None:
    """Services that believe it go on."""
    certs(tmp_path)
    before = contents(tmp_path)
    certs(tmp_path, "--force")

    after = contents(tmp_path)
    same = {file.relative_to(tmp_path) for file in before if before[file] == after[file]}
    authorities = {Path(name) / "ca.crt" for name in PARTIES}
    assert {Path("ca.crt"), Path("ca.key"), *authorities} == same


def test_it_tells_when_certificates_expire(tmp_path: Path) -> None:
    """By day, for people and for programs."""
    shown = certs(tmp_path, "--days", "7").stdout
    document = json.loads(certs(tmp_path, "--json").stdout)["certificates"]

    pem = (tmp_path / "gateway/tls.crt").read_bytes()
    until = x509.load_pem_x509_certificate(pem).not_valid_after_utc
    [row] = [line.split() for line in shown.splitlines() if line.startswith("gateway")]
    [told] = [each["expire_time"] for each in document if each["name"] == "gateway"]
    assert ["gateway", "new", f"{until:%Y-%m-%d}", "6", str(tmp_path / "gateway")] == row
    assert until.isoformat() == told


def test_clients_may_call_the_gateway_by_its_own_names(tmp_path: Path) -> None:
    """Names and addresses, besides those of this machine."""
    certs(tmp_path, "--name", "doors.example", "--name", "10.1.2.3")

    shown = x509.load_pem_x509_certificate((tmp_path / "gateway/tls.crt").read_bytes())
    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = {str(each) for each in names.get_values_for_type(x509.IPAddress)}
    hosts = names.get_values_for_type(x509.DNSName)
    assert ["gateway", "localhost", "doors.example"] == hosts
    assert {"127.0.0.1", "::1", "10.1.2.3"} == addresses


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        pytest.param("ca.key", None, "is missing, but the others are there", id="lost key"),
        pytest.param("ca.key", b"-", "cannot be read as PEM", id="broken key"),
        pytest.param("gateway/tls.crt", b"-", "cannot be read as PEM", id="broken certificate"),
    ],
)
def test_what_is_no_authority_is_refused(
    tmp_path: Path, name: str, content: bytes | None, problem: str
) -> None:
    """One line names the file; nothing is repaired by guessing."""
    certs(tmp_path)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = certs(tmp_path)

    assert 2 == result.exit_code
    [line] = result.stderr.splitlines()
    assert line.startswith(f"sureface: {tmp_path / name} {problem}")


@pytest.mark.parametrize(
    ("other", "days", "problem"),
    [
        pytest.param(False, -1, "has expired", id="expired"),
        pytest.param(True, 1, "is of another authority", id="of others"),
    ],
)
def test_a_mesh_does_not_start_with_useless_certificates(
    tmp_path: Path, other: bool, days: int, problem: str
) -> None:
    """It would start, and nobody would believe anybody."""
    require_certificates(tmp_path / "certs")
    house = House(tmp_path / "certs")
    if not other:
        key = (tmp_path / "certs/ca.key").read_bytes()
        shown = (tmp_path / "certs/ca.crt").read_bytes()
        house.believe(shown, key)
    house.give("gallery", days=days)

    with pytest.raises(CannotStart, match=f"certificate of gallery in .* {problem}; "):
        require_certificates(tmp_path / "certs")
