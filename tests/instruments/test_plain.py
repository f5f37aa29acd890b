"""Instruments as plain data."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.load import InstrumentError, load_instrument, shipped
from instruments.plain import from_plain, to_plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(json_values)
def test_any_json_is_an_instrument_or_a_told_fault(value: Any) -> None:
    """Whatever stands in a database column, reading it never ends in another exception."""
    with pytest.raises(InstrumentError):
        from_plain(value)


@given(st.data())
def test_one_spoilt_value_is_an_instrument_or_a_told_fault(data: st.DataObject) -> None:
    """Any one value of a definition replaced by anything gives an instrument or a told fault."""
    plain: Any = to_plain(shipped("likelihood_to_recommend"))
    place = plain
    while True:
        key = data.draw(
            st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place)))
        )
        if isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(json_values)
        break
    with suppress(InstrumentError):
        read = from_plain(plain)
        assert from_plain(to_plain(read)) == read


def test_a_fault_in_plain_data_has_a_place_but_no_line() -> None:
    """Without a file there is no line; place and name still tell where."""
    plain = to_plain(shipped("satisfaction"))
    plain["wording"] = "mine"
    with pytest.raises(InstrumentError, match="study 7, wording: 'mine' is not one of"):
        from_plain(plain, name="study 7")


def test_a_reversed_worded_item_survives(
    definition: str, yaml_file: Callable[[str | bytes], Path]
) -> None:
    """Keying and poles are kept by the way through plain data."""
    instrument = load_instrument(yaml_file(definition))
    assert from_plain(to_plain(instrument)) == instrument


def test_the_error_travels_between_processes() -> None:
    """An error raised in a worker process is rebuilt with all its problems."""
    with pytest.raises(InstrumentError) as caught:
        from_plain({"id": "x"})
    copied = copy.copy(caught.value)
    assert copied.problems == caught.value.problems
    assert str(copied) == str(caught.value)
