"""Two places that must agree: the protos and the SDK, for programs and for mypy."""

from pathlib import Path

import pytest
from google.protobuf.descriptor import MethodDescriptor
from mypy import api as mypy

from client.api import Calls
from client.methods import BatchMethod, FeedMethod, ListMethod, Method, StreamMethod
from tests.answers import EVERYTHING
from tests.fake_gateway import METHODS

ROOT = Path(__file__).parents[2]

KINDS = (Method, ListMethod, FeedMethod, StreamMethod, BatchMethod)

BULK = {"ExportCollection", "ImportCollection", "GetImport"}
"""Transfers of whole collections: `sureface gallery` moves files."""


def python_name(method: MethodDescriptor) -> str:
    """``ListPersons`` is ``list_persons``."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in method.name).lstrip("_")


def test_every_served_call_has_a_method() -> None:
    """The SDK covers what the mesh serves: nothing less, nothing more."""
    served = {python_name(m) for m in METHODS.values() if m.name not in BULK}
    extra = {"verify_photos"}  # Verify, too, with its other kind of reference

    names = {name for name, value in vars(Calls).items() if isinstance(value, KINDS)}
    assert served | extra == names


def test_every_served_call_is_answered_in_tests() -> None:
    """The canned answers that other tests rest on leave no served call out."""
    served = {method.name for method in METHODS.values()} - BULK

    assert served == EVERYTHING.keys()


def test_transfers_exist() -> None:
    """The list of calls without a method holds no leftovers."""
    assert {method.name for method in METHODS.values()} >= BULK


def test_every_method_says_what_it_does() -> None:
    """`help(Sureface.verify)` and editors have a sentence for each call."""
    methods = [v for v in vars(Calls).values() if isinstance(v, KINDS)]

    assert [] == [method for method in methods if not method.__doc__]


SNIPPET = """
from client import AsyncSureface, Sureface
def blocking(mesh: Sureface) -> None:
    reveal_type(mesh.verify)
    reveal_type(mesh.list_persons(collection_id=""))
    reveal_type(mesh.within(1.0).compare(scene="", first=b"", second=b""))
    reveal_type(mesh.identify_stream([b""], scene="", collection_id="", camera_id=""))
    reveal_type(mesh.batch_enroll([], scene="", collection_id=""))
    mesh.identify(scene="", probe=b"", collection="")
async def awaiting(mesh: AsyncSureface) -> None:
    reveal_type(mesh.verify)
    reveal_type(mesh.list_persons(collection_id=""))
    mesh.identify_stream([b""], scene="", collection_id="", camera_id="")
    reveal_type(await mesh.within(1.0).compare(scene="", first=b"", second=b""))
"""

REVEALED = """\
4: note: Revealed type is "def (*, scene: str, probe: bytes | pathlib.Path, collection_id: str, \
person_id: str, camera_id: str =) -> client.types.decision.Verification"
5: note: Revealed type is "typing.Iterator[client.types.enrollment.Person]"
6: note: Revealed type is "client.types.decision.Comparison"
7: note: Revealed type is "typing.Iterator[client.types.stream.StreamUpdate]"
8: note: Revealed type is "typing.Iterator[client.types.enrollment.BatchOutcome]"
9: error: Unexpected keyword argument "collection"; did you mean "collection_id"?  [call-arg]
11: note: Revealed type is "def (*, scene: str, probe: bytes | pathlib.Path, collection_id: str, \
person_id: str, camera_id: str =) -> typing.Coroutine[Any, Any, \
client.types.decision.Verification]"
12: note: Revealed type is "typing.AsyncIterator[client.types.enrollment.Person]"
13: error: Argument 1 has incompatible type "list[bytes]"; expected \
"AsyncIterable[Frame | bytes | Path]"  [arg-type]
14: note: Revealed type is "client.types.decision.Comparison"
"""


def test_types_are_the_true_ones_on_both_clients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both clients show the signature of each call; a wrong argument is a type error."""
    monkeypatch.chdir(ROOT)
    file = tmp_path / "snippet.py"
    file.write_text(SNIPPET, encoding="utf-8")
    output, _, _ = mypy.run(["--hide-error-context", "--no-error-summary", str(file)])
    lines = [line.partition("snippet.py:")[2] for line in output.splitlines()]

    assert REVEALED.splitlines() == lines
