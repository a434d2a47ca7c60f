"""Clean photos."""

from evaluation.page.html import Section, Table, Text
from evaluation.page.numbers import interval, share
from evaluation.page.rungs import Models


def section(models: Models) -> Section:
    """Who is told apart."""
    head = [
        "",
        "accuracy",
        "std of folds",
        "TAR @ FMR 1e-2",
        "TAR @ FMR 1e-3",
        "line",
        "FNMR there",
    ]
    lines = [
        [
            each.name,
            share(found.verified.accuracy, 4),
            share(found.verified.std, 4),
            interval(found.verified.match_rates[1e-2], 4),
            interval(found.verified.match_rates[1e-3], 4),
            share(found.line, 4),
            interval(found.fnmr, 4),
        ]
        for each in models
        for found in [each.verification]
    ]
    spread = [
        [
            each.name,
            share(each.verification.genuine[0]),
            share(each.verification.genuine[1]),
            share(each.verification.impostor[0]),
            share(each.verification.impostor[1]),
            share(each.verification.quality),
        ]
        for each in models
    ]
    return Section(
        title="Clean photos",
        blocks=[
            Text(
                text="LFW view 2, folds 1 to 5, pictures cut as the mesh cuts them. Accuracy: "
                "each fold by the line that is best on the others. TAR: labelled pairs. The line "
                "of all other sections is set on all probes against all references of other "
                "people, at one false match in a thousand. Intervals: 95 %, people drawn again."
            ),
            Table(head=head, lines=lines),
            Table(
                head=["", "genuine mean", "std", "impostor mean", "std", "mean quality"],
                lines=spread,
            ),
        ],
    )
