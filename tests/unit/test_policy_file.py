"""Policy tables as text: the one that ships, and those that are refused as a whole."""

from pathlib import Path

import pytest

from faces.policy import Verdict
from gateway.config import BUILT_IN_POLICIES
from meshkit.policy_file import MAX_BYTES, TableWrong, decode, parse, read

GOOD = BUILT_IN_POLICIES.read_text()


@pytest.mark.parametrize(
    ("scene", "min_quality", "enhance_below", "on_low_quality", "reviewers"),
    [
        pytest.param("access_control", 0.60, 0, Verdict.RECAPTURE, 0, id="door"),
        pytest.param("search_prefilter", 0.45, 0.60, Verdict.REJECT, 2, id="search"),
        pytest.param("alarm_review", 0.35, 0.70, Verdict.REVIEW, 2, id="alarm"),
    ],
)
def test_the_three_scenes(
    scene: str, min_quality: float, enhance_below: float, on_low_quality: Verdict, reviewers: int
) -> None:
    """The shipped table has the numbers of the design; enhancing follows measurements."""
    row = parse(GOOD).row(scene)

    assert (min_quality, enhance_below, on_low_quality, reviewers) == (
        row.min_quality,
        row.enhance_below,
        row.on_low_quality,
        row.reviewers,
    )


@pytest.mark.parametrize(
    ("cell", "least"),
    [
        pytest.param("none", None, id="none"),
        pytest.param("0.8", 0.8, id="a score"),
        pytest.param("1", 1, id="a whole number"),
    ],
)
def test_a_scene_asks_for_liveness_in_one_cell(cell: str, least: float | None) -> None:
    """Either nothing is asked for, or a score."""
    table = parse(GOOD.replace("liveness: none", f"liveness: {cell}", 1))

    assert least == table.row("access_control").min_liveness
    assert table.row("alarm_review").min_liveness is None


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        pytest.param("margin: 0.05", "margins: 0.05", "unknown ['margins']", id="typo"),
        pytest.param("margin: 0.05", "margin: wide", "margin cannot be 'wide'", id="wrong type"),
        pytest.param("accept: 0.52", "accept: 0.30", "review 0.43 is above", id="crossed lines"),
        pytest.param(
            "accept: 0.52", "accept: 0.52\n  target_fpir: 0.01", "are two lines", id="two lines"
        ),
        pytest.param("accept: 0.52", "", "it needs accept or target_fpir", id="no line"),
        pytest.param("accept: 0.52", "accept: .inf", "needs accept or", id="an endless line"),
        pytest.param("accept: 0.52", "target_fpir: 0", "must be in [1e-06, 0.1]", id="never"),
        pytest.param("accept: 0.52", "target_fpir: often", "cannot be 'often'", id="a word"),
        pytest.param("recapture", "match", "on_low_quality cannot be match", id="bad verdict"),
        pytest.param("recapture", "maybe", "on_low_quality cannot be 'maybe'", id="no verdict"),
        pytest.param("max_yaw_deg: 35", "max_yaw_deg: 350", "must be in [0, 90]", id="range"),
        pytest.param("liveness: none", "liveness: 80", "liveness must be", id="per cent"),
        pytest.param("liveness: none", "liveness: yes", "liveness cannot be True", id="yes"),
        pytest.param("access_control:", "access_control: [", "is not YAML", id="broken file"),
        pytest.param(
            "margin: 0.05", "margin: 0.05\n  margin: 0", "margin is there twice", id="column twice"
        ),
        pytest.param(
            "alarm_review:", "access_control:", "access_control is there twice", id="scene twice"
        ),
    ],
)
def test_refuses_a_wrong_table_as_a_whole(before: str, after: str, problem: str) -> None:
    """One wrong cell and nothing is taken; one line says what and where."""
    with pytest.raises(TableWrong) as failure:
        parse(GOOD.replace(before, after, 1))

    assert problem in str(failure.value)
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "no scenes", id="empty"),
        pytest.param("# nothing\n", "no scenes", id="a comment"),
        pytest.param("door\n", "no scenes", id="a word"),
        pytest.param("- door\n", "no scenes", id="a list"),
        pytest.param("door: open\n", "scene door: it has no columns", id="no columns"),
        pytest.param("door:\n", "scene door: it has no columns", id="nothing at all"),
        pytest.param("1: {}\n", "a scene's name is not text", id="a number for a name"),
        pytest.param("door: {1: 2, a: 3}\n", "unknown ['1', 'a']", id="columns of two kinds"),
        pytest.param("? [a, b]\n: {}\n", "line 1: found unhashable key", id="a list for a name"),
        pytest.param("a: &a {x: 1}\nb: {<<: *a}\n", "not YAML", id="a merge"),
        pytest.param("a: 2026-02-31\n", "what YAML cannot read", id="no such day"),
        pytest.param(f"a: {'9' * 5000}\n", "what YAML cannot read", id="a long number"),
        pytest.param("[" * 100_000 + "\n", "what YAML cannot read", id="deep brackets"),
        pytest.param("door: {\n\n", "it is not YAML: line 3:", id="names the line"),
        pytest.param("!!python/object:os.system {}\n", "not YAML", id="a Python object"),
    ],
)
def test_refuses_whatever_else_it_is_given(text: str, problem: str) -> None:
    """A table may come from anybody who may simulate: no text is more than refused."""
    with pytest.raises(TableWrong) as failure:
        parse(text)

    assert problem in str(failure.value)
    assert len(str(failure.value)) < 300


@pytest.mark.parametrize("value", ["0x" + "f" * 5000, "[1, 2]", "{a: 1}", "2026-01-01", "~"])
def test_what_is_no_value_is_not_repeated(value: str) -> None:
    """A problem stays one short line, whatever stands in the cell."""
    with pytest.raises(TableWrong, match=r"margin cannot be that") as failure:
        parse(GOOD.replace("margin: 0.05", f"margin: {value}"))

    assert len(str(failure.value)) < 100


def test_nested_references_cost_nothing() -> None:
    """A few lines that stand for billions are as quickly refused as any others."""
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    text = "\n".join(lines)

    with pytest.raises(TableWrong, match="no columns"):
        parse(f"{text}\n")


def test_many_columns_are_read_in_one_go() -> None:
    """Each key is compared once, and what is said of all of them fits into a log."""
    names = "".join(f"  c{n}: 0\n" for n in range(5_000))

    with pytest.raises(TableWrong, match="unknown") as failure:
        parse(f"door:\n{names}")

    assert len(str(failure.value)) <= 1000


@pytest.mark.parametrize("end", [n for n in range(0, len(GOOD), 97) if GOOD[n - 1] != "\n"])
def test_half_a_table_is_none(end: int) -> None:
    """Wherever a writer stopped in the middle of a line, the file is not taken for a table."""
    with pytest.raises(TableWrong):
        parse(decode(GOOD[:end].encode()))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(None, "cannot be read", id="no file"),
        pytest.param(GOOD.encode()[:-1], "half of a table", id="no end of line"),
        pytest.param(b"\xff\n", "not text", id="not text"),
        pytest.param(b"#" * MAX_BYTES + b"\n", "longer than", id="too long"),
    ],
)
def test_refuses_a_file_that_is_not_whole(content: bytes | None, problem: str) -> None:
    """What it holds is not even looked at."""
    with pytest.raises(TableWrong, match=problem):
        decode(content)


def test_reads_no_more_than_a_table_may_have(tmp_path: Path) -> None:
    """A file of any size costs no more memory than a table; one that is not there is none."""
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * 2 * MAX_BYTES)
    content = read(file)

    assert content is not None
    assert MAX_BYTES + 1 == len(content)
    assert read(tmp_path / "absent.yaml") is None
