"""What SPSS accepts as the name of a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.exchange.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_BYTES = 64
RESERVED = frozenset(
    ("ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH")
)


def name_faults(names: Sequence[str]) -> list[Fault]:
    """What is wrong with the names of the variables of one file; empty when nothing is."""
    faults = [Fault(f"variable {name[:40]!r}", what) for name in names for what in _broken(name)]
    first: dict[str, str] = {}
    for name in names:
        if name.casefold() in first:
            other = first[name.casefold()]
            what = f"SPSS takes it for {other!r}, as capitals do not count; rename one."
            faults.append(Fault(f"variable {name!r}", what))
        first.setdefault(name.casefold(), name)
    return faults


def _broken(name: str) -> Iterator[str]:
    if not name or not name[0].isalpha():
        yield "SPSS names begin with a letter; rename it."
    elif not all(character.isalnum() or character in "._$#@" for character in name):
        yield "SPSS names hold letters, digits and . _ $ # @ only; rename it."
    if len(name.encode(errors="replace")) > MOST_BYTES:
        yield f"SPSS names have at most {MOST_BYTES} bytes; shorten it."
    if name.endswith("."):
        yield "SPSS names do not end in a full stop; remove it."
    if name.upper() in RESERVED:
        yield "SPSS reserves this word; rename it."
