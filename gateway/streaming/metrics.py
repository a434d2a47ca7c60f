"""What the gateway measures of its streams. Cameras are no labels: there is no end of them."""

from prometheus_client import Counter, Gauge, Histogram

STREAMS = Gauge("gateway_streams", "Streams that are open.")
FRAMES = Counter(
    "gateway_stream_frames_total",
    "Frames of streams: judged, dropped because a newer one came, or lost to a failure.",
    ["outcome"],
)
TRACKS = Counter(
    "gateway_stream_tracks_total", "Tracks by their verdict, or none when they ended.", ["verdict"]
)
VERDICT_SECONDS = Histogram(
    "gateway_stream_verdict_seconds",
    "From the arrival of a track's first good frame to its verdict.",
    ["verdict"],
    buckets=(0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30),
)
