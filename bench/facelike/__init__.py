"""Galleries of a million faces that nobody photographed, made to be searched.

``python -m bench.facelike`` embeds the crops of the data folder with the served embedder, fits how
people and photos are spread, and samples from that: templates, one file; probes, another. Nothing
of it is committed, and no sampled vector is the vector of a photo.

What a sampled vector is made of (`sample.py`; every number is fitted by `statistics.py`):

- a *person* is a direction: the mean of all real people, plus a Gaussian with their covariance,
  freed of what single photos add to it. Up to half of its variance is shared with one of 64 groups
  and up to half of the rest with one real person, because real people look alike more than a
  Gaussian does: without this, the best stranger among 1,365 scores .32, with it .35, really .36.
- a *photo* turns away from its person, as far as a photo of some real person does (a bootstrap of
  cosines, person by person), in a direction with the covariance of real photos of one person.
- a *degraded* photo turns away from a clean one, as far as `evaluation.degrade` makes a real crop
  turn, in a direction with the covariance of such turns, around the mean that turns of this size
  share: crops that are spoiled badly become alike, whoever is on them.

`realism.py` prints real against sampled: genuine and impostor scores, and the best stranger by
gallery size. The set *normal* beside it has neither people alike nor directions that matter more
than others: an index that learns directions gains nothing there.
"""

SEED = 20
"""Of whoever is drawn: a larger gallery begins with the people of a smaller one."""
