"""What a worker measures."""

from prometheus_client import Counter

FRAMES = Counter(
    "worker_frames_total", "Frames that this worker has committed, by outcome.", ["outcome"]
)
TASKS = Counter(
    "worker_tasks_total",
    "Tasks by kind and outcome: done, failed, or given back.",
    ["kind", "outcome"],
)
