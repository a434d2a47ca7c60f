"""What a comparison comes to without enhancement, for the record: nothing is decided by it."""

from collections.abc import Iterable, Sequence

from faces.decision import Candidate
from faces.errors import FaceError
from gateway.backends.ports import Gallery, Vector
from gateway.sample import Sample


async def in_collection(
    gallery: Gallery, sample: Sample, collection_id: str, candidates: Sequence[Candidate]
) -> float | None:
    """Similarity of the best candidate and the raw sample.

    Returns:
        None if the sample is the raw one, nobody was found, or the gallery cannot tell.
    """
    if not (sample.derived and sample.raw):
        return None
    return await of_vector(
        gallery,
        sample.raw.vector,
        contract_id=sample.contract_id,
        collection_id=collection_id,
        candidates=candidates,
    )


async def of_vector(
    gallery: Gallery,
    vector: Vector,
    *,
    contract_id: str,
    collection_id: str,
    candidates: Sequence[Candidate],
) -> float | None:
    """Similarity of the best candidate and a vector without enhancement.

    Returns:
        None if nobody was found, or the gallery cannot tell.
    """
    if not candidates:
        return None
    try:
        score = await gallery.score(
            collection_id, candidates[0].person_id, vector, contract_id=contract_id
        )
    except FaceError:
        # The decision has all that it needs: a second number must not cost it.
        return None
    return score.similarity if score else None


def among(sample: Sample, others: Iterable[Sample]) -> float | None:
    """Similarity of the raw sample and the most similar raw one of others.

    Returns:
        None if nobody was enhanced, or there is nothing to compare.
    """
    samples = list(others)
    vectors = [other.raw.vector for other in samples if other.raw]
    if not (sample.raw and vectors and any(each.derived for each in (sample, *samples))):
        return None
    return max(float(sample.raw.vector @ vector) for vector in vectors)
