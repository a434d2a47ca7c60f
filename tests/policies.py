"""Policy tables and the ways in which a file comes to hold them."""

from pathlib import Path

from gateway.config import BUILT_IN_POLICIES
from gateway.policies.in_force import InForce
from meshkit.policy_file import parse
from tests.fakes import until

GOOD = BUILT_IN_POLICIES.read_text()
OTHER = GOOD.replace("accept: 0.52", "accept: 0.55")
WRONG = GOOD.replace("accept: 0.52", "accept: 0.30")
"""With crossed lines."""

V1, V2 = parse(GOOD).version, parse(OTHER).version


def versions(policies: InForce) -> list[str]:
    """What was in force, the first first."""
    page = policies.history.periods(before="", size=1000)
    return [period.version for period in reversed(page.items)]


async def until_version(policies: InForce, version: str) -> None:
    """Wait until a table is in force."""
    await until(lambda: policies.version == version)


def in_place(file: Path, text: str) -> None:
    """As an editor does that keeps the file."""
    file.write_text(text)


def by_rename(file: Path, text: str) -> None:
    """As most editors and every careful program do."""
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(file)


def removed_first(file: Path, text: str) -> None:
    """As the careless do."""
    file.unlink()
    file.write_text(text)


def by_link(file: Path, text: str) -> None:
    """As Kubernetes does with a mounted ConfigMap: file -> ..data/file, ..data -> a folder."""
    folder = file.parent / f"..{len(list(file.parent.iterdir()))}"
    folder.mkdir()
    (folder / file.name).write_text(text)
    fresh = file.parent / "..data_tmp"
    fresh.symlink_to(folder.name)
    fresh.replace(file.parent / "..data")
    if not file.is_symlink():
        file.unlink()
        file.symlink_to(Path("..data") / file.name)


def gone(file: Path) -> None:
    """As nobody should."""
    file.unlink()


WAYS = [in_place, by_rename, removed_first, by_link]
