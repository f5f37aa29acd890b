"""Sentences by language: YAML templates chosen by key, plural forms where a count decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from reports.isolates import direction_of, isolated_words
from reports.wording.hyphens import as_printed
from reports.wording.spacing import spaced

if TYPE_CHECKING:
    from pathlib import Path

FALLBACK_LANGUAGE = "en"


class WordingError(LookupError):
    """A sentence that no language has: a mistake in the code, found by the tests."""


@dataclass(frozen=True)
class Catalogue:
    """The sentences of one room in one language.

    A sentence is a template for `str.format`, or a mapping from CLDR plural category
    (``one``, ``few``, ``many``, ``other``) to templates, chosen by the value of ``count``.
    """

    language: str
    sentences: dict[str, Any]
    right_to_left: bool = False

    def __call__(self, key: str, **values: object) -> str:
        """The sentence for a key with its values put in. Raises WordingError for an unknown key."""
        template: Any = self.sentences
        for part in key.split("."):
            try:
                template = template[part]
            except (KeyError, TypeError):
                raise WordingError(f"No sentence {key!r} in language {self.language!r}.") from None
        if isinstance(template, dict):
            category = self._plural_category(values["count"])
            template = template.get(category, template["other"])
        if not self.right_to_left:
            sentence = str(template).format(**values)
            return spaced(sentence) if self.language == "zh" else sentence
        apart = {
            name: isolated_words(value) if isinstance(value, str) else value
            for name, value in values.items()
        }
        return direction_of(str(template)) + str(template).format(**apart)

    def told_as(self, room: str) -> Self:
        """These sentences, but those below the key `room` in place of the ones whose keys they
        share."""
        return replace(self, sentences=_laid_over(self.sentences, self.sentences[room]))

    def _plural_category(self, count: object) -> str:
        from babel import Locale

        return Locale.parse(self.language).plural_form(count)  # type: ignore[arg-type]


@lru_cache(maxsize=32)
def catalogue(directory: Path, language: str) -> Catalogue:
    """The catalogue of a folder that holds a file ``<language>.yaml`` or a folder ``<language>`` of
    files; English where the language is absent, and for each file that it lacks."""
    files = _files(directory, FALLBACK_LANGUAGE)
    own = _files(directory, language)
    if not own:
        language = FALLBACK_LANGUAGE
    from reports.pdf.direction import right_to_left

    sentences: dict[str, Any] = {}
    for path in {**files, **own}.values():
        sentences.update(_read(path))
    return Catalogue(language, as_printed(sentences, language), right_to_left(language))


def _laid_over(sentences: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    laid = dict(sentences)
    for key, told in others.items():
        below = sentences.get(key)
        if isinstance(below, dict) and isinstance(told, dict):
            laid[key] = _laid_over(below, told)
        else:
            laid[key] = told
    return laid


def _files(directory: Path, language: str) -> dict[str, Path]:
    """The files of a language by name; none for what is no name of a language."""
    if not language.replace("-", "").isalnum():
        return {}
    whole = directory / f"{language}.yaml"
    if whole.is_file():
        return {"": whole}
    return {path.name: path for path in sorted((directory / language).glob("*.yaml"))}


def _read(path: Path) -> dict[str, Any]:
    import yaml

    sentences: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return sentences
