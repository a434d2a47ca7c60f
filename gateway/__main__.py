"""Run the gateway: ``python -m gateway``."""

from gateway.app import open_app
from gateway.config import Config
from meshkit.process import run

if __name__ == "__main__":
    run("gateway", Config, open_app)
