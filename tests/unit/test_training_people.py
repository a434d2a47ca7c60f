"""Who is kept aside is nobody whom a fit sees, under any name; and a training is whole on disk."""

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from evaluation.aside import SHARE
from evaluation.embedding import open_embedder
from evaluation.probes import unit
from tests.trainees import patterns
from training.checkpoint import Checkpoint
from training.people import People, gather

PEOPLE, PHOTOS = 40, 3


def listed(data: Path, names: list[str]) -> None:
    """An index of photos that are not there: `people.npz` has them."""
    (data / "train").mkdir(parents=True)
    with (data / "train" / "index.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "source", "identity", "source_inter_eye_px", "detection_score"])
        for place, name in enumerate(names):
            source, identity = name.split("/")
            view = "profile" if place % PHOTOS == 2 else "frontal"
            path = f"train/{source}/{identity}/{view}_{place:03d}.jpg"
            writer.writerow([path, source, identity, 30 + place, 0.9])


def stored(cache: Path, raw: np.ndarray) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    crops = np.zeros((len(raw), 112, 112, 3), np.uint8)
    np.savez(cache / "people.npz", crops=crops, raw=raw)


@pytest.fixture(name="people")
def _people(tmp_path: Path) -> People:
    """40 names of 39 people: the second and the last name are one person's."""
    names = [f"{'ab'[p // 20]}/{p % 20:02d}" for p in range(PEOPLE) for _ in range(PHOTOS)]
    generator = np.random.default_rng(13)
    centres = unit(generator.normal(size=(PEOPLE, 512)).astype(np.float32))
    centres[-1] = centres[1]
    noise = generator.normal(0, 0.01, (PEOPLE * PHOTOS, 512))
    listed(tmp_path, names)
    stored(tmp_path / "cache", (centres.repeat(PHOTOS, axis=0) + noise).astype(np.float32))
    return gather(tmp_path, tmp_path / "cache")


def test_nobody_is_on_both_sides(people: People) -> None:
    """A share of the people, not of the photos, is kept aside, with all that is theirs."""
    aside = set(people.person[people.aside].tolist())
    seen = set(people.person[~people.aside].tolist())

    assert set() == aside & seen
    assert PEOPLE - 1 == len(aside | seen)
    assert round(SHARE * (PEOPLE - 1)) == len(aside)


def test_who_has_two_names_is_one_person(people: People) -> None:
    """Photos of both names have one number, and so are on one side."""
    first, last = people.person[PHOTOS : 2 * PHOTOS], people.person[-PHOTOS:]

    assert 1 == len({*first.tolist(), *last.tolist()})
    assert people.aside[PHOTOS] == people.aside[-1]


def test_the_split_is_the_same_every_time(people: People, tmp_path: Path) -> None:
    """Parts that are trained on different days keep the same people aside."""
    again = gather(tmp_path, tmp_path / "cache")

    assert people.person.tolist() == again.person.tolist()
    assert people.aside.tolist() == again.aside.tolist()


def test_a_profile_moves_no_centre(people: People) -> None:
    """Centres are of the other photos; one for each person asked for, by number."""
    centres = people.centres(~people.aside)
    numbers = np.unique(people.person[~people.aside])
    place = int(np.searchsorted(numbers, people.person[-1]))
    mine = (people.person == people.person[-1]) & ~people.profile

    assert (len(numbers), 512) == centres.shape
    expected = unit(unit(people.raw[mine]).mean(axis=0, keepdims=True))[0]
    assert expected.tolist() == pytest.approx(centres[place].tolist(), abs=1e-5)
    assert 4 == mine.sum()


def test_vectors_are_the_frozen_models(tmp_path: Path) -> None:
    """Read and embedded the first time; taken from the cache the next, photos or not."""
    listed(tmp_path, ["a/00", "a/00", "a/00"])
    crops = patterns(1, 3)
    folder = tmp_path / "train" / "a" / "00"
    folder.mkdir(parents=True)
    for place, crop in enumerate(crops):
        view = "profile" if place == 2 else "frontal"
        # JPEG by name, PNG by content: OpenCV reads what it finds.
        _, coded = cv2.imencode(".png", crop)
        (folder / f"{view}_{place:03d}.jpg").write_bytes(coded.tobytes())
    found = gather(tmp_path, tmp_path / "cache")
    shutil.rmtree(folder)
    again = gather(tmp_path, tmp_path / "cache")

    embedder = open_embedder(Path("models"), "mobilefacenet")
    assert np.array_equal(crops, found.crops)
    assert [False, False, True] == found.profile.tolist()
    [expected] = embedder.outputs(crops).values()
    assert 0 == pytest.approx(np.abs(expected - found.raw).max(), abs=1e-4)
    assert found.raw.tolist() == again.raw.tolist()


def some_network() -> tuple[torch.nn.Linear, torch.optim.Optimizer]:
    torch.manual_seed(14)
    network = torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(network.parameters())
    network(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    return network, optimizer


def test_a_checkpoint_gives_everything_back(tmp_path: Path) -> None:
    """Weights and the optimizer's moments; nothing at all is step 0."""
    checkpoint = Checkpoint(tmp_path / "new" / "checkpoint.pt")
    network, optimizer = some_network()
    checkpoint.save(7, optimizer=optimizer, network=network)
    fresh = torch.nn.Linear(3, 2)
    other = torch.optim.AdamW(fresh.parameters())
    done = checkpoint.load(optimizer=other, network=fresh)

    assert 7 == done
    assert network.weight.equal(fresh.weight)
    assert optimizer.state_dict()["state"][0]["exp_avg"].equal(
        other.state_dict()["state"][0]["exp_avg"]
    )
    assert 0 == Checkpoint(tmp_path / "none.pt").load(network=fresh)


KILLED = """
import os, pathlib, signal, sys
import torch
from training.checkpoint import Checkpoint


class Dies:
    def __reduce__(self):
        os.kill(os.getpid(), signal.SIGKILL)


class Network(torch.nn.Linear):
    def get_extra_state(self):
        return Dies()


network = Network(3, 2)
optimizer = torch.optim.AdamW(network.parameters())
Checkpoint(pathlib.Path(sys.argv[1])).save(8, optimizer=optimizer, network=network)
"""


def test_a_kill_while_saving_leaves_the_old_file(tmp_path: Path) -> None:
    """Killed half-way through writing, the training goes on from the state before."""
    checkpoint = Checkpoint(tmp_path / "checkpoint.pt")
    network, optimizer = some_network()
    checkpoint.save(7, optimizer=optimizer, network=network)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(checkpoint.path)], check=False)
    fresh = torch.nn.Linear(3, 2)

    assert -9 == killed.returncode
    assert 7 == checkpoint.load(network=fresh)
    assert network.weight.equal(fresh.weight)
