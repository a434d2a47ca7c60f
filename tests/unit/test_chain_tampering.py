"""Whatever somebody does to the files of a chain is found."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meshkit.chain import PLAIN, START, ChainBroken, Head, encode, link, verify
from meshkit.chain.segments import segments
from tests.chains import TIME, digest_of, lines_of, put, write


def flip(folder: Path, chance: random.Random) -> None:
    """Change one byte."""
    file = chance.choice(segments(folder))
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
    file.write_bytes(content)


def remove_byte(folder: Path, chance: random.Random) -> None:
    file = chance.choice(segments(folder))
    content = bytearray(file.read_bytes())
    del content[chance.randrange(len(content))]
    file.write_bytes(content)


def insert_byte(folder: Path, chance: random.Random) -> None:
    file = chance.choice(segments(folder))
    content = bytearray(file.read_bytes())
    content.insert(chance.randrange(len(content)), chance.randrange(256))
    file.write_bytes(content)


def remove_line(folder: Path, chance: random.Random) -> None:
    lines = lines_of(folder)
    file, _ = lines.pop(chance.randrange(len(lines)))
    file.write_bytes(b"")
    put(lines)


def swap_lines(folder: Path, chance: random.Random) -> None:
    lines = lines_of(folder)
    one, two = chance.sample(range(len(lines)), 2)
    (first, a), (second, b) = lines[one], lines[two]
    lines[one], lines[two] = (first, b), (second, a)
    put(lines)


def repeat_line(folder: Path, chance: random.Random) -> None:
    lines = lines_of(folder)
    place = chance.randrange(len(lines))
    lines.insert(place, (lines[place][0], chance.choice(lines)[1]))
    put(lines)


def forge_line(folder: Path, chance: random.Random) -> None:
    """Replace a record by another one with a hash that fits."""
    lines = lines_of(folder)
    place = chance.randrange(len(lines))
    after = START if not place else Head(place, digest_of(lines[place - 1][1]))
    forged, _ = link(after, PLAIN, encode({"kind": "decision", "time": TIME, "why": "forged"}))
    lines[place] = (lines[place][0], forged)
    put(lines)


def remove_segment(folder: Path, chance: random.Random) -> None:
    chance.choice(segments(folder)).unlink()


def swap_segments(folder: Path, chance: random.Random) -> None:
    one, two = chance.sample(segments(folder), 2)
    spare = folder / "spare"
    one.rename(spare)
    two.rename(one)
    spare.rename(two)


TAMPERING: list[Callable[[Path, random.Random], None]] = [
    *(flip, remove_byte, insert_byte, remove_line, swap_lines, repeat_line, forge_line),
    *(remove_segment, swap_segments),
]


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda each: each.__name__)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    sizes=st.lists(st.integers(1, 4), min_size=2, max_size=4),
    chance=st.randoms(use_true_random=False),
)
def test_tampering_is_found(
    tmp_path: Path,
    tamper: Callable[[Path, random.Random], None],
    sizes: list[int],
    chance: random.Random,
) -> None:
    """Whatever is changed, removed, added or moved: who has noted the head finds it."""
    folder = tmp_path / "chain"
    shutil.rmtree(folder, ignore_errors=True)
    head = write(folder, sizes)

    tamper(folder, chance)

    with pytest.raises(ChainBroken):
        verify(folder, PLAIN, head)
