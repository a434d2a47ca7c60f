"""Faults at length: ``python -m bench.operations NAME``.

- `chaos`: replicas are killed in turn; nothing acknowledged is lost, next to no call fails.
- `rolling`: every process is restarted in turn, as an upgrade does it; no call fails.
- `overload`: five times as much is asked as can be done.
- `soak`: an hour at the pace of a small site.
- `fuzz`: requests and pictures that nobody would send.

Shared parts: `site` runs replicas, `asking` and `enrolling` call them, `truth` knows the right
answers, `loops` keeps the pace, `tally` counts. Processes and Redis are those of the tests.
"""
