"""How plans become indexes in Milvus, and which of its collections are ours."""

import sys

import numpy as np
import pytest

from meshkit.config import ConfigError
from services.gallery.milvus import MilvusIndexes
from services.gallery.milvus.link import Link
from services.gallery.milvus.plans import FLAT, HNSW, SMALL, Kind, breadth, kind, plan_for, suits
from services.gallery.plan import Plan
from tests.galleries import unit_vectors
from tests.indexes import CELLS, a_collection, milvus_link

NOTHING = np.empty((0, 8), np.float32)


def staged(first_stage: str) -> Plan:
    """A plan with a first stage."""
    return Plan(storage="fp32", first_stage=first_stage, shortlist=64)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param(FLAT, Kind("FLAT", {}), id="a scan"),
        pytest.param(
            HNSW, Kind("HNSW", {"M": 32, "efConstruction": 200}), id="a graph and its parameters"
        ),
        pytest.param(staged("GPU_CAGRA"), Kind("GPU_CAGRA", {}), id="on a GPU"),
        pytest.param(staged("PCAR160,PQ80x4fs"), None, id="FAISS's"),
        pytest.param(staged("PQ64"), None, id="no type of Milvus's"),
        pytest.param(Plan(storage="fp16"), None, id="a storage that Milvus is not used with"),
    ],
)
def test_a_plan_names_an_index_of_milvus(plan: Plan, expected: Kind | None) -> None:
    """What is no such name is no index."""
    assert expected == kind(plan)


@pytest.mark.parametrize(
    ("plan", "count", "expected"),
    [
        pytest.param(FLAT, 10, {}, id="a scan has none"),
        pytest.param(HNSW, 10, {"ef": HNSW.shortlist}, id="the shortlist"),
        pytest.param(HNSW, 4000, {"ef": 4000}, id="not below the candidates wanted"),
        pytest.param(CELLS, 10, {"nprobe": 8}, id="cells"),
        pytest.param(staged("GPU_CAGRA"), 70, {"itopk_size": 96}, id="multiples of 32"),
    ],
)
def test_breadth_of_a_search(plan: Plan, count: int, expected: dict[str, int]) -> None:
    """A search is as wide as its plan says, and as the candidates need."""
    made = kind(plan)
    assert made

    assert expected == breadth(plan, made, count)


def test_sizes_near_the_line_suit_both_of_its_sides() -> None:
    """No collection is rebuilt to and fro while it grows and shrinks a little."""
    assert (FLAT, HNSW) == (plan_for(SMALL), plan_for(SMALL + 1))
    assert suits(FLAT, SMALL + 1)
    assert suits(HNSW, SMALL)
    assert not suits(FLAT, 3 * SMALL)
    assert not suits(HNSW, SMALL // 3)
    assert not suits(staged("PCAR160,PQ80x4fs"), SMALL)


def test_what_milvus_builds_is_what_the_plan_says() -> None:
    """Parameters reach the server, which would go on silently without them."""
    link = milvus_link()
    index = MilvusIndexes(link, gallery="unit").make(a_collection(8), CELLS, NOTHING)
    index.add(np.arange(1, 11), unit_vectors(10))
    built = link.ask("describe_index", index.name, index_name="vector")

    assert ("IVF_FLAT", {"nlist": 8}) == (built["index_type"], built["params"])


def test_a_plan_of_another_kind_of_gallery_is_replaced() -> None:
    """A collection that was tuned for FAISS is searched; what was asked stays on record."""
    asked = staged("PCAR160,PQ80x4fs")
    index = MilvusIndexes(milvus_link(), gallery="unit").make(a_collection(8), asked, NOTHING)

    assert (asked, FLAT) == (index.asked, index.plan)


def test_an_index_that_was_opened_again_is_not_dropped_by_its_first_owner() -> None:
    """Who lets go late takes nothing away from who has taken over."""
    indexes = MilvusIndexes(milvus_link(), gallery="again")
    first = indexes.make(a_collection(8), FLAT, NOTHING)
    first.add(np.arange(1, 11), unit_vectors(10))
    second = indexes.opened(a_collection(8), 10)
    first.discard()
    kept = second.nearest(unit_vectors(3), 1).keys[:, 0]
    second.discard()

    np.testing.assert_array_equal([1, 2, 3], kept)
    assert first.name == second.name
    assert second.name not in milvus_link().names()


def test_of_several_survivors_the_fullest_is_opened() -> None:
    """A process may end while it builds aside; the rest is dropped once all are open."""
    before = MilvusIndexes(milvus_link(), gallery="several")
    full, begun = (before.make(a_collection(8), FLAT, NOTHING) for _ in range(2))
    full.add(np.arange(1, 11), unit_vectors(10))
    begun.add(np.arange(1, 4), unit_vectors(3))
    after = MilvusIndexes(milvus_link(), gallery="several")
    opened = after.opened(a_collection(8), 10)
    after.keep([1])
    names = milvus_link().names()

    assert full.name == opened.name
    assert full.name in names
    assert begun.name not in names


def test_a_gallery_leaves_the_collections_of_another_alone() -> None:
    """Even if one's name begins like the other's."""
    other = MilvusIndexes(milvus_link(), gallery="south_1").make(a_collection(8), FLAT, NOTHING)
    other.add(np.arange(1, 4), unit_vectors(3))
    MilvusIndexes(milvus_link(), gallery="south").keep([])

    assert other.name in milvus_link().names()


def test_milvus_must_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who chooses it without pymilvus is told what to install."""
    monkeypatch.setitem(sys.modules, "pymilvus", None)

    with pytest.raises(ConfigError, match=r"install sureface\[milvus\]"):
        Link("http://127.0.0.1:1")
