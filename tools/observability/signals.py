"""Every metric and every span of every process. Tests hold the processes against it.

Dashboards, alerts and docs/telemetry.md speak of nothing else.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram", "summary", "info"]

SERVICES = ("detector", "embedder", "enhancer", "gallery")
ALL = (*SERVICES, "gateway", "worker")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric, as it is queried."""

    name: str
    kind: Kind
    unit: str
    """As the Unified Code for Units of Measure writes it: ``s``, ``By``, ``{call}``; 1 for none."""

    labels: tuple[str, ...] = ()
    processes: tuple[str, ...] = ALL

    @property
    def series(self) -> tuple[str, ...]:
        """Names under which a query finds it."""
        parts = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count")}
        return tuple(self.name + part for part in parts.get(self.kind, ("",)))

    @property
    def family(self) -> str:
        """Its name in OpenMetrics, where kinds have suffixes that families have not."""
        return self.name.removesuffix("_total").removesuffix("_info")


_CALL = ("rpc_system_name", "rpc_method", "rpc_response_status_code", "error_type")
_BATCHER = ("batcher",)
_CAMERA = ("scene", "camera")
_GATEWAY, _GALLERY, _WORKER = ("gateway",), ("gallery",), ("worker",)
_DECIDING = ("gateway", "worker")

METRICS = (
    Metric("rpc_server_call_duration_seconds", "histogram", "s", _CALL),
    Metric("batcher_queued_items", "gauge", "{item}", _BATCHER, SERVICES),
    Metric("batcher_queue_seconds", "histogram", "s", _BATCHER, SERVICES),
    Metric("batcher_compute_seconds", "histogram", "s", _BATCHER, SERVICES),
    Metric("batcher_batch_items", "histogram", "{item}", _BATCHER, SERVICES),
    Metric("gallery_collections", "gauge", "{collection}", (), _GALLERY),
    Metric("gallery_persons", "gauge", "{person}", (), _GALLERY),
    Metric("gallery_templates", "gauge", "{template}", (), _GALLERY),
    Metric("gallery_tombstones", "gauge", "{template}", (), _GALLERY),
    Metric("gallery_index_bytes", "gauge", "By", (), _GALLERY),
    Metric("gallery_applied_position", "gauge", "{write}", (), _GALLERY),
    Metric("gallery_replication_lag", "gauge", "{write}", (), _GALLERY),
    Metric("gallery_rebuilds_total", "counter", "{rebuild}", ("reason",), _GALLERY),
    Metric(
        "gateway_decisions_total", "counter", "{decision}", ("scene", "verdict", "rule"), _GATEWAY
    ),
    Metric("gateway_pictures_total", "counter", "{decision}", (*_CAMERA, "outcome"), _GATEWAY),
    Metric("gateway_low_quality_total", "counter", "{decision}", (*_CAMERA, "cause"), _GATEWAY),
    Metric("gateway_sample_quality", "histogram", "1", _CAMERA, _GATEWAY),
    Metric("gateway_sample_magnitude", "summary", "1", _CAMERA, _GATEWAY),
    Metric("gateway_accept_lines_total", "counter", "{line}", ("scene", "outcome"), _GATEWAY),
    Metric("gateway_policy_info", "info", "1", ("version",), _GATEWAY),
    Metric("gateway_policy_rejected", "gauge", "1", (), _GATEWAY),
    Metric("gateway_policy_read_total", "counter", "{change}", ("outcome",), _GATEWAY),
    Metric("gateway_calibration_loaded", "gauge", "1", ("contract_id", "version"), _DECIDING),
    Metric("gateway_calibrations_rejected", "gauge", "1", (), _DECIDING),
    Metric("gateway_streams", "gauge", "{stream}", (), _GATEWAY),
    Metric("gateway_stream_frames_total", "counter", "{frame}", ("outcome",), _GATEWAY),
    Metric("gateway_stream_tracks_total", "counter", "{track}", ("verdict",), _GATEWAY),
    Metric("gateway_stream_verdict_seconds", "histogram", "s", ("verdict",), _GATEWAY),
    Metric("gateway_job_tasks_waiting", "gauge", "{task}", (), _GATEWAY),
    Metric("worker_frames_total", "counter", "{frame}", ("outcome",), _WORKER),
    Metric("worker_tasks_total", "counter", "{task}", ("kind", "outcome"), _WORKER),
    Metric("process_cpu_seconds_total", "counter", "s"),
    Metric("process_resident_memory_bytes", "gauge", "By"),
)


@dataclass(frozen=True, slots=True)
class Span:
    """A span, by its name; the method stands for that of a call."""

    name: str
    text: str
    processes: tuple[str, ...]
    kind: Literal["SERVER", "CLIENT", "INTERNAL"] = "INTERNAL"
    attributes: tuple[str, ...] = ()
    """All that it may have; `error.type` of those that fail, too."""


_RPC = ("rpc.system.name", "rpc.method", "rpc.response.status_code")
METHOD = "*method*"

SPANS = (
    Span(METHOD, "a call that is answered", (*SERVICES, "gateway"), "SERVER", _RPC),
    Span(
        METHOD, "a call that is made", _DECIDING, "CLIENT", (*_RPC, "server.address", "server.port")
    ),
    Span(
        "queue *batcher*",
        "items of one call that wait for a batch; linked to it",
        SERVICES,
        attributes=("sureface.batcher",),
    ),
    Span(
        "compute *batcher*",
        "a batch: a network, an index scan, a write; linked to all callers",
        SERVICES,
        attributes=("sureface.batcher", "sureface.batch.items"),
    ),
    Span("decode", "bytes to pixels", ("detector",)),
    Span("align", "faces cut out and measured", ("detector",)),
    Span("record", "a decision on its way to disk", _GATEWAY),
    Span("frame", "one picture of a stream or a job: a trace of its own, linked to it", _DECIDING),
    Span("task", "one piece of a job", _WORKER),
)
