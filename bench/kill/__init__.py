"""Kill -9 at random instants, again and again: is every acknowledged write still there?

``python -m bench.kill`` proves it; `tests/component/test_gallery_kill.py` runs a few rounds
of the same. Processes, Redis and requests are those of the tests.
"""
