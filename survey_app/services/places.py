"""Places of a study: where its QR codes hang, as its links tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.domain.place import LONGEST_CODE, LONGEST_NAME, Place, PlaceError, place_code
from survey_app.domain.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork

__all__ = [
    "PlaceError",
    "add_places",
    "is_place",
    "places_of",
    "remove_place",
]

MOST = 500
"""Places that one study may have, so that its sheet can still be printed."""


def places_of(unit: UnitOfWork, study: Study) -> Sequence[Place]:
    """The places of a study, in the order in which they were added."""
    return unit.places.of_study(study.id or 0)


def is_place(unit: UnitOfWork, study_id: int, code: str) -> bool:
    """Whether a study has a place of this code."""
    return any(place.code == code for place in unit.places.of_study(study_id))


def add_places(unit: UnitOfWork, study: Study, names: Sequence[str]) -> list[Place]:
    """Add places by their names and return those that are new; a name that is there already is no
    second place.

    Raises
    ------
    PlaceError
        a name is too long, or there are too many.
    """
    known = list(places_of(unit, study))
    named = {place.name.casefold() for place in known}
    codes = {place.code for place in known}
    added = []
    for name in filter(None, map(one_line, names)):
        if name.casefold() in named:
            continue
        if len(name) > LONGEST_NAME:
            raise PlaceError(
                f"The place {name[:40]!r}… has more than {LONGEST_NAME} letters. Shorten it."
            )
        place = Place(study.id or 0, next(_free_codes(name, codes)), name)
        unit.places.add(place)
        named.add(name.casefold())
        codes.add(place.code)
        added.append(place)
    if len(known) + len(added) > MOST:
        raise PlaceError(f"A study can have {MOST} places. Take away some that are not needed.")
    return added


def remove_place(unit: UnitOfWork, study: Study, code: str) -> None:
    """Forget a place: its links still lead to the survey, but no longer store it. Interviews that
    were given there keep its code. Nothing happens where there is none."""
    for place in places_of(unit, study):
        if place.code == code:
            unit.places.remove(place)


def _free_codes(name: str, taken: set[str]) -> Iterator[str]:
    """Codes for a place that no other has: its name as a plain word, then with a number."""
    word = place_code(name)
    if word and word not in taken:
        yield word
    number = 2 if word else 1
    while True:
        end = f"-{number}" if word else f"place-{number}"
        code = f"{word[: LONGEST_CODE - len(end)]}{end}"
        if code not in taken:
            yield code
        number += 1
