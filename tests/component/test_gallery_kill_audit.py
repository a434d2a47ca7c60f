"""The audit behind the kill -9 rounds finds what is lost, left over or half there."""

import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bench.kill.audit import audit, settle
from bench.kill.ledger import Doubt, Ledger
from bench.kill.samples import DIMENSION, Person
from bench.kill.tally import Tally
from bench.kill.writes import Add, Answer, Import, Remove, Write
from services.gallery.app import open_app
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import STAFF, Stub, config, create, delete, new_id, stub

Tamper = Callable[[Stub, Ledger], Awaitable[object]]

TWO = Person(frozenset({100, 101}), 100)


async def nothing(_: Stub, __: Ledger) -> None:
    """Leave everything as it is."""


async def lose_a_person(gallery: Stub, _: Ledger) -> None:
    await gallery.DeletePerson(delete("p1"))


async def lose_a_template(gallery: Stub, ledger: Ledger) -> None:
    gone = pb.DeleteTemplateRequest(
        request_id=new_id(), collection_id=STAFF, template_id=ledger.ids[0]
    )
    await gallery.DeleteTemplate(gone)


async def keep_a_removed_person(_: Stub, ledger: Ledger) -> None:
    ledger.acknowledge(Remove.of("p1"), Answer(position=1))
    ledger.told.clear()  # it is not sent again, which would remove them


async def add_somebody(gallery: Stub, _: Ledger) -> None:
    await Add.of("p9", None, [50]).send(gallery)


async def mix_up_labels(gallery: Stub, ledger: Ledger) -> None:
    number = ledger.new_numbers(1)
    write = Add.of("p1", ledger.persons["p1"], number)
    write.request.labels["last"] = "7"
    ledger.acknowledge(write, await write.send(gallery))


async def half_a_person(gallery: Stub, ledger: Ledger) -> None:
    await Add.of("p8", None, [100]).send(gallery)
    ledger.doubts.append(Doubt(Add.of("p8", None, [100, 101]), unchanged=False))


async def an_import_without_its_first_message(gallery: Stub, ledger: Ledger) -> None:
    await Add.of("p8", None, sorted(TWO.numbers)).send(gallery)
    steps = [{"p7": Person(frozenset({90}), 90)}, {"p8": TWO}]
    ledger.doubts.append(Doubt(Import(steps), unchanged=False))


async def what_was_not_to_be(gallery: Stub, ledger: Ledger) -> None:
    await done(gallery, ledger, Add.of("p8", None, [100]), unchanged=True)


async def what_nobody_answered(gallery: Stub, ledger: Ledger) -> None:
    await done(gallery, ledger, Add.of("p8", None, [100]), unchanged=False)


async def what_nobody_did(_: Stub, ledger: Ledger) -> None:
    ledger.doubts.append(Doubt(Add.of("p8", None, [100, 101]), unchanged=True))


async def done(gallery: Stub, ledger: Ledger, write: Write, *, unchanged: bool) -> None:
    """A write that was carried out, and whose answer did not arrive."""
    await write.send(gallery)
    ledger.doubts.append(Doubt(write, unchanged=unchanged))


async def another_answer(_: Stub, ledger: Ledger) -> None:
    [(write, answer)] = ledger.told
    ledger.told[0] = (write, type(answer)(answer.position + 1, answer.told))


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        pytest.param(nothing, "", id="nothing"),
        pytest.param(lose_a_person, "is not stored", id="a person is lost"),
        pytest.param(lose_a_template, "template 0 of p1", id="a template is lost"),
        pytest.param(keep_a_removed_person, "must not be", id="a removed person is there"),
        pytest.param(add_somebody, "must not be", id="somebody was never added"),
        pytest.param(mix_up_labels, "p1 is ({", id="labels are those of another write"),
        pytest.param(half_a_person, "half there", id="half a person"),
        pytest.param(an_import_without_its_first_message, "half there", id="a gap in an import"),
        pytest.param(what_was_not_to_be, "nothing was changed", id="done, and said not to be"),
        pytest.param(what_nobody_answered, "", id="done, and not answered"),
        pytest.param(what_nobody_did, "", id="not done, and not answered"),
        pytest.param(another_answer, "and again", id="another answer to the same request"),
    ],
)
async def test_the_audit_finds_what_is_wrong(tmp_path: Path, tamper: Tamper, words: str) -> None:
    """And says nothing if nothing is."""
    ledger = Ledger(Tally(), random.Random(3))  # noqa: S311  # repeatable, not secret
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        await gallery.CreateCollection(create(dimension=DIMENSION))
        write = Add.of(ledger.new_person_id(), None, ledger.new_numbers(3))
        ledger.acknowledge(write, await write.send(gallery))
        await tamper(gallery, ledger)
        await settle([gallery], ledger)
        await audit([gallery], ledger)
    losses = ledger.tally.losses

    assert bool(words) == bool(losses)
    assert any(words in loss for loss in [*losses, ""])
