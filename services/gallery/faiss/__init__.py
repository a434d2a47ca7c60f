"""The index that serves: FAISS, on the processor or on a GPU."""

from services.gallery.faiss.index import FaissIndex
from services.gallery.faiss.indexes import FaissIndexes

__all__ = ["FaissIndex", "FaissIndexes"]
