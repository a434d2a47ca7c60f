"""What probes go through before an enhancer sees them, and what is told of it."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from degradations import SCENES, Crop
from degradations.resolution import inter_eye_from_across
from evaluation.enhancement.ladders import CENTRE, ISOS, SIZES, ladders
from evaluation.enhancement.settings import (
    ANY,
    BINS,
    CLEAN,
    ENLARGED,
    FAR,
    LIGHT,
    LOW,
    MIXTURES,
    Setting,
    Spoiled,
    mixed,
    seen_from,
    sets,
)
from evaluation.enhancement.shots import Shot, take
from tests import images

QUIET = Shot(across=28.0, iso=100.0)


def crops(count: int = 4) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    made = np.stack([images.noise(112, 112, seed=seed) for seed in range(count)])
    made.flags.writeable = False
    return made


def shots(name: str, count: int = 400) -> list[Shot]:
    generator = np.random.default_rng(3)
    return [MIXTURES[name].draw(generator) for _ in range(count)]


def noise_of(shot: Shot) -> Crop:
    """What a camera adds to a grey crop."""
    grey = np.full((112, 112, 3), 128, dtype=np.uint8)
    return take(grey, shot, np.random.default_rng(1)).crop


def grain(crop: Crop) -> float:
    """How much of the differences is between neighbours: large where noise is of single pixels."""
    values = crop[..., 1].astype(float)
    return float(np.abs(np.diff(values, axis=1)).mean() / values.std())


def test_every_setting_has_a_name_of_its_own() -> None:
    """Sets, the plane of ISO and size, the lines, enlarged video, all scenes at two strengths."""
    names = [each.name for each in (*sets(), *ladders())]

    assert [LOW, ANY, LIGHT, CLEAN] == names[:4]
    assert len(names) == len(set(names))
    plane = {f"{across:g} px, ISO {iso:g}" for across in SIZES for iso in ISOS}
    scenes = {f"{cause.name} {strength}" for cause in SCENES for strength in ("0.5", "1")}
    assert plane | scenes <= set(names)
    assert {"ISO and size", "enlarged before it was sent", "blur", "JPEG", "scenes"} == {
        each.group for each in ladders()
    }


def test_the_low_quality_set_is_what_the_goals_speak_of() -> None:
    """14 to 28 px, ISO 3200 to 12800; some blurred, most compressed, half of them enlarged."""
    drawn = shots(LOW)

    assert all(14 <= shot.across <= 28 and 3200 <= shot.iso <= 12800 for shot in drawn)
    blurred = [shot for shot in drawn if shot.motion or shot.defocus]
    assert [0.4, 0.7, 0.5] == pytest.approx(
        [
            len(blurred) / len(drawn),
            np.mean([shot.quality is not None for shot in drawn]),
            np.mean([shot.enlarged for shot in drawn]),
        ],
        abs=0.1,
    )
    assert any(shot.motion for shot in blurred)
    assert any(shot.defocus for shot in blurred)
    assert not any(shot.motion and shot.defocus for shot in blurred)


def test_a_setting_is_the_same_in_every_run() -> None:
    """Each probe has a seed of its own; the crops given stay as they are."""
    setting = next(each for each in ladders() if each.name == "28 px, ISO 6400")

    once, again = setting.spoil(crops()), setting.spoil(crops())

    assert np.array_equal(once.crops, again.crops)
    same = setting.spoil(np.stack([crops()[0]] * 2))
    assert not np.array_equal(same.crops[0], same.crops[1])


def test_clean_probes_are_as_they_are() -> None:
    """Byte for byte, and told as whole."""
    found = sets()[-1].spoil(crops())

    assert np.array_equal(crops(), found.crops)
    assert [1.0] * 4 == found.scale.tolist()


@pytest.mark.parametrize(
    ("shot", "scale"),
    [
        pytest.param(QUIET, 28 / 112, id="far: the detector counts its pixels"),
        pytest.param(replace(QUIET, enlarged=True), 1.0, id="enlarged: it finds a large face"),
        pytest.param(replace(QUIET, across=112.0), 1.0, id="near"),
        pytest.param(replace(QUIET, across=14.9), 14 / 112, id="an even number of pixels"),
    ],
)
def test_the_scale_is_what_a_detector_would_tell(shot: Shot, scale: float) -> None:
    """Not what is known of how the picture was made."""
    taken = take(crops(1)[0], shot, np.random.default_rng(1))

    assert scale == pytest.approx(taken.scale)
    assert shot.across == pytest.approx(taken.across, abs=1)


def test_noise_is_of_the_pixels_that_the_camera_has() -> None:
    """A far face has grains as large as its pixels; enlarged video has fine ones."""
    far = replace(QUIET, iso=12800.0)

    coarse, fine = noise_of(far), noise_of(replace(far, enlarged=True))

    assert coarse.std() > 3
    assert grain(coarse) < 0.6 * grain(fine)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"iso": 12800.0}, id="noise"),
        pytest.param({"motion": 9.0}, id="motion"),
        pytest.param({"defocus": 4.0}, id="defocus"),
        pytest.param({"quality": 10.0}, id="JPEG"),
        pytest.param({"across": 14.0}, id="size"),
    ],
)
def test_whatever_a_shot_says_is_done(change: dict[str, float]) -> None:
    """Each of its numbers makes another picture, farther from the crop."""
    crop = cv2.GaussianBlur(crops(1)[0], (0, 0), 3.0).astype(np.uint8)
    whole = Shot(across=112.0, iso=100.0)

    def off(shot: Shot) -> float:
        seen = take(crop, shot, np.random.default_rng(1)).crop
        return float(np.abs(seen.astype(float) - crop).mean())

    assert off(replace(whole, **change)) > 1.2 * off(whole)  # type: ignore[arg-type]  # all floats


def test_bins_leave_nobody_out_and_count_nobody_twice() -> None:
    """By what the source had between the eyes; what a scene keeps is not known, and in no bin."""
    across = np.array([14.0, 24.0, 26.0, 38.0, 50.0, 76.0, 77.0, 112.0, np.nan])
    spoiled = Spoiled(crops(9), np.ones(9, np.float32), across)

    inside = np.stack([spoiled.within(*span) for span in BINS.values()])

    assert [1] * 8 + [0] == inside.sum(axis=0).tolist()
    eyes = [inter_eye_from_across(px) for px in across[:8]]
    assert ["≤ 8 px", "≤ 8 px", "8 to 12 px", "8 to 12 px", "12 to 16 px"] == _bins(inside)[:5]
    assert eyes[5] < 24 < eyes[6]
    assert ["16 to 24 px", "> 24 px", "> 24 px"] == _bins(inside)[5:8]


def _bins(inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> list[str]:
    names = list(BINS)
    return [names[int(column.argmax())] for column in inside.T]


def test_the_low_quality_set_has_two_halves() -> None:
    """Faces that are small in the frame, and those of enlarged video; other sets have none."""
    spoiled = mixed(LOW, MIXTURES[LOW]).spoil(crops(12))

    halves = spoiled.parts(LOW)

    assert [FAR, ENLARGED] == list(halves)
    assert [1] * 12 == np.stack(list(halves.values())).sum(axis=0).tolist()
    assert (spoiled.scale[halves[FAR]] <= 28 / 112).all()
    assert list(BINS) == list(spoiled.parts(ANY))
    assert {} == spoiled.parts(CLEAN)


def test_a_scene_sees_no_smaller_faces_than_it_lets_in() -> None:
    """The least distance between the eyes; a door asks for more than a crop has."""
    assert seen_from(16.0).across == pytest.approx((16.0 * 112 / 35.24, 112.0))
    assert (112.0, 112.0) == seen_from(40.0).across
    assert MIXTURES[ANY].iso == seen_from(16.0).iso


def test_lines_go_through_one_point() -> None:
    """Rungs of blur and JPEG differ from the centre of the plane in one thing."""
    assert CENTRE.across in SIZES
    assert CENTRE.iso in ISOS
    found = {each.name for each in ladders() if each.group in {"blur", "JPEG"}}
    assert {name.partition(",")[0] for name in found} == {"56 px"}


def test_a_scene_does_not_tell_its_scale() -> None:
    """Unknown counts as whole."""
    setting: Setting = next(each for each in ladders() if each.name == "cctv 1")

    found = setting.spoil(crops(2))

    assert [1.0, 1.0] == found.scale.tolist()
    assert np.isnan(found.across).all()


def test_sets_of_the_same_mixture_and_another_name_are_other_draws() -> None:
    """Scenes do not share their probes' chances."""
    door, desk = (mixed(f"scene {name}", MIXTURES[ANY]).spoil(crops(2)) for name in ("a", "b"))

    assert not np.array_equal(door.crops, desk.crops)
