"""Lists in pages."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faces.errors import FieldInvalid, PageTokenInvalid
from faces.paging import DEFAULT_SIZE, MAX_SIZE, key_of, number_of, page, size_of


def listed(keys: list[str], size: int) -> list[list[str]]:
    """Walk through a sorted list as a caller does, page by page."""
    pages, token = [], ""
    while True:
        after = key_of(token)
        found = [key for key in keys if key > after][: size + 1]
        cut = page(found, size, key=str)
        pages.append(list(cut.items))
        token = cut.next_token
        if not token:
            return pages


@given(st.sets(st.text(st.characters(exclude_categories=["Cs"]), min_size=1)), st.integers(1, 5))
def test_pages_hold_each_item_once(keys: set[str], size: int) -> None:
    """Whatever the keys are, walking the pages gives the list, and no page is too long."""
    pages = listed(sorted(keys), size)

    assert sorted(keys) == [key for one in pages for key in one]
    assert all(len(one) == size for one in pages[:-1])
    assert len(pages[-1]) <= size


@pytest.mark.parametrize(
    ("requested", "size"),
    [
        pytest.param(0, DEFAULT_SIZE, id="the caller does not care"),
        pytest.param(1, 1, id="smallest"),
        pytest.param(MAX_SIZE, MAX_SIZE, id="largest"),
        pytest.param(2**31 - 1, MAX_SIZE, id="clamped"),
    ],
)
def test_sizes(requested: int, size: int) -> None:
    """0 is the default, too much is clamped."""
    assert size == size_of(requested)


def test_a_negative_size_is_refused() -> None:
    """It cannot be meant."""
    with pytest.raises(FieldInvalid, match="page_size"):
        size_of(-1)


def encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode()


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("p-17", id="a key of ours, but no token"),
        pytest.param(encoded(b"p-17"), id="without our mark"),
        pytest.param(encoded(b"page-2:p-17"), id="of another version"),
        pytest.param(encoded(b"page-1:\xff"), id="no text"),
        pytest.param(encoded(b"page-1:p-17")[:-1], id="truncated"),
        pytest.param("жžß", id="not even ASCII"),
        pytest.param(" ", id="blank"),
    ],
)
def test_foreign_tokens_are_refused(token: str) -> None:
    """Nothing that we did not make leads anywhere."""
    with pytest.raises(PageTokenInvalid):
        key_of(token)


@given(st.text())
def test_no_token_is_a_bug(token: str) -> None:
    """Any text is a token or is refused; nothing else happens."""
    try:
        key_of(token)
    except PageTokenInvalid:
        return


@pytest.mark.parametrize(
    ("key", "number"),
    [
        pytest.param("0", "0", id="zero"),
        pytest.param("9" * 18, "9" * 18, id="as many digits as a store holds"),
        pytest.param("9" * 19, None, id="more than a store holds"),
        pytest.param("-1", None, id="negative"),
        pytest.param("p-17", None, id="of a list with other keys"),
    ],
)
def test_keys_that_are_numbers(key: str, number: str | None) -> None:
    """A list whose keys are numbers refuses other lists' tokens."""
    token = encoded(f"page-1:{key}".encode())

    if number is None:
        with pytest.raises(PageTokenInvalid):
            number_of(token)
    else:
        assert number == number_of(token)


def test_the_first_page_has_no_number() -> None:
    """An empty token starts at the beginning."""
    assert "" == number_of("")
