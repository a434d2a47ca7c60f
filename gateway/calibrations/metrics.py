"""What the gateway measures of its calibrations."""

from prometheus_client import Counter, Gauge

LOADED = Gauge(
    "gateway_calibration_loaded",
    "1 for each calibration that is loaded.",
    ["contract_id", "version"],
)
REJECTED = Gauge(
    "gateway_calibrations_rejected", "1 while a calibration file holds what was rejected, else 0."
)
LINES = Counter(
    "gateway_accept_lines_total",
    "Lines for a match that a target_fpir came to, by what is wrong with them.",
    ["scene", "outcome"],
)
