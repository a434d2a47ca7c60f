"""Jobs under fire: ``python -m bench.jobs`` kills workers and their store at random instants.

Mesh, workers, Redis and footage are those of the tests.
"""
