"""How good the gallery is: one module a question, each run by ``python -m bench.gallery.<it>``.

- `search`: one caller and a million templates, against FAISS's own exact index.
- `batching`, `batching_served`: sixteen callers, against one caller of the same index.
- `service`: the service, gRPC included, against its own index; how soon it is back.
- `peers`: milvus-lite, pgvector and Qdrant's engine, each with what it finds.
- `growth`: ten thousand to five million templates.
- `enrolment`: how long searches take while people are enrolled.
- `upkeep`: a compaction: its time, its memory, and what searches feel of it.
- `room`: bytes of a template, on disk and in Redis.
- `sealing`: what it costs that templates are encrypted.
- `importing`: how fast the command line fills a gallery.

All read what ``python -m bench.facelike`` wrote, and keep their numbers in
`bench/results/gallery.json`, their plots in `docs/plots/gallery/`. Sides that are
compared take turns within one run, so that a busy minute hits all of them.
"""
