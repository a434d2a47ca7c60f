"""Templates in bulk: Parquet files on one side, a gallery's streams on the other.

Its modules need pyarrow, which nothing else does: whoever imports one has looked whether it
is there.
"""
