"""Pages rendered once and filled many times.

What a page shows is the same for every respondent of a study, brand and language but for a few
places: ticket, interview key, marked answers. A `FilledPage` is rendered by Jinja once, those
places left open, and joined for each request.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from flask import render_template
from markupsafe import Markup, escape

from instruments.model import PIPED_ANSWER
from survey_app.web.filters import static_file
from survey_app.web.respond_words import direction, language_tag, words

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK = f"x{secrets.token_hex(16)}x"


def slot(name: str) -> Markup:
    """The place of a value that differs between respondents, for use in a template that becomes a
    `FilledPage`. Its mark is random, so that no text of an author can contain it, and plain
    enough to stand in an address."""
    return Markup(f"{_MARK}{name}{_MARK}")  # noqa: S704 - letters and digits of our own


def piped(text: str) -> str:
    """A wording with slots where it repeats an earlier answer."""
    return PIPED_ANSWER.sub(lambda found: str(slot(f"answer.{found[1]}")), text)


_PIPE = re.compile(f"{_MARK}answer[.]([a-z0-9_]+){_MARK}")


def with_answers(html: str, answers: Mapping[str, str]) -> str:
    """HTML with the slots of earlier answers filled, an ellipsis where there is none."""
    return _PIPE.sub(lambda found: str(escape(answers.get(found[1], "…"))), html)


class FilledPage:
    """A rendered template with slots."""

    def __init__(self, template: str, **values: object) -> None:
        self._pieces = render_template(template, slot=slot, **values).split(_MARK)

    def fill(self, values: Mapping[str, str]) -> str:
        """The page with its slots filled; values must be HTML already."""
        pieces = list(self._pieces)
        # A slot of an earlier answer is left for `with_answers`.
        pieces[1::2] = [values.get(name, f"{_MARK}{name}{_MARK}") for name in pieces[1::2]]
        return "".join(pieces)


def common(language: str) -> dict[str, object]:
    """What every template needs to be written in a language."""
    say = words(language)
    return {
        "say": say,
        "tag": language_tag,
        "direction": direction(say.language),
        "static_file": static_file,
        "lang": lang_attribute(language),
    }


def lang_attribute(language: str) -> Markup:
    """The ``lang`` attribute of a study's own text, where the page around it is in another
    language because the interface has no words in the study's."""
    if words(language).language == language:
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(language_tag(language), direction(language))
