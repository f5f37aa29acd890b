"""What respondents read is plain, measured by the readability index LIX.

LIX (Björnsson, 1968) is the mean number of words in a sentence plus the percentage of words of more
than six letters; below 30 a text counts as very easy, below 40 as easy. It needs no dictionary, so
that languages can be held to the same scale.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from instruments.load import shipped
from survey_app.domain.consent import DEFAULT_CONSENT
from survey_app.web.respond_words import DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Iterator

EASY = {"en": 25, "de": 36, "fr": 36, "es": 36, "ru": 38}
MOST_WORDS = 31
ASKED = ("core_engagement", "satisfaction", "likelihood_to_recommend", "switching_intention")


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for each in part.values():
            yield from _texts(each)
    else:
        yield str(part)


def _sentences(language: str) -> list[list[str]]:
    interface = yaml.safe_load((DIRECTORY / f"{language}.yaml").read_text(encoding="utf-8"))
    items = [item.text[language] for name in ASKED for item in shipped(name).items()]
    texts = [*_texts(interface), DEFAULT_CONSENT[language], *items]
    parts = [part for text in texts for part in re.split(r"(?<=[.!?:])\s+|\n+", text)]
    words = [re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}", "", part)) for part in parts]
    return [sentence for sentence in words if len(sentence) > 3]


@pytest.mark.parametrize("language", sorted(EASY))
def test_what_respondents_read_is_easy(language: str) -> None:
    """Short sentences of short words, labels of buttons and headings left out of the count."""
    sentences = _sentences(language)
    words = [word for sentence in sentences for word in sentence]
    long = sum(len(word) > 6 for word in words)
    lix = len(words) / len(sentences) + 100 * long / len(words)
    assert lix < EASY[language]
    assert max(map(len, sentences)) <= MOST_WORDS


def test_the_index_notices_officialese() -> None:
    """The same measure refuses a text as offices write them."""
    text = (
        "Participation constitutes acknowledgement of confidentiality provisions concerning "
        "processing of personally identifiable information."
    )
    words = re.findall(r"\w+", text)
    assert len(words) + 100 * sum(len(word) > 6 for word in words) / len(words) > max(EASY.values())
