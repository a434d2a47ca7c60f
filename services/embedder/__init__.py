"""The embedder: aligned crops in, identity embeddings and quality scores out."""
