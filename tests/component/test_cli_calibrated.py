"""What calibrations bring, by command line: likelihood ratios, warnings, where a match begins."""

from pathlib import Path

import numpy as np

from sureface.investigation.v1 import investigation_pb2
from sureface.policy.v1 import policy_pb2
from sureface.type.v1 import decision_pb2
from tests import answers
from tests.cli import run
from tests.fake_gateway import FakeGateway


def test_candidates_show_what_their_similarity_says(gateway: FakeGateway, photo: Path) -> None:
    """As a likelihood ratio, beside the similarity; without a calibration there is no column."""
    arguments = ["search", str(photo), "--scene", "s", "--collection", "staff"]
    arguments += ["--case", "c", "--purpose", "p", "--operator", "o"]
    without = run(gateway, *arguments)
    weighed = decision_pb2.Candidate(
        person_id="p-1", similarity=0.6, rank=1, log_likelihood_ratio=np.log(1500)
    )
    gateway.answers["Search"] = investigation_pb2.SearchResponse(
        decision=answers.decision(), candidates=[weighed]
    )

    found = run(gateway, *arguments)

    assert "likelihood ratio" not in without.stdout
    assert "likelihood ratio" in found.stdout
    assert "1.5e+03" in found.stdout


def test_warnings_are_complained_about(gateway: FakeGateway) -> None:
    """Whoever looks at the table hears what is wrong with its lines."""
    row = policy_pb2.Policy()
    row.CopyFrom(answers.POLICY)
    row.ClearField("accept")
    row.target_fpir = 0.01
    gateway.answers["ListPolicies"] = policy_pb2.ListPoliciesResponse(
        policies=[row], warnings=["scene access_control: nobody is a match"]
    )

    result = run(gateway, "policies")

    assert "sureface: scene access_control: nobody is a match\n" == result.stderr
    assert ["target_fpir", "0.01"] in [line.split() for line in result.stdout.splitlines()]


def test_explains_where_a_match_begins(gateway: FakeGateway) -> None:
    """With what is to be expected of it."""
    gateway.answers["ExplainDecision"] = policy_pb2.ExplainDecisionResponse(
        verdict=decision_pb2.VERDICT_REVIEW,
        rule=decision_pb2.RULE_BELOW_ACCEPT,
        accept_line=policy_pb2.AcceptLine(
            similarity=0.482,
            target_fpir=0.01,
            expected_fpir=0.01,
            low_fpir=0.001,
            high_fpir=0.044,
            degradation="target_fpir_extrapolated",
        ),
    )

    result = run(gateway, "policies", "explain", "door", "--persons", "1000")

    assert 1000 == gateway.requests[0].person_count
    assert "similarity 0.482, FPIR 0.01 (0.001 to 0.044), target fpir extrapolated" in result.stdout
