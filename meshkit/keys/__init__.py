"""API keys: what one is, how its secret is kept, and the file that they are in.

The gateway reads that file and `sureface keys` writes it; neither imports the other.
"""
