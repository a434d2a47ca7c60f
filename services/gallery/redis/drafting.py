"""Running the rules of a group of writes, one upon the other, on facts of one instant."""

from collections.abc import Sequence
from dataclasses import dataclass

from redis.exceptions import RedisError

from services.gallery.queued import Outcome, Write
from services.gallery.redis.draft import Answered, Draft
from services.gallery.redis.facts import Facts
from services.gallery.redis.head import Head, new_token
from services.gallery.redis.remembered import recalled
from services.gallery.redis.script import Script
from services.gallery.redis.transaction import RedisTransaction

_TEMPLATES = 4096
"""Templates after which a commit takes no more writes: 8 MB with 512 numbers each, which
Redis does not stop for longer than a few of its other clients would notice."""


@dataclass(frozen=True, slots=True)
class Group:
    """What a group of writes comes to, before it is true."""

    draft: Draft
    outcomes: list[Outcome]
    """Of the first writes; those behind them did not fit any more."""


def drafted(writes: Sequence[Write], script: Script, now_us: int, facts: Facts) -> Group:
    """Run each write on top of those before it; one that raises leaves nothing behind."""
    group, token = Group(Draft(), []), new_token()
    before = facts.head
    for write in writes:
        if len(group.draft.templates) >= _TEMPLATES:
            break
        draft = group.draft.fork()
        transaction = RedisTransaction(facts, script, draft, before=before, now_us=now_us)
        try:
            answer = recalled(write.request, facts, script.space, group.draft)
            if answer is None:
                answer = write.work(transaction)
                before = _keep(
                    group.draft, draft, Answered(write.request, answer), transaction, token
                )
        except RedisError:
            raise
        except Exception as error:  # noqa: BLE001  # it belongs to the caller, who raises it
            group.outcomes.append(error)
        else:
            group.outcomes.append(answer)
    return group


def _keep(
    group: Draft, draft: Draft, answered: Answered, transaction: RedisTransaction, token: str
) -> Head:
    draft.answers[answered.request.request_id] = answered
    step = transaction.step(token)
    draft.steps.append(step)
    group.keep(draft)
    return step.head
