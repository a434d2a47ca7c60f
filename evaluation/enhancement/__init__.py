"""Whether enhancement helps recognition: with it, without it, and with parts of it.

- `shots`: how a probe is spoiled, and what a detector would tell of it; `settings` and `ladders`:
  which of that is looked at;
- `graphs`: enhancer and fusion gate, run as the mesh runs them; `models`: which there are;
- `looks`: what an embedder says of a probe in all its versions; `ways`: which of them is compared,
  by the rules of a scene; `outcomes`: who is recognised then; `times`: what that costs;
- `stand`: one embedder before the people; `examination`: all of them, under all settings;
- `scenes`: where a scene should draw its line;
- `loading`: the people; `run` and `command`: from there to a page.

`evaluation.page.enhancement` shows it, `evaluation.goals.enhancement` says what has a goal.
"""
