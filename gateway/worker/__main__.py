"""Run a worker: ``python -m gateway.worker``."""

from gateway.worker.app import open_app
from gateway.worker.config import Config
from meshkit.process import run

if __name__ == "__main__":
    run("worker", Config, open_app)
