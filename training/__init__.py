"""Training of what the embedder judges: degradations, heads, robust branch."""
