"""Model files: which there are, whether they are what they should be, how they run.

For services that hold a model; the gateway and the client must not import it.
"""
