"""What the gateway measures of jobs. What workers do, they measure themselves."""

from prometheus_client import Gauge

WAITING = Gauge(
    "gateway_job_tasks_waiting",
    "Tasks of jobs that wait for a worker; NaN while their store cannot be asked.",
)
