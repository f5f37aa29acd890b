"""The sentence of the method box that says what "validated" means for each questionnaire."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reports.sections.story import Voice
    from reports.sections.survey import Term
    from reports.validation import Validation

    Named = tuple[str, Validation]

COUNTED_BY = 100
"""Interviews that showed a questionnaire valid are told in whole hundreds, as at least so many."""


def validated(voice: Voice, standings: Iterable[Named]) -> Term:
    """The term and its text: each questionnaire by name, those of one standing together."""
    known = list(standings)
    parts = list(_sentences(voice, known))
    if any(not one.looked_up for _, one in known):
        parts.append(voice.words("validation.not_looked_up"))
    parts.append(voice.words("validation.meaning"))
    return voice.words("validation.title"), " ".join(parts)


def _sentences(voice: Voice, known: Sequence[Named]) -> Iterator[str]:
    groups: dict[Validation, list[str]] = {}
    for name, one in known:
        groups.setdefault(one, []).append(name)
    for one, names in groups.items():
        yield _sentence(voice, one, voice.listed(names))


def _sentence(voice: Voice, one: Validation, names: str) -> str:
    values = {"names": names, "published": _languages(voice, one.published)}
    if not one.shown:
        return voice.words(f"validation.{one.key}", **values)
    shown = _languages(voice, one.languages) or voice.words("validation.together")
    waves = voice.counted("validation.waves", one.shown)
    # An exact number, less those of the brands that are shown, would count the one that is hidden.
    rounded = voice.counted("interviews", one.n // COUNTED_BY * COUNTED_BY)
    interviews = voice.words("validation.at_least", interviews=rounded)
    return voice.words(
        f"validation.{one.key}", **values, waves=waves, interviews=interviews, languages=shown
    )


def _languages(voice: Voice, codes: Sequence[str]) -> str:
    return voice.listed([voice.language_name(code) for code in codes])
