"""Run the detector: ``python -m services.detector``."""

from meshkit.process import run
from services.detector.app import open_app
from services.detector.config import Config

if __name__ == "__main__":
    run("detector", Config, open_app)
