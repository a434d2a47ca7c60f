"""The small networks beside the branches: whom to trust, and how sure to be."""
