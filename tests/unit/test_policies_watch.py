"""The policy file, watched: what is in it comes into force, unless it makes no sense."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from gateway.policies.history import History
from gateway.policies.in_force import InForce
from gateway.policies.watch import in_force
from gateway.watching import Looks
from tests.fakes import until
from tests.policies import GOOD, OTHER, V1, V2, WAYS, WRONG, gone, in_place, until_version, versions


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    file = tmp_path / "mounted" / "policies.yaml"
    file.parent.mkdir()
    file.write_text(GOOD)
    return file


@pytest.fixture(name="policies")
async def _policies(tmp_path: Path, file: Path) -> AsyncIterator[InForce]:
    async with in_force(file, History(tmp_path), look_s=0.01) as policies:
        yield policies


@pytest.mark.parametrize("put", WAYS)
async def test_a_change_is_seen(
    policies: InForce, file: Path, put: Callable[[Path, str], None]
) -> None:
    """However the file comes to hold another table, again and again."""
    for text, version in ((OTHER, V2), (GOOD, V1), (OTHER, V2)):
        put(file, text)
        await until_version(policies, version)
    put(file, WRONG)
    await until(lambda: policies.rejection)
    rejected_under = policies.version
    put(file, GOOD)
    await until_version(policies, V1)

    assert V2 == rejected_under
    assert policies.rejection is None
    assert [V1, V2, V1, V2, V1] == versions(policies)


async def test_a_file_that_is_gone_takes_no_table_with_it(policies: InForce, file: Path) -> None:
    """Nor one that is half there; what is whole again is in force again."""

    def rejected(reason: str) -> Callable[[], bool]:
        return lambda: policies.rejection is not None and reason in policies.rejection.reason

    gone(file)
    await until(rejected("cannot be read"))
    in_place(file, OTHER[: len(OTHER) // 2])
    await until(rejected("half of a table"))
    under = policies.version
    in_place(file, OTHER)
    await until_version(policies, V2)

    assert V1 == under
    assert [V1, V2] == versions(policies)


@pytest.mark.parametrize(
    ("found", "due"),
    [
        pytest.param("aa", [False, True], id="at the start"),
        pytest.param("aaaa", [False, True, False, False], id="nothing new"),
        pytest.param("aabb", [False, True, False, True], id="a change"),
        pytest.param("aabcdd", [False, True, False, False, False, True], id="still written"),
        pytest.param("aabaa", [False, True, False, False, False], id="back before it counted"),
    ],
)
def test_what_rests_is_judged_once(found: str, due: list[bool]) -> None:
    """Between two rows half a table is a whole one: nothing counts that still grows."""
    looks, judged = Looks[bytes](), []
    for letter in found:
        judged.append(looks.due(letter.encode()))
        if judged[-1]:
            looks.judged(letter.encode())

    assert due == judged


def test_what_could_not_be_judged_is_due_again() -> None:
    """A full disk today is none tomorrow."""
    looks = Looks[bytes]()

    assert [False, True, True] == [looks.due(b"a") for _ in range(3)]
