"""After a restart: is everything there that was promised, and nothing else?"""

from collections.abc import Sequence

import grpc
import grpc.aio

from bench.kill import looking
from bench.kill.ledger import Doubt, Ledger
from bench.kill.looking import Stored, persistently
from bench.kill.samples import Person
from bench.kill.writes import Add, Answer, Import, Write
from tests.galleries import Stub

_REPEATED = 8
"""Answered writes that are sent again after each restart."""

_SAMPLE = 512
"""Templates that are searched for if not all are."""


async def settle(galleries: Sequence[Stub], ledger: Ledger) -> None:
    """Judge what was not answered, then have it done; repeat some of what was."""
    chance = ledger.chance
    ledger.floor = ledger.highest
    # What comes before the first write that is answered again is all that there will be.
    first = Add.of(ledger.new_person_id(), None, ledger.new_numbers(2))
    answer = await persistently(lambda: first.send(galleries[0]))
    ledger.acknowledge(first, answer)
    for doubt in ledger.doubts:
        gallery = chance.choice(galleries)
        await _judge(galleries, ledger, doubt)
        if answered := await _again(gallery, ledger, doubt.write):
            ledger.acknowledge(doubt.write, answered, fresh=False)
    ledger.doubts.clear()
    for write, told in chance.sample(ledger.told, min(_REPEATED, len(ledger.told))):
        answered = await _again(chance.choice(galleries), ledger, write)
        if answered and answered != told:
            ledger.lose(f"{type(write).__name__} was answered {told}, and again {answered}")
        ledger.tally.seen["repetitions"] += 1


async def audit(
    galleries: Sequence[Stub], ledger: Ledger, numbers: Sequence[int] | None = None
) -> None:
    """Compare all that is stored, and what every gallery finds, with what was promised.

    Args:
        galleries: Replicas of each other.
        ledger: What was promised.
        numbers: Templates to search for, and a sample of all others; None is all.
    """
    present = ledger.present()
    everyone = [*present, *ledger.removed]
    if numbers is None:
        asked = everyone
    else:
        rest = sorted(set(everyone) - set(numbers))
        sample = ledger.chance.sample(rest, min(_SAMPLE, len(rest)))
        asked = [*numbers, *sample]
    seen = await persistently(lambda: looking.stored(ledger.chance.choice(galleries)))
    _compare(ledger, present, seen)
    for gallery in galleries:
        await _search(gallery, ledger, seen, asked)
    for number, (_, template_id) in seen.templates.items():
        ledger.identify(number, template_id)


def _compare(ledger: Ledger, present: dict[int, str], seen: Stored) -> None:
    for fault in seen.faults:
        ledger.lose(fault)
    owners = {number: person_id for number, (person_id, _) in seen.templates.items()}
    for number in present.keys() - owners.keys():
        ledger.lose(f"template {number} of {present[number]} was acknowledged, and is not stored")
    for number, person_id in owners.items():
        if present.get(number) != person_id:
            ledger.lose(f"template {number} of {person_id} is stored, and must not be")
    wanted = {name: (p.labels, len(p.numbers)) for name, p in ledger.persons.items()}
    for name in wanted.keys() | seen.persons.keys():
        if wanted.get(name) != seen.persons.get(name):
            ledger.lose(f"{name} is {seen.persons.get(name)}, not {wanted.get(name)}")
    if seen.counted != (len(wanted), len(present)):
        ledger.lose(f"counted {seen.counted}, not {(len(wanted), len(present))}")


async def _search(gallery: Stub, ledger: Ledger, seen: Stored, asked: Sequence[int]) -> None:
    """What is stored is found, as the very template that it is; nothing else is found."""
    hits, position = await looking.found(gallery, asked, ledger.highest)
    if position < ledger.highest:
        ledger.lose(f"a search has seen {position}, after {ledger.highest}")
    for number in asked:
        if hits.get(number) != seen.templates.get(number):
            ledger.lose(
                f"template {number} is {seen.templates.get(number)}, found {hits.get(number)}"
            )


async def _judge(galleries: Sequence[Stub], ledger: Ledger, doubt: Doubt) -> None:
    """Every step is there or not, the first ones before the later, on all replicas alike."""
    write = doubt.write
    before = list(ledger.before(write))
    after = [dict(step) for step in write.steps]
    real = [{name: await _person(galleries, name) for name in step} for step in after]
    done = sum(r == a for r, a in zip(real, after, strict=True))
    kind = type(write).__name__
    if real != after[:done] + before[done:]:
        ledger.lose(f"{kind} is half there: {real} between {before} and {after}")
    elif done and doubt.unchanged and len(after) == 1:
        ledger.lose(f"{kind} is there, and the gallery said that nothing was changed")
    ledger.tally.seen["unanswered writes that were done" if done else "that were not"] += 1
    if isinstance(write, Import):
        stored = await persistently(lambda: write.stored(galleries[0]))
        if stored != done:
            ledger.lose(f"an import has {done} messages, and GetImport says {stored}")
        ledger.tally.seen["imports cut in two"] += 0 < done < len(after)
    await _judge_searches(galleries, ledger, real, [*before, *after])


async def _judge_searches(
    galleries: Sequence[Stub],
    ledger: Ledger,
    real: Sequence[dict[str, Person | None]],
    thinkable: Sequence[dict[str, Person | None]],
) -> None:
    there, numbers = _numbers(real), _numbers(thinkable)
    for gallery in galleries:
        hits, _ = await looking.found(gallery, sorted(numbers), ledger.highest)
        if hits.keys() != there:
            ledger.lose(f"stored are {sorted(there)}, found are {sorted(hits)}")


def _numbers(steps: Sequence[dict[str, Person | None]]) -> set[int]:
    return {n for step in steps for person in step.values() if person for n in person.numbers}


async def _person(galleries: Sequence[Stub], person_id: str) -> Person | None:
    return await persistently(lambda: looking.person(galleries[-1], person_id))


async def _again(gallery: Stub, ledger: Ledger, write: Write) -> Answer | None:
    try:
        return await persistently(lambda: write.again(gallery))
    except grpc.aio.AioRpcError as error:
        kind = type(write).__name__
        ledger.lose(f"{kind} again is refused: {error.code().name} {error.details()}")
        return None
