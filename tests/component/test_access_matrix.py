"""Every call, by every role, with every kind of credential, over a real socket."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.identity.roles import RULES
from meshkit.keys.key import Role
from meshkit.keys.secret import new_secret
from tests.fake_gateway import METHODS
from tests.identities import Held, expired, held, revoked, with_keys

pytestmark = pytest.mark.timeout(300)

UNKNOWN = "UNAUTHENTICATED UNAUTHENTICATED"


def same(key: Held) -> Held:
    return key


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("filed", "shown"),
    [
        pytest.param(same, lambda key: key.credential, id="right"),
        pytest.param(same, lambda _: None, id="none"),
        pytest.param(same, lambda key: replace(key, secret=new_secret()).credential, id="wrong"),
        pytest.param(expired, lambda key: key.credential, id="expired"),
        pytest.param(revoked, lambda key: key.credential, id="revoked"),
    ],
)
async def test_access(
    tmp_path: Path,
    role: Role,
    filed: Callable[[Held], Held],
    shown: Callable[[Held], str | None],
    request: pytest.FixtureRequest,
) -> None:
    """A credential that holds makes the calls of its role; any other one makes none at all."""
    key = filed(held(role))
    holds = request.node.callspec.id.startswith("right")
    async with with_keys(tmp_path / "keys.json", key, caller_calls_per_s=10_000) as door:
        answers = {method: await door.call(method, shown(key)) for method in METHODS}
        served = [f"{name}" for name, _ in door.office.served]

    allowed = [method for method, rule in RULES.items() if holds and role in rule.roles]
    refused = "PERMISSION_DENIED CALL_NOT_PERMITTED" if holds else UNKNOWN
    assert {m: "OK" if m in allowed else refused for m in METHODS} == answers
    assert sorted(method.rpartition("/")[2] for method in allowed) == sorted(served)
