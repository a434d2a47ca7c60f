"""What a file of templates looks like; docs/bulk.md says it in words."""

import pyarrow as pa

FORMAT = b"1"
"""Of the files that we write."""

FORMAT_KEY = b"sureface.format"
CONTRACT_KEY = b"sureface.contract_id"
DIMENSION_KEY = b"sureface.dimension"
COLLECTION_KEY = b"sureface.collection_id"
BEGAN_KEY = b"sureface.collection_create_time"
EXPORTED_KEY = b"sureface.export_time"

_TIME = pa.timestamp("us", tz="UTC")
_LABELS = pa.map_(pa.string(), pa.string())


def schema(dimension: int, metadata: dict[bytes, bytes]) -> pa.Schema:
    """The columns of an export, in order."""
    fields = [
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("vector", vectors(dimension), nullable=False),
        pa.field("quality", pa.float32(), nullable=False),
        pa.field("source_id", pa.string(), nullable=False),
        pa.field("capture_time", _TIME, nullable=False),
        pa.field("create_time", _TIME, nullable=False),
        pa.field("template_id", pa.string(), nullable=False),
        pa.field("labels", _LABELS, nullable=False),
        pa.field("person_labels", _LABELS, nullable=False),
    ]
    return pa.schema(fields, metadata={FORMAT_KEY: FORMAT, **metadata})


def vectors(dimension: int) -> pa.DataType:
    """Vectors of one length, without a word for each that it is there."""
    return pa.list_(pa.field("element", pa.float32(), nullable=False), dimension)
