"""Run the enhancer: ``python -m services.enhancer``."""

from meshkit.process import run
from services.enhancer.app import open_app
from services.enhancer.config import Config

if __name__ == "__main__":
    run("enhancer", Config, open_app)
