"""The calibration of a magnitude, as Markdown for a model card."""

from evaluation import metrics
from evaluation.logistic import Events
from evaluation.magnitude import Measured, quality
from evaluation.metrics import Bin
from evaluation.scores import QUANTILES, RATES, Scores

LINES = (0.60, 0.45, 0.35)
"""Quality lines of the policies."""


def render(measured: Measured, *, seed: int) -> str:
    """Write the section. Everything but the last part is about identities the fit did not see."""
    probes, fitted = measured.probes, measured.calibration
    promised = quality(fitted, probes.magnitude)[probes.unseen]
    passed = (probes.cosine >= fitted.threshold)[probes.unseen]
    table = metrics.reliability(promised, passed)
    parts = [
        _opening(measured, seed=seed),
        _facts(measured, passed, table),
        _groups(measured),
        _reliability(table),
        scores(measured.scores),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts)


def _opening(measured: Measured, *, seed: int) -> list[str]:
    fitted = measured.calibration
    return [
        "## Quality from the magnitude (version 0)",
        "",
        f"quality = 1 / (1 + exp(-(m - {fitted.sigmoid.midpoint}) / {fitted.sigmoid.width}))",
        f"with m the {fitted.method}: the chance that a comparison with the same person",
        f"reaches cosine {fitted.threshold:.4f} (one false match in a thousand, on clean crops).",
        f"Fitted on 80 % of the identities of `train/`, seed {seed}. The numbers of this part are",
        f"from the other 20 %: {int(measured.probes.unseen.sum())} probes, half of them degraded",
        "(`evaluation/degrade.py`). References are clean and never profiles.",
    ]


def _facts(measured: Measured, passed: Events, table: list[Bin]) -> list[str]:
    probes, new = measured.probes, measured.probes.unseen
    magnitude, spoiled = probes.magnitude[new], probes.degraded[new]
    facts = {
        "calibration error (ECE, 10 bins)": metrics.calibration_error(table),
        "AUC of the magnitude for passing": metrics.auc(magnitude, passed),
        "the same, degraded probes only": metrics.auc(magnitude[spoiled], passed[spoiled]),
        "the same, clean probes only": metrics.auc(magnitude[~spoiled], passed[~spoiled]),
        "Spearman, magnitude and cosine": metrics.spearman(magnitude, probes.cosine[new]),
        **{f"log loss with {name}": loss for name, loss in measured.calibration.losses.items()},
    }
    return ["| | |", "| --- | --- |", *(f"| {name} | {x:.4f} |" for name, x in facts.items())]


def _groups(measured: Measured) -> list[str]:
    probes = measured.probes
    promised = quality(measured.calibration, probes.magnitude)
    passed = probes.cosine >= measured.calibration.threshold
    clean = probes.unseen & ~probes.degraded
    groups = {
        "clean, not profile": clean & ~probes.profile,
        "clean, profile": clean & probes.profile,
        "degraded": probes.unseen & probes.degraded,
    }
    rows = ["| probes | n | pass | mean q | q ≥ .60 | q ≥ .45 | q ≥ .35 |", "| --- " * 7 + "|"]
    for name, group in groups.items():
        q = promised[group]
        shares = [passed[group].mean(), q.mean(), *((q >= line).mean() for line in LINES)]
        rows.append(f"| {name} | {len(q)} | " + " | ".join(f"{x:.3f}" for x in shares) + " |")
    return rows


def _reliability(table: list[Bin]) -> list[str]:
    return [
        "| promised | passed | probes |",
        "| --- | --- | --- |",
        *(f"| {row.predicted:.3f} | {row.observed:.3f} | {row.count} |" for row in table),
    ]


def scores(found: Scores) -> list[str]:
    """Write the part on similarities."""
    lines = [
        "## Cosines between clean crops",
        "",
        f"All identities of `train/`, no profiles: {found.genuine.sum():,} pairs of one person,",
        f"{found.impostor.sum():,} of two. People who are in the data under two names are merged",
        "(`evaluation/duplicates.py`); single mislabelled photos remain, so the thresholds at",
        "1e-05 and 1e-06 are upper bounds.",
        "",
        "| false match rate | threshold | genuine pairs that reach it |",
        "| --- | --- | --- |",
    ]
    for rate in RATES:
        threshold = found.threshold(rate)
        lines.append(f"| {rate:.0e} | {threshold:.4f} | {found.genuine_above(threshold):.4f} |")
    lines += ["", "| share of genuine pairs | lies below cosine |", "| --- | --- |"]
    lines += [f"| {share:.0%} | {found.genuine_quantile(share):.4f} |" for share in QUANTILES]
    return lines
