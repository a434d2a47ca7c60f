"""The calls of the public API: each is one function from typed arguments to `Prepared`.

They know nothing of channels, deadlines or asyncio; `client.methods` turns them into
methods of both clients.
"""
