"""A user's own wording file is laid over an instrument."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from instruments.load import InstrumentError, shipped
from instruments.plain import from_plain, to_plain
from instruments.wording import overlay

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAIRS = "\n".join(f'  p{i:02d}: {{poles: {{en: ["left {i}", "right {i}"]}}}}' for i in range(1, 11))
LICENSED = f"""\
instrument: zaichkowsky_1994_pii
licence: By permission of the holder.
wording: licensed
items:
{PAIRS}
"""


def test_licensed_wording_fills_the_items(yaml_file: Callable[[str | bytes], Path]) -> None:
    """Poles and licence come from the file; structure and keying stay."""
    before = shipped("zaichkowsky_1994_pii")
    after = overlay(before, yaml_file(LICENSED))
    assert after.is_worded("en")
    assert not after.is_worded("ru")
    assert after.licence == "By permission of the holder."
    assert next(after.items()).poles["en"] == ("left 1", "right 1")
    assert [i.reversed for i in after.items()] == [i.reversed for i in before.items()]
    assert not before.is_worded("en")


def test_a_translation_adds_a_language(yaml_file: Callable[[str | bytes], Path]) -> None:
    """With names, labels, introduction and items in Portuguese, the instrument speaks it."""
    text = """\
instrument: likelihood_to_recommend
licence: MIT
wording: project
name: {pt: Recomendação}
formats: {rating_0_10: {labels: {pt: {0: Certamente não, 10: Certamente sim}}}}
scales: {likelihood_to_recommend: {name: {pt: Recomendação}}}
items: {ltr1: {text: {pt: "Recomendaria {brand}?"}}}
"""
    before = shipped("likelihood_to_recommend")
    after = overlay(before, yaml_file(text))
    assert after.languages == (*before.languages, "pt")
    assert after.is_worded("pt")
    assert after.is_worded("ru")
    assert after.scales[0].format.labels["pt"][0] == "Certamente não"


@pytest.mark.parametrize(
    ("old", "new", "line", "place", "told"),
    [
        ("p03:", "p33:", 7, "items.p33", "no such item; it has p01"),
        ("zaichkowsky_1994_pii", "satisfaction", 1, "instrument", "another instrument"),
        ("wording: licensed\n", "", 1, "", "'wording' is missing"),
        ('"left 4", ', "", 8, "items.p04.poles.en", "too few entries; at least 2"),
        ("p05: {poles:", "p05: {text:", 9, "items.p05.text.en", "is not text"),
        ('"left 6"', '"{left}"', 10, "scales[1].items[0].poles.en[0]", "only {brand}"),
        (
            "p07: {poles: {en:",
            "p07: {poles: {de:",
            11,
            "scales[1].items[1].poles.de",
            "'languages'",
        ),
    ],
)
def test_faults_of_a_wording_file_are_told(
    yaml_file: Callable[[str | bytes], Path],
    old: str,
    new: str,
    line: int,
    place: str,
    told: str,
) -> None:
    """Each fault is reported with its line in the wording file, its place and a mend."""
    assert old in LICENSED
    with pytest.raises(InstrumentError) as caught:
        overlay(shipped("zaichkowsky_1994_pii"), yaml_file(LICENSED.replace(old, new, 1)))
    found = {(problem.line, problem.place): problem.what for problem in caught.value.problems}
    assert told in found[line, place]


def test_an_incomplete_language_is_refused(yaml_file: Callable[[str | bytes], Path]) -> None:
    """Nine of ten items worded is a fault that names the tenth."""
    lines = [line for line in LICENSED.splitlines() if "p04" not in line]
    with pytest.raises(InstrumentError, match="item 'p04' has no wording in en"):
        overlay(shipped("zaichkowsky_1994_pii"), yaml_file("\n".join(lines)))


def test_a_worded_instrument_can_be_frozen(yaml_file: Callable[[str | bytes], Path]) -> None:
    """A study keeps licensed wording as JSON too."""
    after = overlay(shipped("zaichkowsky_1994_pii"), yaml_file(LICENSED))
    assert from_plain(to_plain(after)) == after
