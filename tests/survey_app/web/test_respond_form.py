"""How items become questions, and the words around them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, get_args

import pytest
import yaml
from babel import Locale
from werkzeug.datastructures import LanguageAccept

from instruments.load import shipped
from instruments.model import FormatKind, Item, ResponseFormat, Scale
from survey_app.domain.page import INSTRUCTED_ITEM, Page
from survey_app.web.respond_form import LAYOUTS, questions
from survey_app.web.respond_words import (
    DIRECTORY,
    chosen_language,
    direction,
    languages_with_words,
    own_name,
    words,
)

PLURAL_CATEGORIES = {"zero", "one", "two", "few", "many", "other"}


def a_page(scale: Scale, *, instructed: bool = False) -> Page:
    """The page of a scale."""
    return Page(1, None, scale, scale.items, slot=1, instructed=instructed)


def a_differential() -> Scale:
    """A scale of one pair of poles."""
    return Scale(
        id="pairs",
        name={"en": "Pairs"},
        format=ResponseFormat("pairs", "semantic_differential", 1, 7),
        items=(Item("p1", "warmth", poles={"en": ("cold", "warm")}),),
    )


def test_points_of_agreement_are_words() -> None:
    """Each point has its label in the language, the brand is named in the item."""
    scale = shipped("core_engagement").scales[0]
    shown = questions(a_page(scale), language="ru", brand="Север", names={})["cog3"]
    assert shown.layout == "words"
    assert shown.text == "Мне хочется знать, что нового у марки Север."
    assert shown.choices[0] == (1, "Совершенно неверно")
    assert shown.choices[6] == (7, "Совершенно верно")


@pytest.mark.parametrize(
    ("language", "brand", "shown"),
    [
        ("ar", "North & Co.", "\u2068North & Co.\u2069"),
        ("ar", "الشمال", "\u2068الشمال\u2069"),
        ("en", "الشمال!", "\u2068الشمال!\u2069"),
        ("en", "North & Co.", "North & Co."),
    ],
)
def test_a_brand_is_set_apart_where_directions_meet(language: str, brand: str, shown: str) -> None:
    """The sign that ends a name or a sentence stays on its side, whichever way either runs."""
    scale = shipped("core_engagement").scales[0]
    page = a_page(scale)
    question = questions(page, language=language, brand=brand, names={})["cog3"]
    assert shown in question.text
    assert ("\u2068" in question.text) is ("\u2068" in shown)


def test_a_rating_is_numbers_with_named_ends() -> None:
    """A screen reader hears the ends' names with their numbers; others see them below."""
    scale = shipped("likelihood_to_recommend").scales[0]
    shown = questions(a_page(scale), language="en", brand="North", names={})["ltr1"]
    assert shown.layout == "numbers"
    assert shown.choices[0] == (0, "0, Certainly not")
    assert shown.choices[5] == (5, "5")
    assert shown.choices[10] == (10, "10, Certainly yes")
    assert shown.ends == ("Certainly not", "Certainly yes")


def test_answers_without_order_stand_below_each_other() -> None:
    """A choice looks like no scale, wide screen or not."""
    scale = shipped("demographics").scales[1]
    shown = questions(a_page(scale), language="de", brand="", names={})["gender"]
    assert shown.layout == "list"
    assert shown.choices == (
        (1, "Weiblich"),
        (2, "Männlich"),
        (3, "Ein anderes"),
        (4, "Das möchte ich nicht sagen"),
    )


def test_a_pair_of_poles_is_points_between_words() -> None:
    """A screen reader hears the place of each point and the poles at both ends."""
    shown = questions(a_page(a_differential()), language="en", brand="", names={})["p1"]
    assert (shown.layout, shown.text, shown.ends) == ("poles", "cold – warm", ("cold", "warm"))
    assert shown.choices[0] == (1, "1 of 7, cold")
    assert shown.choices[3] == (4, "4 of 7")


@pytest.mark.parametrize(
    ("scale", "label"),
    [
        (shipped("core_engagement").scales[0], "Agree"),
        (shipped("likelihood_to_recommend").scales[0], "9"),
        (a_differential(), "6"),
    ],
)
def test_the_instruction_names_a_point_that_is_there(scale: Scale, label: str) -> None:
    """One below the top, by its word or, where points have none, by its number."""
    shown = questions(a_page(scale, instructed=True), language="en", brand="", names={})[
        INSTRUCTED_ITEM
    ]
    assert f"“{label}”" in shown.text
    assert shown.layout in ("words", "numbers")
    asked_for = scale.format.maximum - 1
    assert dict(shown.choices)[asked_for] == label


def test_points_without_a_label_are_numbers() -> None:
    """A language that a format lacks still shows something to choose."""
    scale = shipped("core_engagement").scales[0]
    bare = replace(scale, format=replace(scale.format, labels={}))
    shown = questions(a_page(bare), language="en", brand="", names={})["cog1"]
    assert shown.choices[0] == (1, "1")


def test_every_kind_of_format_has_a_layout() -> None:
    """So that no instrument that passes the checks can fail on the page."""
    assert set(LAYOUTS) == set(get_args(FormatKind))


def _sentences(sentences: Any, before: str = "") -> dict[str, dict[str, str]]:
    """Every sentence of a file by its key: texts by plural category, else under an empty one."""
    if not isinstance(sentences, dict):
        return {before: {"": str(sentences)}}
    if set(sentences) <= PLURAL_CATEGORIES:
        return {before: sentences}
    parts = [_sentences(value, f"{before}.{key}") for key, value in sentences.items()]
    return {key: forms for part in parts for key, forms in part.items()}


WORDS = {
    path.stem: _sentences(yaml.safe_load(path.read_text(encoding="utf-8")))
    for path in DIRECTORY.glob("*.yaml")
}
VALUES = re.compile(r"\{(\w*)\}")
COUNTED_IN_WORDS = {"zero", "one", "two"}
"""Plural categories of one number each where Arabic needs no figure: no question, two questions."""


def test_every_language_has_the_same_words() -> None:
    """No page may meet a sentence that its language lacks, nor one without a value of its own."""
    assert set(WORDS) == {"en", "ru", "de", "fr", "es", "ar", "zh"}
    for language, sentences in WORDS.items():
        assert set(sentences) == set(WORDS["en"]), language
        for key, forms in sentences.items():
            values = set(VALUES.findall(next(iter(WORDS["en"][key].values()))))
            for category, text in forms.items():
                lacking = values - set(VALUES.findall(text))
                in_words = language == "ar" and category in COUNTED_IN_WORDS
                assert lacking <= ({"count"} if in_words else set()), (language, key, category)
                assert set(VALUES.findall(text)) <= values, (language, key, category)


@pytest.mark.parametrize("language", sorted(WORDS))
def test_plural_forms_are_those_of_the_language(language: str) -> None:
    """Each sentence with a count has the forms that a number of questions can meet, no others."""
    form_of = Locale.parse(language).plural_form
    met = {form_of(count) for count in range(1000)} | {"other"}
    counted = {key for key, forms in WORDS["en"].items() if "" not in forms}
    assert len(counted) >= 3
    for key, forms in WORDS[language].items():
        assert set(forms) == (met if key in counted else {""}), key


SCRIPTS = {"ru": "[а-яё]", "ar": "[\u0621-\u064a]", "zh": "[\u4e00-\u9fff]"}


@pytest.mark.parametrize("language", sorted(WORDS))
def test_words_are_in_the_script_of_their_language(language: str) -> None:
    """No sentence was left in English, or stands in the wrong file."""
    for key, forms in WORDS[language].items():
        for text in forms.values():
            for script, letters in SCRIPTS.items():
                found = bool(re.search(letters, text, re.IGNORECASE))
                assert found is (script == language), (key, text)
        if language != "en" and len(max(forms.values())) > 20:
            assert forms != WORDS["en"][key], key


def test_french_signs_keep_to_their_words() -> None:
    """A colon, a question mark or a quotation mark of French never begins or ends a line alone."""
    shown = _sentences(words("fr").sentences)
    assert any("\u202f?" in text for forms in shown.values() for text in forms.values())
    for key, forms in shown.items():
        for text in forms.values():
            assert not re.search(r" [:;?!»]|« |[^\s\u00a0\u202f][;?!]", text), (key, text)


def test_counts_decline() -> None:
    """Russian has three forms of a question, English two, Arabic six."""
    russian = [words("ru")("start.questions", count=count) for count in (1, 3, 10, 21)]
    assert russian == ["1 вопрос", "3 вопроса", "10 вопросов", "21 вопрос"]
    english = [words("en")("page.summary", count=count) for count in (1, 2)]
    assert english == ["1 question is still open", "2 questions are still open"]
    arabic = [words("ar")("start.questions", count=count) for count in (1, 2, 3, 11, 100)]
    assert [text.strip("\u200f") for text in arabic] == [
        "سؤال واحد",
        "سؤالان",
        "3 أسئلة",
        "11 سؤالا",
        "100 سؤال",
    ]


def test_a_language_without_words_is_led_in_english() -> None:
    """The study's own text keeps its language."""
    assert words("pt").language == "en"
    assert languages_with_words() == ("en", "ar", "de", "es", "fr", "ru", "zh")


@pytest.mark.parametrize(
    ("wish", "accepted", "offered", "chosen"),
    [
        ("ru", [("en", 1.0)], ("en", "ru"), "ru"),
        ("xx", [("ru-RU", 1.0)], ("en", "ru"), "ru"),
        (None, [("de", 1.0), ("ru", 0.5)], ("en", "ru"), "ru"),
        (None, [], ("ru", "en"), "ru"),
        (None, [("pt", 1.0)], None, "en"),
        (None, [("zh-CN", 1.0)], None, "zh"),
    ],
)
def test_the_language_to_show(
    wish: str | None, accepted: list[tuple[str, float]], offered: tuple[str, ...], chosen: str
) -> None:
    """The link decides, then the browser, then the study."""
    assert chosen_language(wish, LanguageAccept(accepted), offered) == chosen


def test_how_languages_are_written() -> None:
    """Names in themselves, directions by script; a code that nobody knows is shown as it is."""
    assert [own_name(code) for code in ("en", "ru", "zh", "pt-BR")] == [
        "English",
        "Русский",
        "简体中文",
        "Português (Brasil)",
    ]
    assert own_name("zz-nonsense") == "zz-nonsense"
    assert [direction(code) for code in ("ru", "ar", "zz-nonsense")] == ["ltr", "rtl", "ltr"]
