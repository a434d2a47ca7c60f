"""The index for galleries larger than one machine: Milvus keeps and searches the vectors."""

from services.gallery.milvus.index import MilvusIndex
from services.gallery.milvus.indexes import MilvusIndexes

__all__ = ["MilvusIndex", "MilvusIndexes"]
