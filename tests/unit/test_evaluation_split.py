"""Who is fitted, who is held out, and what each probe is compared with."""

import csv
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from evaluation import aside
from evaluation.crops import Crop, Photo, held_out, list_photos, read
from evaluation.degrade import degrade
from evaluation.embedding import Vectors
from evaluation.probes import HELD_OUT, draw, observe, unit
from tests import images
from training import people as training_people


def _photos(identities: int = 50, each: int = 6) -> list[Photo]:
    """The last of each identity is a profile."""
    return [
        Photo(
            path=Path(f"{who}/{n}.jpg"),
            identity=f"made/{who}",
            profile=n == each - 1,
            inter_eye_px=40.0,
        )
        for who in range(identities)
        for n in range(each)
    ]


def _on_disk(folder: Path) -> list[Photo]:
    """Four identities of three crops each, without loss."""
    photos = []
    for n in range(12):
        path = folder / f"{n}.png"
        cv2.imwrite(str(path), images.noise(112, 112, seed=n))
        photos.append(
            Photo(path=path, identity=f"made/{n // 3}", profile=n % 3 == 2, inter_eye_px=40.0)
        )
    return photos


class MeanOfTiles:
    """Embeds a crop as the mean levels of its 14 px tiles, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.crops: list[Crop] = []

    def embed(self, count: int, crop_at: Callable[[int], Crop], *, title: str) -> Vectors:
        self.crops = [crop_at(index) for index in range(count)]
        return np.stack([_tiles(crop) for crop in self.crops])


def _tiles(crop: Crop) -> Vectors:
    levels = crop.reshape(8, 14, 8, 14, 3).mean(axis=(1, 3))
    return np.asarray(levels.ravel(), dtype=np.float32)


@pytest.mark.parametrize("seed", range(5))
def test_no_identity_is_on_both_sides(seed: int) -> None:
    """All photos of a person are seen by the fit, or none."""
    photos = _photos()

    unseen = draw(photos, seed=seed).unseen

    hidden = {photo.identity for photo, new in zip(photos, unseen, strict=True) if new}
    fitted = {photo.identity for photo, new in zip(photos, unseen, strict=True) if not new}
    assert not hidden & fitted
    assert round(HELD_OUT * 50) == len(hidden)


def test_the_same_number_in_two_sources_is_two_people(tmp_path: Path) -> None:
    """A split that took them for one would be harmless, a genuine pair of them would not."""
    _write_index(tmp_path, [("b", "1", "train/b/1/0.jpg"), ("a", "1", "train/a/1/0.jpg")])

    assert ["a/1", "b/1"] == [photo.identity for photo in list_photos(tmp_path)]


def test_the_order_of_the_index_does_not_matter(tmp_path: Path) -> None:
    """A seed means the same split whatever wrote the file."""
    rows = [("a", str(n), f"train/a/{n}/{n}.jpg") for n in range(9)]
    _write_index(tmp_path, rows)
    in_order = list_photos(tmp_path)
    _write_index(tmp_path, rows[::-1])

    assert in_order == list_photos(tmp_path)


def test_a_profile_is_known_by_its_file_name(tmp_path: Path) -> None:
    """By its own name: a folder may be called anything."""
    names = ["train/profile/1/frontal_0.jpg", "train/z/1/profile_0.jpg"]
    _write_index(tmp_path, [("a", "1", name) for name in names])

    assert [False, True] == [photo.profile for photo in list_photos(tmp_path)]


def _write_index(data: Path, rows: list[tuple[str, str, str]]) -> None:
    (data / "train").mkdir(exist_ok=True)
    with (data / "train" / "index.csv").open("w", newline="", encoding="utf-8") as file:
        header = ("source", "identity", "path", "source_inter_eye_px")
        csv.writer(file).writerows([header, *((*row, 40.0) for row in rows)])


def test_a_photo_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """An evaluation never goes on without one."""
    path = tmp_path / "gone.jpg"

    with pytest.raises(FileNotFoundError, match=r"gone\.jpg"):
        read(Photo(path=path, identity="a/1", profile=False, inter_eye_px=40.0))


def test_identities_are_held_out_by_chance_and_the_same_for_a_seed() -> None:
    """Not the first ones, not always the same ones."""
    photos = _photos()

    splits = [
        held_out(photos, share=0.2, generator=np.random.default_rng(seed)) for seed in (1, 1, 2)
    ]

    assert splits[0] == splits[1]
    assert splits[0] != splits[2]


def test_a_reference_is_another_frontal_photo_of_the_same_person() -> None:
    """Never the probe itself, never a profile, for every probe."""
    photos = _photos()

    reference = draw(photos, seed=3).reference

    pairs = [(index, int(other)) for index, other in enumerate(reference)]
    assert 50 * 6 == len(pairs)
    assert all(index != other for index, other in pairs)
    assert all(photos[index].identity == photos[other].identity for index, other in pairs)
    assert not any(photos[other].profile for _, other in pairs)
    assert len(set(reference.tolist())) > 50


def test_a_draw_depends_on_its_seed_only() -> None:
    """All of it."""
    once, again, other = (draw(_photos(), seed=seed) for seed in (1, 1, 2))

    for field in ("unseen", "degraded", "reference", "seeds"):
        assert np.array_equal(getattr(once, field), getattr(again, field))
        assert not np.array_equal(getattr(once, field), getattr(other, field))


def test_about_half_of_the_probes_are_spoiled_on_both_sides() -> None:
    """And each with a seed of its own."""
    drawn = draw(_photos(identities=400), seed=1)

    assert float(drawn.degraded[drawn.unseen].mean()) == pytest.approx(0.5, abs=0.08)
    assert float(drawn.degraded[~drawn.unseen].mean()) == pytest.approx(0.5, abs=0.05)
    assert len(drawn.seeds) == len(set(drawn.seeds.tolist()))


def test_a_probe_is_measured_against_its_clean_reference(tmp_path: Path) -> None:
    """Spoiled as its seed says, or as it is; the reference is clean in any case."""
    photos = _on_disk(tmp_path)
    drawn = draw(photos, seed=2)
    clean = np.stack([_tiles(read(photo)) for photo in photos])
    model = MeanOfTiles()

    probes = observe(model, photos, drawn, clean.copy())  # type: ignore[arg-type]  # same method

    assert 0 < drawn.degraded.sum() < len(photos)
    for i, photo in enumerate(photos):
        crop = read(photo)
        if drawn.degraded[i]:
            crop = degrade(crop, np.random.default_rng(drawn.seeds[i]))
        vector, other = _tiles(crop), clean[drawn.reference[i]]
        cosine = vector @ other / np.linalg.norm(vector) / np.linalg.norm(other)
        assert float(cosine) == pytest.approx(probes.cosine[i], abs=1e-5)
        assert float(np.linalg.norm(vector)) == pytest.approx(probes.magnitude[i], rel=1e-5)
    assert int(drawn.degraded.sum()) == len(model.crops)
    assert [photo.profile for photo in photos] == probes.profile.tolist()
    assert drawn.unseen.tolist() == probes.unseen.tolist()


def test_unit_vectors_keep_their_direction() -> None:
    """Length 1, float32."""
    raw = np.array([[3.0, 4.0], [0.0, -0.5]], dtype=np.float32)

    directions = unit(raw)

    assert np.float32 == directions.dtype
    assert [0.6, 0.8, 0.0, -1.0] == pytest.approx(directions.ravel().tolist())


def test_people_aside_are_those_whom_training_left_out() -> None:
    """Factors of a report must not be fitted on people by whom a model was."""
    people = np.repeat(np.arange(60), 3)
    people[people == 41] = 7

    kept = aside.aside(people)

    assert vars(training_people)["aside"] is aside.aside
    assert round(aside.SHARE * 59) == len(set(people[kept].tolist()))


def test_photos_of_a_person_are_paired_in_a_ring() -> None:
    """Each is a probe once and a reference once; who is there once is in no pair."""
    people = np.array([4, 9, 4, 2, 9, 4])

    found = aside.paired(np.zeros((6, 112, 112, 3), np.uint8), people)

    pairs = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    assert {(0, 2), (2, 5), (5, 0), (1, 4), (4, 1)} == pairs
    assert found.same.all()
    assert np.array_equal(people, found.people)
