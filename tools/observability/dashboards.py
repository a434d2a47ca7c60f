"""The three dashboards: the mesh, its scenes, its galleries."""

from tools.observability.panels import RATE, Panel, dashboard
from tools.observability.queries import how_long, how_often, mean, per_second, quantile

CALLS = "rpc_server_call_duration_seconds"
COUNT = f"{CALLS}_count"
PROBES = 'rpc_method!~"grpc[.].*"'
"""Health and reflection are calls, too; nobody waits for them."""

SERVICES = 'rpc_method=~"sureface[.](detector|embedder|enhancer|gallery)[.].*"'
PUBLIC = f"{PROBES}, {SERVICES.replace('=~', '!~')}"
GALLERIES = 'rpc_method=~"sureface[.]gallery[.].*"'
SEARCHES = 'batcher="gallery searches"'

QUALITY, PICTURES = "gateway_sample_quality", "gateway_pictures_total"
LOW = per_second(PICTURES, "camera", where='outcome="low"')

MESH = (
    how_often("Calls", COUNT, "rpc_method", where=PROBES, unit="reqps"),
    how_often(
        "Refused and failed calls", COUNT, "error_type", "rpc_method", where='error_type!=""'
    ),
    how_long("Time to answer, public calls", CALLS, "rpc_method", where=PUBLIC),
    how_long("Time to answer, services", CALLS, "rpc_method", where=SERVICES),
    how_long("Time in a queue", "batcher_queue_seconds", "batcher"),
    how_long("Time of a batch", "batcher_compute_seconds", "batcher"),
    Panel("Items in a batch, mean", [(mean("batcher_batch_items", "batcher"), "{{batcher}}")]),
    Panel("Items that wait", [("sum by (batcher) (batcher_queued_items)", "{{batcher}}")]),
    Panel("Streams that are open", [("sum(gateway_streams)", "streams")]),
    how_often("Frames of streams", "gateway_stream_frames_total", "outcome"),
    how_long("From a face to its verdict, in streams", "gateway_stream_verdict_seconds", "verdict"),
    how_often("Frames of jobs", "worker_frames_total", "outcome"),
    how_often("Tasks of jobs", "worker_tasks_total", "kind", "outcome"),
    Panel(
        "Tasks of jobs that wait",
        [("gateway_job_tasks_waiting", "{{instance}}")],
        text="For a worker. No line: their store cannot be asked.",
    ),
    Panel("Cores in use", [(f"rate(process_cpu_seconds_total[{RATE}])", "{{instance}}")]),
    Panel("Memory", [("process_resident_memory_bytes", "{{instance}}")], "bytes"),
    Panel("Up", [('up{job=~".*sureface.*"}', "{{instance}}")]),
)

SCENES = (
    how_often("Verdicts", "gateway_decisions_total", "scene", "verdict"),
    how_often("Rules that fired", "gateway_decisions_total", "rule"),
    how_often("Tracks of streams", "gateway_stream_tracks_total", "verdict"),
    Panel(
        "Quality, median and worst tenth",
        [
            (quantile(0.5, QUALITY, "scene"), "{{scene}} median"),
            (quantile(0.1, QUALITY, "scene"), "{{scene}} worst tenth"),
        ],
        text="From 0.8 on excellent, 0.6 good, 0.4 fair, 0.3 poor.",
    ),
    Panel(
        "Mean quality, ten worst cameras",
        [(f"bottomk(10, {mean(QUALITY, 'scene', 'camera')})", "{{scene}} {{camera}}")],
    ),
    Panel(
        "Length of vectors, mean",
        [(mean("gateway_sample_magnitude", "scene"), "{{scene}}")],
        text="What quality is read from: a change without one of quality is a change of model.",
    ),
    how_often("What pictures were", PICTURES, "scene", "outcome"),
    Panel(
        "Share of low quality, ten worst cameras",
        [(f"topk(10, {LOW} / {per_second(PICTURES, 'camera')})", "{{camera}}")],
        "percentunit",
    ),
    how_often(
        "Causes of low quality",
        "gateway_low_quality_total",
        "cause",
        text="Which camera has which: `sureface insight`.",
    ),
    how_often(
        "Lines for a match, by what is wrong", "gateway_accept_lines_total", "scene", "outcome"
    ),
    Panel("Policies in force", [("gateway_policy_info", "")], kind="table"),
    Panel("Calibrations", [("gateway_calibration_loaded", "")], kind="table"),
    Panel(
        "Rejected files",
        [
            ("gateway_policy_rejected", "policies {{instance}}"),
            ("gateway_calibrations_rejected", "calibrations {{instance}}"),
        ],
        text="1 while the old one is in force.",
    ),
    how_often("Changes of the policy file", "gateway_policy_read_total", "outcome"),
)

GALLERY = (
    Panel("Templates", [("gallery_templates", "{{instance}}")]),
    Panel("Persons", [("gallery_persons", "{{instance}}")]),
    Panel("Collections", [("gallery_collections", "{{instance}}")]),
    Panel("Memory of indexes", [("gallery_index_bytes", "{{instance}}")], "bytes"),
    Panel(
        "Deleted templates that take room",
        [("gallery_tombstones / gallery_templates", "{{instance}}")],
        "percentunit",
        text="From a fifth on an index is rebuilt.",
    ),
    how_often("Rebuilt indexes", "gallery_rebuilds_total", "reason"),
    Panel("Writes that searches do not see yet", [("gallery_replication_lag", "{{instance}}")]),
    Panel(
        "Last write that searches see",
        [("gallery_applied_position", "{{instance}}")],
        text="Replicas that are level have the same.",
    ),
    how_often("Calls", COUNT, "rpc_method", where=GALLERIES, unit="reqps"),
    how_long("Time to answer", CALLS, "rpc_method", where=GALLERIES),
    how_long("Searches: time in the queue", "batcher_queue_seconds", "batcher", where=SEARCHES),
    how_long("Searches: time of a scan", "batcher_compute_seconds", "batcher", where=SEARCHES),
    Panel(
        "Probes in a scan, mean",
        [(mean("batcher_batch_items", "batcher", where=SEARCHES), "{{batcher}}")],
    ),
)

DASHBOARDS = {
    "mesh": dashboard("mesh", "mesh", MESH),
    "scenes": dashboard("scenes", "scenes and quality", SCENES),
    "gallery": dashboard("gallery", "gallery", GALLERY),
}
"""By the name of their file."""
