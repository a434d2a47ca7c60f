"""Run the gallery: ``python -m services.gallery``."""

from meshkit.process import run
from services.gallery.app import open_app
from services.gallery.config import Config

if __name__ == "__main__":
    run("gallery", Config, open_app)
