"""How good scenes are: ``python -m bench.scenes`` for cameras.

- `recording`: frames of people who pass a camera, made of photos.
- `cameras`: cameras that play them to a mesh, and what they are told.
- `memory`: what its processes hold meanwhile.
- `reloading`: ``python -m bench.scenes.reloading``, a policy table that is replaced under load.
- `telling`: ``python -m bench.scenes.telling``, when a door should tell that it knows nobody, on
  visits made of crops (`visiting`), in several ways (`ways`).
- `fpir`: ``python -m bench.scenes.fpir``, whether a `target_fpir` holds for galleries of any size.
"""
