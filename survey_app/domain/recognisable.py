"""What a link may carry of a contact without making somebody recognisable."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.invitation import FEWEST_ANONYMOUS

if TYPE_CHECKING:
    from collections.abc import Mapping

Group = tuple[str, int | None]
"""A language and a brand, None for contacts whose brand is not known."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a link opens its questionnaire with; None where the person chooses."""

    language: str | None
    brand_id: int | None


def carried(group: Group, sizes: Mapping[Group, int], *, anonymous: bool) -> Carried:
    """What the links of a group of contacts carry.

    In an anonymous study a language is carried only when `FEWEST_ANONYMOUS` people were invited in
    it, and a brand only when so many were invited about it in the same language: an interview that
    opened with what few were invited with would name them.

    Parameters
    ----------
    sizes : how many were invited in each group.
    """
    language, brand_id = group
    if not anonymous:
        return Carried(language, brand_id)
    in_language = sum(n for (other, _), n in sizes.items() if other == language)
    return Carried(
        language if in_language >= FEWEST_ANONYMOUS else None,
        brand_id if sizes.get(group, 0) >= FEWEST_ANONYMOUS else None,
    )


def too_few(sizes: Mapping[Group, int]) -> tuple[dict[str, int], dict[Group, int]]:
    """What anonymous links leave to the person: languages, and brands within a language that is
    carried, with how few were invited so."""
    languages: Counter[str] = Counter()
    for (language, _), n in sizes.items():
        languages[language] += n
    rare = {code: n for code, n in languages.items() if n < FEWEST_ANONYMOUS}
    groups = {
        group: n
        for group, n in sizes.items()
        if group[1] is not None and n < FEWEST_ANONYMOUS and group[0] not in rare
    }
    return rare, groups
