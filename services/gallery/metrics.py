"""What the gallery measures, beside what every server does."""

from prometheus_client import Gauge

POSITION = Gauge("gallery_applied_position", "The last write that searches see.")
REPLICATION_LAG = Gauge(
    "gallery_replication_lag", "Writes of the store that searches do not see yet."
)
