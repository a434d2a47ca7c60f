"""The table in force: what takes its place, what does not, and what is kept of either."""

import logging
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from gateway.policies.history import FILE, History
from gateway.policies.in_force import InForce
from meshkit.config import ConfigError
from tests.policies import GOOD, OTHER, V1, V2, WRONG, gone, in_place, versions


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    file = tmp_path / "policies.yaml"
    file.write_text(GOOD)
    return file


@pytest.fixture(name="policies")
async def _policies(tmp_path: Path, file: Path) -> InForce:
    return await InForce.first(file, History(tmp_path))


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"gateway_policy_{name}", labels) or 0.0


async def test_a_good_table_takes_the_place_of_the_old_one(policies: InForce) -> None:
    """From then on it is in force, shown, and on record after the one before."""
    assert await policies.offer(OTHER.encode())

    assert (V2, 0.55) == (policies.version, policies.row("access_control").accept)
    assert [V1, V2] == versions(policies)
    assert OTHER == policies.history.text(V2)
    assert (1.0, 0.0) == (metric("info", version=V2), metric("info", version=V1))


async def test_a_wrong_table_changes_nothing_but_what_is_said(
    policies: InForce, caplog: pytest.LogCaptureFixture
) -> None:
    """The old table stays in force; metric, detail and one line of the log tell why."""
    before = metric("read_total", outcome="rejected")
    for _ in range(3):
        assert await policies.offer(WRONG.encode())

    assert (V1, [V1]) == (policies.version, versions(policies))
    assert policies.rejection is not None
    assert "review 0.43 is above accept 0.3" in policies.rejection.reason
    assert (1.0, 1.0) == (metric("rejected"), metric("read_total", outcome="rejected") - before)
    [line] = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert (V1, policies.rejection.reason) == (line.policy_version, line.problem)  # type: ignore[attr-defined]  # of `extra`


async def test_a_file_that_is_put_right_is_rejected_no_more(policies: InForce) -> None:
    """Also if it holds what was in force all the time: that begins no other period."""
    await policies.offer(WRONG.encode())
    await policies.offer(GOOD.encode())

    assert (None, 0.0, [V1]) == (policies.rejection, metric("rejected"), versions(policies))


async def test_other_words_for_the_same_table_are_the_same_table(policies: InForce) -> None:
    """A comment is no content; the text that came first is kept."""
    await policies.offer(f"# why not\n{GOOD}".encode())

    assert [V1] == versions(policies)
    assert GOOD == policies.history.text(V1)


async def test_a_table_that_comes_back_begins_another_period(policies: InForce) -> None:
    """Every period ends when the next one begins; the last has no end."""
    for text in (OTHER, GOOD, OTHER):
        await policies.offer(text.encode())

    periods = [*policies.history.periods(before="", size=9).items]
    assert [V2, V1, V2, V1] == [period.version for period in periods]
    assert periods[0].end_time is None
    assert [each.begin_time for each in periods[:-1]] == [each.end_time for each in periods[1:]]


async def test_the_past_is_read_in_pages(policies: InForce) -> None:
    """Each period once, the latest first."""
    for text in (OTHER, GOOD, OTHER):
        await policies.offer(text.encode())

    first = policies.history.periods(before="", size=3)
    rest = policies.history.periods(before="2", size=3)
    assert [[4, 3, 2], [1]] == [
        [period.position for period in each.items] for each in (first, rest)
    ]
    assert first.next_token
    assert not rest.next_token


async def test_what_cannot_be_put_on_record_is_not_used(policies: InForce, tmp_path: Path) -> None:
    """No decision ever names a version that cannot be read back; it is tried again."""
    (tmp_path / FILE).rename(tmp_path / "away")
    (tmp_path / FILE).mkdir()
    last_word = await policies.offer(OTHER.encode())
    refused = policies.version, policies.rejection
    (tmp_path / FILE).rmdir()
    (tmp_path / "away").rename(tmp_path / FILE)

    assert not last_word
    assert V1 == refused[0]
    assert refused[1] is not None
    assert await policies.offer(OTHER.encode())
    assert (V2, None, [V1, V2]) == (policies.version, policies.rejection, versions(policies))


async def test_the_past_survives_a_restart(policies: InForce, file: Path, tmp_path: Path) -> None:
    """The same table goes on; one that was put there meanwhile begins a period."""
    await policies.offer(OTHER.encode())
    in_place(file, OTHER)
    again = await InForce.first(file, History(tmp_path))
    in_place(file, GOOD)
    third = await InForce.first(file, History(tmp_path))

    assert [V1, V2, V1] == versions(third)
    assert (V2, V1) == (again.version, third.version)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(WRONG, "review 0.43 is above accept 0.3", id="wrong"),
        pytest.param(None, "it cannot be read", id="absent"),
    ],
)
async def test_nothing_begins_with_a_wrong_table(
    tmp_path: Path, file: Path, text: str | None, problem: str
) -> None:
    """At the start there is no old table: one line says what is wrong with which file."""
    gone(file)
    if text:
        in_place(file, text)

    with pytest.raises(ConfigError, match=f"{file}: .*{problem}"):
        await InForce.first(file, History(tmp_path))


async def test_nothing_begins_without_a_record(tmp_path: Path, file: Path) -> None:
    """A history that cannot be used is named, before anything is decided."""
    in_place(tmp_path / FILE, "this is no database, and long enough to tell" * 100)

    with pytest.raises(ConfigError, match=f"{FILE} cannot be used"):
        await InForce.first(file, History(tmp_path))
