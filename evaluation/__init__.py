"""Measures the models on real data. Services never import this package.

- `measures/`: what is computed, pure functions over arrays;
- `parts/`: what a report measures of one model, a question a module;
- `goals/`: which of these numbers have a goal;
- `page/`: the report as one HTML page;
- `gate/`: a few real photos against expected numbers, for CI;
- `nonfaces/`: crops of what is no face.

A `subject.Subject` is a model under test, a `trial.Trial` puts LFW before it, `examination`
runs all parts, `report` does so for several models and writes what was found. `docs/evaluation.md`
says what the numbers mean.
"""
