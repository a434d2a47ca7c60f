"""What a gallery exports, as columns of a file."""

from collections.abc import Sequence

import pyarrow as pa
from google.protobuf.timestamp_pb2 import Timestamp

from sureface.gallery.v1 import gallery_pb2 as pb


def batch(records: Sequence[pb.TemplateRecord], schema: pa.Schema) -> pa.RecordBatch:
    """Rows for a file of this schema; vectors are packed, as galleries export them."""
    templates = [record.template for record in records]
    kind = schema.field("vector").type
    packed = pa.py_buffer(b"".join(template.packed_vector for template in templates))
    numbers = pa.Array.from_buffers(pa.float32(), len(records) * kind.list_size, [None, packed])
    columns = {
        "person_id": [record.person_id for record in records],
        "vector": pa.FixedSizeListArray.from_arrays(numbers, type=kind),
        "quality": [template.quality for template in templates],
        "source_id": [template.source_id for template in templates],
        "capture_time": [_moment_us(template.capture_time) for template in templates],
        "create_time": [_moment_us(record.create_time) for record in records],
        "template_id": [record.template_id for record in records],
        "labels": [list(template.labels.items()) for template in templates],
        "person_labels": [list(record.person_labels.items()) for record in records],
    }
    arrays = [
        columns[field.name]
        if isinstance(columns[field.name], pa.Array)
        else pa.array(columns[field.name], field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _moment_us(stamp: Timestamp) -> int:
    return stamp.seconds * 1_000_000 + stamp.nanos // 1000
