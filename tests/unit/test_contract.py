"""Embedding contracts."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from faces.contract import Preprocessing, contract_id, require_contract
from faces.errors import ContractMismatch
from meshkit.models.registry import find

MODELS = Path(__file__).parents[2] / "models"
SHA256 = "ab" * 32
HOW = Preprocessing(version="1", channels="BGR", mean=127.5, scale=128.0)
MINE = contract_id(model_sha256=SHA256, preprocessing=HOW, dimension=512)


def test_the_committed_model_keeps_its_contract() -> None:
    """Stored templates carry this id: should it change, they could not be compared any more."""
    assert "arc512-2c3dc8609e1f" == find(MODELS, "mobilefacenet", task="embedder").contract_id


def test_the_dimension_can_be_read() -> None:
    """The id begins with what a person wants to know first."""
    assert MINE.startswith("arc512-")
    assert 12 == len(MINE.removeprefix("arc512-"))


@pytest.mark.parametrize(
    ("sha256", "how", "dimension"),
    [
        pytest.param("cd" * 32, HOW, 512, id="another file"),
        pytest.param(SHA256, replace(HOW, version="2"), 512, id="another warp"),
        pytest.param(SHA256, replace(HOW, channels="RGB"), 512, id="another channel order"),
        pytest.param(SHA256, replace(HOW, mean=0.0), 512, id="another mean"),
        pytest.param(SHA256, replace(HOW, scale=127.5), 512, id="another scale"),
        pytest.param(SHA256, HOW, 128, id="another dimension"),
    ],
)
def test_any_other_fact_is_another_contract(
    sha256: str, how: Preprocessing, dimension: int
) -> None:
    """Whatever changes the vectors changes the id."""
    other = contract_id(model_sha256=sha256, preprocessing=how, dimension=dimension)

    assert MINE != other


def test_one_number_has_one_spelling() -> None:
    """A registry that says 128 means 128.0."""
    whole = Preprocessing(version="1", channels="BGR", mean=127.5, scale=128)

    assert MINE == contract_id(model_sha256=SHA256, preprocessing=whole, dimension=512)


@pytest.mark.parametrize(
    ("channels", "mean", "scale"),
    [
        pytest.param("GRB", 0.0, 1.0, id="unknown channel order"),
        pytest.param("RGB", 0.0, 0.0, id="scale 0"),
        pytest.param("RGB", 0.0, math.nan, id="scale is no number"),
        pytest.param("RGB", math.inf, 1.0, id="mean is no number"),
    ],
)
def test_refuses_impossible_preprocessing(channels: str, mean: float, scale: float) -> None:
    """Such pixels would make no vectors."""
    with pytest.raises(ValueError, match=r"channels|scale"):
        Preprocessing(version="1", channels=channels, mean=mean, scale=scale)


@pytest.mark.parametrize("expected", ["", "arc512-aa"])
def test_a_matching_contract_passes(expected: str) -> None:
    """Callers without vectors of their own need not name one."""
    require_contract(expected, served="arc512-aa")


def test_a_foreign_contract_is_refused() -> None:
    """Both sides are named, so that an operator sees who is behind."""
    with pytest.raises(ContractMismatch) as failure:
        require_contract("arc512-bb", served="arc512-aa")

    assert {"expected": "arc512-bb", "served": "arc512-aa"} == failure.value.metadata
