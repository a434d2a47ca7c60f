"""Run the gallery: ``python -m services.gallery``."""

import os

# Searches are threads of FAISS, of the number that is configured. NumPy's own threads
# would fight them for the cores, and it reads this as it is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from meshkit.process import run  # see above
from services.gallery.app import open_app
from services.gallery.config import Config

if __name__ == "__main__":
    run("gallery", Config, open_app)
