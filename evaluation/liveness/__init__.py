"""What a passive liveness model is worth: live faces against pictures of faces that we make.

- `surfaces`: what a screen and a printer make of a picture; `presentations`: kinds of attacks with
  them, and the same camera without one;
- `rates`: ISO/IEC 30107-3: attacks that pass by kind (APCER), live faces that do not (BPCER);
- `upstream`: the model, from its package; `parts`: faces and what is around them;
- `measuring` and `command`: from there to rows of `bench/results/scenes.json`.

Nobody presented anything to a camera: this is no test of presentation attack detection.
"""
