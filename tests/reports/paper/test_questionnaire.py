"""Paper questionnaires: every question whole, boxes for a pen, conforming to PDF/UA and PDF/A."""

from __future__ import annotations

import io
import re
import string
from dataclasses import replace

import pytest
import yaml
from pypdf import PdfReader
from pypdf.generic import ContentStream

from instruments.load import load_instrument
from instruments.model import Item, ResponseFormat, Scale
from reports.paper import questions as paper_questions
from reports.paper.booklet import booklet_sides
from reports.paper.box_row import BoxRow
from reports.paper.items import question_flowable
from reports.paper.qr_sheet import QrCard, qr_sheet_pdf
from reports.paper.questionnaire import PaperError, PaperQuestionnaire, questionnaire_pdf
from reports.paper.questions import AskedScale, OnlyAfter, question_blocks
from reports.paper.theme import paper_theme
from tests.reports.chart_samples import HOSTILE
from tests.reports.test_pdf_conformance import failures
from tests.reports.test_pdf_tagging import roles

MILLIMETRE = 72 / 25.4
LINK = "https://survey.example.org/s/k7Pq3xAbcDefGhiJklMnoP?b=mill&c=qr"
NAMES = {
    "en": "Café Müller & Sons <b>",
    "ru": "Кофейня «Утро»",
    "ar": "مقهى الصباح",
    "zh": "晨光咖啡",
}
WORDING = paper_questions._WORDING


def asked_scale(kind: str, items: int, points: int = 7, first: int = 1, **told) -> AskedScale:
    """A scale of some kind whose words are all their own: ``kind question 1``, ``kind1 word1``."""
    minimum, maximum = (0, 400) if kind == "text" else (1, points)
    labels = {} if kind == "text" else {"en": {v: f"{kind} word{v}" for v in range(1, points + 1)}}
    made = tuple(
        Item(f"{kind}{place}", "topic", {"en": f"{kind} question {place} about {{brand}}."})
        for place in range(first, first + items)
    )
    if kind == "semantic_differential":
        made = tuple(replace(i, text={}, poles={"en": (f"dull {i.id}", "nice")}) for i in made)
        labels = {}
    form = ResponseFormat(kind, kind, minimum, maximum, labels)
    return AskedScale(
        Scale(kind, {}, form, made, {"en": f"About {kind}"}), made, brand="Acme", **told
    )


def every_kind() -> list[AskedScale]:
    """One scale of every kind, and one that only some people answer."""
    kinds = ("agreement", "frequency", "semantic_differential", "rating", "choice")
    after = (OnlyAfter("choice1", (2, 3)), OnlyAfter("rating1", (1,)))
    return [
        *(asked_scale(kind, 4) for kind in kinds),
        asked_scale("text", 1, only_after=after[:1]),
        asked_scale("text", 1, first=2, only_after=after, any_will_do=True),
    ]


def questionnaire(language: str = "en", scales=None, **changes) -> PaperQuestionnaire:
    """A questionnaire with every kind of question, or with shipped ones in other languages."""
    name = NAMES.get(language, "Acme")
    if scales is None and language == "en":
        scales = every_kind()
    elif scales is None:
        shipped = load_instrument("behaviour_checklist").scales
        scales = [AskedScale(scale, scale.items, brand=name) for scale in shipped]
    blocks = question_blocks(scales, language)
    asked = PaperQuestionnaire("Study", name, language, "k7Pq3x-mill", blocks, ("Consent text.",))
    return replace(asked, link=LINK, **changes)


def pages(content: bytes) -> list[str]:
    """The words of every page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def squares(content: bytes) -> list[float]:
    """The sides in millimetres of all squares with an outline, from the largest."""
    reader = PdfReader(io.BytesIO(content))
    sides, drawn = [], (0.0, 1.0)
    for page in reader.pages:
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"re":
                drawn = float(operands[2]), float(operands[3])
            elif operator in {b"B", b"B*"} and drawn[0] == drawn[1]:
                sides.append(drawn[0] / MILLIMETRE)
    return sorted(sides, reverse=True)


@pytest.mark.parametrize(
    ("language", "paper", "fold"),
    [("en", "A4", False), ("en", "Letter", True), ("ar", "A4", True), ("zh", "Letter", False)],
)
def test_paper_conforms(language, paper, fold, tmp_path):
    """Both papers, whole and folded, hostile words, from right to left, and in Chinese."""
    asked = questionnaire(language, title=" ".join(HOSTILE), hand_in=HOSTILE[0])
    assert failures(questionnaire_pdf(asked, paper=paper, fold=fold), tmp_path) == []


@pytest.mark.parametrize("fold", [False, True])
def test_every_question_has_boxes_for_a_pen(fold):
    """As many boxes as points, each at least 4.5 mm wide, on whole sheets and half ones."""
    asked = questionnaire()
    boxes = sum(len(question.points) for block in asked.blocks for question in block.questions)
    found = squares(questionnaire_pdf(asked, fold=fold))
    assert len([side for side in found if side >= 4.5]) == boxes


def test_no_question_is_broken_between_pages():
    """Each question and the last of its words stand on the same page, over several pages."""
    scales = []
    for place in range(30):
        asked = asked_scale("choice", 1, 2 + place % 8)
        items = (replace(asked.items[0], id=f"q{place}", text={"en": f"Begins{place}x"}),)
        labels = {v: f"Point{v}of{place}x" for v in asked.scale.format.values}
        form = replace(asked.scale.format, labels={"en": labels})
        scales.append(AskedScale(replace(asked.scale, format=form, items=items), items))
    for fold in (False, True):
        content = questionnaire_pdf(questionnaire(scales=scales), fold=fold)
        # Two leaves of a booklet share a page of the file; whole sheets show the rule itself.
        shown = pages(content)
        assert len(shown) > 1
        for place, asked in enumerate(scales):
            words = [f"Begins{place}x"]
            words += [f"Point{value}of{place}x" for value in asked.scale.format.values]
            assert any(all(word in page for word in words) for page in shown)


def test_long_answers_stand_side_by_side_and_endless_ones_are_refused():
    """A hundred points take several columns of one page; words longer than a page are named."""
    content = questionnaire_pdf(questionnaire(scales=[asked_scale("choice", 1, 101)]))
    assert len([side for side in squares(content) if side >= 4.5]) == 101
    asked = asked_scale("agreement", 2)
    endless = replace(asked.items[1], text={"en": "words " * 4000})
    scales = [replace(asked, items=(asked.items[0], endless))]
    with pytest.raises(PaperError, match=r"Question 2 \(agreement2\) is longer than a page"):
        questionnaire_pdf(questionnaire(scales=scales))


def test_consent_and_codes_stand_where_they_are_needed():
    """Consent and the promise of anonymity before the first question; numbers and codes with the
    words of each point; the link and the condition of the last question."""
    text = " ".join(" ".join(pages(questionnaire_pdf(questionnaire()))).split())
    places = [text.index(words) for words in ("Consent text.", "anonymous", "agreement question 1")]
    assert places == sorted(places)
    assert "about Acme" in text
    assert "Café Müller & Sons <b>" in text
    assert re.search(r"7 ?agreement word7", text)
    assert "only if your answer to question 17 is: choice word2 / choice word3." in text
    assert (
        "at least one of these is true: Your answer to question 17 is: choice word2 / choice word3."
        " Your answer to question 13 is: rating word1."
    ) in text
    assert f"{'Serial number'} Code: k7Pq3x-mill" in text
    named = pages(questionnaire_pdf(questionnaire(mode="pseudonymous")))[0]
    assert "serial number" in named
    assert "anonymous" not in named


def test_listeners_meet_questions_as_lists():
    """Headings, a figure for the code, and a list for the points of every question with boxes."""
    found = roles(questionnaire_pdf(questionnaire()))
    assert found.count("/Figure") == 1
    assert found[1:4] == ["/P", "/P", "/H1"]
    points = sum(
        len(question.points)
        for block in questionnaire().blocks
        for question in block.questions
        if question.layout != "poles"
    )
    promises, instructions = 4, 3
    assert found.count("/LI") == points + promises + instructions


def test_a_folded_stack_reads_in_order():
    """Sheets laid on each other, folded and leafed through, give 1, 2, 3, …; read from right to
    left the back is at the other side."""
    for leaves in (1, 4, 5, 11):
        sides = booklet_sides(leaves)
        assert sorted(leaf for side in sides for leaf in side) == list(
            range(1, 4 * (-(-leaves // 4)) + 1)
        )
        fronts, backs = sides[::2], sides[1::2]
        # Down through the right halves of the stack, then up through the left ones.
        read = [
            leaf for front, back in zip(fronts, backs, strict=True) for leaf in (front[1], back[0])
        ]
        read += [
            leaf
            for front, back in zip(fronts[::-1], backs[::-1], strict=True)
            for leaf in (back[1], front[0])
        ]
        assert read == sorted(read)
        assert booklet_sides(leaves, right_to_left=True) == [(b, a) for a, b in sides]
    content = questionnaire_pdf(questionnaire(), fold=True)
    reader = PdfReader(io.BytesIO(content))
    wide, high = reader.pages[0].mediabox[2:]
    assert (round(wide), round(high)) == (842, 595)
    total = int(re.search(r"1 / (\d+)", reader.pages[0].extract_text())[1])
    assert len(reader.pages) == 2 * -(-total // 4)
    assert questionnaire_pdf(questionnaire(), fold=True) == content


def test_every_language_says_the_same():
    """All wordings have the keys of the English one and pipe in the same values."""

    def values(sentences, path=""):
        for key, value in sentences.items():
            plural = isinstance(value, dict) and "other" in value
            if isinstance(value, dict) and not plural:
                yield from values(value, f"{path}{key}.")
            else:
                template = value["other"] if plural else value
                names = {name for _, name, *_ in string.Formatter().parse(template) if name}
                yield f"{path}{key}", frozenset(names)

    read = {p.stem: dict(values(yaml.safe_load(p.read_text("utf-8")))) for p in WORDING.iterdir()}
    assert set(read) == {"en", "ru", "de", "fr", "es", "ar", "zh"}
    assert all(found == read["en"] for found in read.values())


@pytest.mark.parametrize(
    "languages", [["en", "ru", "ar"], ["ar", "zh", "de", "fr", "es", "ru", "en"]]
)
def test_qr_sheets_name_brand_and_place(languages, tmp_path):
    """One figure for each link with its address as words; brand, place and calls; conforming."""
    links = [f"{LINK}&p=shop-{place}" for place in range(7)]
    cards = [QrCard(link, NAMES, f"Shop & Riga <{place}>") for place, link in enumerate(links)]
    content = qr_sheet_pdf("Study", [*cards, QrCard(LINK, {})], languages)
    assert failures(content, tmp_path) == []
    assert roles(content).count("/Figure") == 8
    text = " ".join(pages(content))
    assert all(f"Shop & Riga <{place}>" in text for place in range(7))
    # Anything but Arabic, which readers give back in their own order.
    for language in set(languages) - {"ar"}:
        say = paper_questions.paper_words(language)
        name = NAMES.get(language, NAMES["en"])
        call = say("call", brand=name).replace("\xad", "")
        assert "".join(call.split()) in "".join(text.split())


def test_short_labels_of_a_script_without_blanks_stand_in_a_row() -> None:
    """Chinese labels break between their letters, evenly, so that seven of them fit below boxes."""
    scale = load_instrument("core_engagement").scales[0]
    (block,) = question_blocks([AskedScale(scale, scale.items, brand="Acme")], "zh")
    theme = paper_theme("A4", fold=False)
    row = question_flowable(block.questions[0], theme)
    assert isinstance(row, BoxRow)
    row.wrap(*theme.frame)
    assert row.labels[0] == ("非常不同意",)
    assert row.labels[3] == ("既不同意", "也不反对")


def test_a_brand_within_a_line_from_the_right_keeps_its_sign() -> None:
    """The full stop of a name stays with the name, that of the sentence with the sentence."""
    scale = load_instrument("core_engagement").scales[0]
    (block,) = question_blocks([AskedScale(scale, scale.items, brand="Aqua & Co.")], "ar")
    assert all("\u2068Aqua & Co.\u2069" in question.text for question in block.questions)
    (block,) = question_blocks([AskedScale(scale, scale.items, brand="Aqua & Co.")], "fr")
    assert all("\u2068" not in question.text for question in block.questions)
