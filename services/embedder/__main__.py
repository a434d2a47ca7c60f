"""Run the embedder: ``python -m services.embedder``."""

from meshkit.process import run
from services.embedder.app import open_app
from services.embedder.config import Config

if __name__ == "__main__":
    run("embedder", Config, open_app)
