"""Rows of the tables as records."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.gallery import labels
from services.gallery.records import Collection, Person, Template
from services.gallery.store import Sample

COLLECTION = (
    "SELECT key, collection_id, contract_id, dimension, plan, person_count, template_count,"
    " created_us FROM collection"
)
"""Rows for `collection`."""

PERSON = "SELECT key, person_id, labels, template_count, created_us FROM person"
"""Rows for `person`."""

TEMPLATE = "SELECT key, quality, source_id, created_us, captured_us, labels FROM template"
"""Rows for `template`."""

SAMPLE = (
    "SELECT vector, person_id, person.labels,"
    " template.key, quality, source_id, template.created_us, captured_us, template.labels"
    " FROM template CROSS JOIN person ON person.key = person"
)
"""Rows for `sample`; the key of the template is number `SAMPLE_KEY`."""

SAMPLE_KEY = 3


def collection(row: tuple[Any, ...]) -> Collection:
    """Read a row of `COLLECTION`."""
    key, collection_id, contract_id, dimension, plan, persons, templates, created_us = row
    return Collection(
        key=key,
        collection_id=collection_id,
        contract_id=contract_id,
        dimension=dimension,
        plan=plan,
        person_count=persons,
        template_count=templates,
        created_us=created_us,
    )


def person(row: tuple[Any, ...]) -> Person:
    """Read a row of `PERSON`."""
    key, person_id, text, template_count, created_us = row
    return Person(
        key=key,
        person_id=person_id,
        labels=labels.load(text),
        template_count=template_count,
        created_us=created_us,
    )


def template(row: tuple[Any, ...]) -> Template:
    """Read a row of `TEMPLATE`."""
    key, quality, source_id, created_us, captured_us, text = row
    return Template(
        key=key,
        quality=quality,
        source_id=source_id,
        created_us=created_us,
        captured_us=captured_us,
        labels=labels.load(text),
    )


def sample(row: tuple[Any, ...], vector: NDArray[np.float32]) -> Sample:
    """Read a row of `SAMPLE`, the vector of which is opened already."""
    _, person_id, person_labels, *rest = row
    return Sample(
        template=template(tuple(rest)),
        person_id=person_id,
        person_labels=labels.load(person_labels),
        vector=vector,
    )
