"""Which of the texts by language is shown."""

from __future__ import annotations

from instruments.texts import in_english, in_language


def test_the_text_in_a_language() -> None:
    """The wanted one, else English, else any that says something, else what stands in for it."""
    names = {"en": "Kettle", "ru": "Чайник", "de": ""}
    assert in_language(names, "ru") == "Чайник"
    assert in_language(names, "de") == in_english(names) == "Kettle"
    assert in_english({"de": "", "ru": "Чайник"}) == "Чайник"
    assert in_english({}, "kettle") == in_english({"en": ""}, "kettle") == "kettle"
