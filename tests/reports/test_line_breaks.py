"""Where lines break in German, Chinese and Arabic."""

from __future__ import annotations

import pytest

from reports.characters import readable
from reports.charts.line_breaks import hyphenated, tokens
from reports.charts.text_width import text_width, wrap
from reports.verdicts import WORDING
from reports.wording import catalogue
from reports.wording.hyphens import as_printed
from reports.wording.spacing import spaced

CHINESE = (
    "比较之前检验了题目对所有品牌是否起同样的作用。没有发现与此相悖的情况（Chen 2007），"
    "得分为 61.5%。"
)
NEVER_FIRST, NEVER_LAST = "，。）、；：？！%》”", "（《“"


@pytest.mark.parametrize("width", range(48, 200, 7))
def test_chinese_breaks_between_ideographs(width: int) -> None:
    """Lines are filled; none begins with a closing sign or ends with an opening one; Latin words
    and figures stay whole."""
    lines = wrap(CHINESE, width, 8)
    assert "".join(lines).replace(" ", "") == CHINESE.replace(" ", "")
    assert all(text_width(line, 8) <= width for line in lines)
    assert not any(line[0] in NEVER_FIRST or line[-1] in NEVER_LAST for line in lines)
    assert any("Chen" in line for line in lines)
    assert any("61.5%" in line for line in lines)
    longest = text_width("（Chen ", 8) + text_width("对。", 8)
    assert all(text_width(line, 8) > width - longest for line in lines[:-1])


def test_latin_text_is_not_cut_between_letters() -> None:
    """Only East Asian letters may part from their neighbours."""
    assert [token for token, _ in tokens("ab 中文cd-ef")] == ["ab", " ", "中", "文", "cd-", "ef"]


def test_an_interval_stays_on_one_line() -> None:
    """Lines break after hyphens and dashes between words, not between the ends of an interval."""
    cut = [token for token, _ in tokens("0,41 (0,27–0,53) .27–.53 Games–Howell well-known")]
    assert [part for part in cut if part != " "] == [
        "0,41",
        "(0,27–0,53)",
        ".27–.53",
        "Games–",
        "Howell",
        "well-",
        "known",
    ]


def test_a_long_word_breaks_at_its_soft_hyphen() -> None:
    """The hyphen shows where the line breaks there, not elsewhere; a word that fits stays whole."""
    word = "Weiter\u00adempfehlungs\u00adbereitschaft"
    assert wrap(word, 200, 8) == (readable(word),)
    assert wrap(word, 85, 8) == ("Weiterempfehlungs-", "bereitschaft")
    assert wrap(f"die {word}", 120, 8) == ("die", readable(word))


@pytest.mark.parametrize(
    ("word", "place", "sign"),
    [
        ("Donaudampfschiff", 5, "-"),
        ("(Вовлечённость)", 5, "-"),
        ("a3f9bc77deadbeef", 5, ""),
        ("example.org", 4, ""),
        ("مقابلات", 3, ""),
        ("品牌得分", 2, ""),
        ("word.", 4, ""),
    ],
)
def test_words_that_must_be_cut_get_a_hyphen(word: str, place: int, sign: str) -> None:
    """Words do, but no code, no address and no script that has no hyphens."""
    assert hyphenated(word, place) == sign


def test_long_german_words_know_where_they_may_break() -> None:
    """Soft hyphens stand in long words of sentences, never in the names of values."""
    assert as_printed("Vergleichbarkeit {a_very_long_value_name}", "de") == (
        "Ver\u00adgleich\u00adbar\u00adkeit {a_very_long_value_name}"
    )
    assert as_printed({"a": {"one": "Erwartungsbereich"}}, "de") == {
        "a": {"one": "Erwar\u00adtungs\u00adbe\u00adreich"}
    }
    assert as_printed("Comparability of everything", "en") == "Comparability of everything"
    said = catalogue(WORDING, "de")("standing.total.not_run")
    assert "\u00ad" in said
    assert readable(said).startswith("Ein Gesamtwert wird nicht gedruckt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("关于晨光咖啡 的回答", "关于晨光咖啡的回答"),
        ("在Alpha上", "在 Alpha 上"),
        ("95% 区间", "95% 区间"),
        ("差距+4.8分，95%", "差距 +4.8 分，95%"),
        ("访问 30份", "访问 30 份"),
        ("2025年3月3日至2025年3月21日", "2025年3月3日至 2025年3月21日"),
    ],
)
def test_chinese_and_latin_letters_stand_apart(text: str, expected: str) -> None:
    """Whatever name is put into a sentence, spaces stand where letters of two kinds meet."""
    assert spaced(text) == expected


def test_a_very_long_name_breaks_between_syllables() -> None:
    """Names hold no soft hyphens; a very long one breaks where German or Russian would."""
    assert wrap("Donaudampfschifffahrtsgesellschaft", 100, 8) == (
        "Donaudampfschifffahrtsge-",
        "sellschaft",
    )
    first, *_ = wrap("Достопримечательностипутешественников", 90, 8)
    assert first.endswith("-")
    assert first.removesuffix("-")[-1] not in "ьъй" or len(first) > 2
