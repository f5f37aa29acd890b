"""What reports say on whether a questionnaire is validated: elsewhere, here, or not yet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from instruments.load import shipped
from psychometrics.analysis import analyse_scores
from reports.blocks import Document, Facts, FinePrint
from reports.psychometric_report import psychometric_report
from reports.scorecard import scorecard
from reports.sections.story import Voice
from reports.sections.validated import validated
from reports.validation import Validation
from tests.reports.surveys import facts, findings, four_brands, instruments, survey

TITLE = {"en": "Validated", "ru": "Проверена ли анкета"}
SHOWN = Validation(shown=2, n=1812, languages=("en", "ru"))
PII = shipped("zaichkowsky_1994_pii")


def told(*standings: Validation, language: str = "en") -> str:
    """The text about questionnaires A, B, …"""
    named = zip("ABCD", standings, strict=False)
    return validated(Voice(language), named)[1]


def row(document: Document, language: str = "en") -> str:
    """The row of a report that says where its questionnaires are validated."""
    rows = [
        r for block in document.blocks() if isinstance(block, Facts | FinePrint) for r in block.rows
    ]
    (text,) = [text for term, text in rows if term == TITLE[language]]
    return text


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Validation(), "A: not yet, neither published in this wording nor shown here."),
        (Validation(scored=False), "A: people are counted; nothing is scored that could be"),
        (Validation(published=("en",)), "A: published elsewhere (in English), not yet shown here."),
        (
            SHOWN,
            "A: shown here by 2 waves with at least 1\u202f800 interviews (English and Russian).",
        ),
        (
            Validation(shown=1, n=250),
            "A: shown here by 1 wave with at least 200 interviews (all languages together).",
        ),
        (
            replace(SHOWN, published=("en",)),
            "A: published elsewhere (in English) and shown here by 2 waves with at least "
            "1\u202f800 interviews (English and Russian).",
        ),
    ],
)
def test_each_standing_has_its_sentence(one: Validation, said: str) -> None:
    """Published elsewhere, shown here, both, or not yet: never a bare "validated"."""
    assert told(one).startswith(said)
    assert "limits for number, reliability, fit and loadings" in told(one)


def test_russian_sentences_agree_with_their_numbers() -> None:
    """Two waves and five take different forms."""
    assert "2 волны, не менее 1\u202f800 интервью (английский и русский)" in told(
        SHOWN, language="ru"
    )
    assert "5 волн" in told(replace(SHOWN, shown=5), language="ru")
    assert "(язык: английский)" in told(Validation(published=("en",)), language="ru")


def test_questionnaires_of_one_standing_stand_together() -> None:
    """Names are listed, sentences are not repeated."""
    text = told(Validation(), SHOWN, Validation())
    assert text.startswith("A and C: not yet")
    assert "B: shown here" in text
    assert text.count("neither published") == 1


def test_what_was_not_looked_up_is_said() -> None:
    """A report from a file does not claim to know of earlier waves."""
    said = "Earlier waves were not looked up"
    assert said in told(Validation.by_definition(PII))
    assert said not in told(Validation())


def test_a_checklist_is_never_called_not_yet_validated() -> None:
    """Where nothing is scored there is nothing to validate, whatever was looked up."""
    stated = facts(four_brands()[0], validation={"behaviour_checklist": Validation()})
    assert stated.validation_of(shipped("behaviour_checklist")).key == "counted"
    assert stated.validation_of(shipped("engagement_valence")).key == "not_yet"


def test_the_definition_speaks_for_the_languages_in_use() -> None:
    """Published in English says nothing of Russian wording, and nothing of a team's own."""
    assert Validation.by_definition(PII).published == ("en",)
    assert Validation.by_definition(PII, ["en", "ru"]).published == ("en",)
    assert Validation.by_definition(PII, ["ru"]).published == ()
    assert Validation.by_definition(replace(PII, wording="project")).published == ()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_scorecard_tells_the_standing(language: str) -> None:
    """The method box names every questionnaire with its standing, as it was looked up."""
    dataset, analysis = four_brands()
    known = facts(dataset, validation={"core_engagement": SHOWN})
    document = scorecard(findings(analysis, instruments(), known, "alpha", language=language))
    text = row(document, language)
    for one in instruments():
        assert one.name[language] in text
    assert {"en": "shown here by 2 waves", "ru": "здесь: 2 волны"}[language] in text
    assert {"en": "not yet, neither", "ru": "пока нет, ни"}[language] in text


def test_the_psychometric_report_tells_the_standing() -> None:
    """The researcher's report says the same, in its section on method."""
    dataset = survey({"alpha": 60, "beta": 60}, names=("core_engagement",))
    known = facts(dataset, validation={"core_engagement": SHOWN})
    questionnaires = instruments("core_engagement")
    report = psychometric_report(analyse_scores(dataset), None, questionnaires, known)
    assert row(report).startswith("Core engagement questionnaire: shown here by 2 waves")
    unknown = psychometric_report(analyse_scores(dataset), None, questionnaires, facts(dataset))
    assert "not yet, neither published" in row(unknown)


def test_no_exact_number_counts_a_brand_that_is_hidden() -> None:
    """The interviews of a wave, less those that the brands shown print, would be those of the brand
    that is not; as told, they are the same for any number of its people."""
    shown_brands = 428
    sentences = {told(Validation(shown=1, n=shown_brands + hidden)) for hidden in range(1, 30)}
    assert len(sentences) == 1
