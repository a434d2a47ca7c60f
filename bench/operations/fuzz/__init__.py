"""``fuzz``: requests and pictures that nobody would send, to every call of the public API.

- `pictures` and `requests` make them, by Hypothesis: mostly plausible, damaged here and there.
- `sending` sends them to a gateway as bytes, past the SDK.
- `judging` says what is wrong with an answer.
- `playing` sends as many as one seed makes, and finds the smallest that goes wrong.
"""
