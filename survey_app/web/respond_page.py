"""A page of the questionnaire as it is shown, kept ready for the next respondent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import render_template, url_for
from markupsafe import escape

from survey_app.web.current import public_link
from survey_app.web.respond_form import page_form, questions
from survey_app.web.respond_html import (
    FilledPage,
    common,
    lang_attribute,
    piped,
    slot,
    with_answers,
)
from survey_app.web.respond_kiosk_pass import home, is_kiosk, kiosk_argument
from survey_app.web.respond_link import resume_query
from survey_app.web.respond_way import page_address, start_address
from survey_app.web.respond_words import apart, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from survey_app.domain.page import Page
    from survey_app.domain.questionnaire import Answer
    from survey_app.services.collect import OpenBrand, OpenStudy, Position

ITEM_TEMPLATES = {"mark": "mark", "text": "text"}
"""The template of each layout that is no group of points."""


class PageView:
    """One page about one brand in one language: its form class, and its HTML but for what
    differs between respondents."""

    def __init__(
        self, study: OpenStudy, brand: OpenBrand | None, language: str, number: int
    ) -> None:
        page = study.page(number)
        name = brand.name(language) if brand else ""
        self.name = _view_name(study, brand, language)
        self.language = language
        self._study = study
        self._page = page
        names = {one.code: one.name(language) for one in study.brands} if page.brands else {}
        self._questions = questions(page, language=language, brand=name, names=names)
        self._items: dict[tuple[str, Answer, bool], str] = {}
        self.form_class = page_form(self._questions)
        self._name = name
        self._frames: dict[bool, FilledPage] = {}

    def _frame(self, *, kiosk: bool) -> FilledPage:
        if kiosk not in self._frames:
            self._frames[kiosk] = FilledPage(
                "respond/page.html",
                page=self._page,
                address=url_for(
                    "respond.show_page", interview_key=slot("key"), page_number=self._page.number
                ),
                still=url_for("respond.still_there", interview_key=slot("key")),
                data=url_for("respond.data", interview_key=slot("key")),
                resume=public_link("respond.resume", interview_key=slot("key")) + slot("link"),
                kiosk=kiosk,
                pilot=self._study.is_pilot,
                **_headings(self._study, self._page, self.language, self._name),
                **common(self.language),
            )
        return self._frames[kiosk]

    def order(self, interview_key: str) -> list[str]:
        """Question identifiers in the order in which an interview shows them."""
        return self._page.order(interview_key, shuffle=self._study.shuffle_items)

    def still_open(self, answers: Mapping[str, Answer]) -> list[str]:
        """The questions of the page that were to be answered and have no answer. Nobody has to
        write a text; of brands, at least one is to be marked."""
        if self._page.brands:
            none = not any(answers.get(mark) for mark in self._questions)
            return list(self._questions)[:1] if none else []
        return [
            item
            for item, question in self._questions.items()
            if answers.get(item) is None and question.layout != "text"
        ]

    def html(
        self,
        position: Position,
        *,
        ticket: str,
        answers: Mapping[str, Answer],
        still_open: Collection[str] = (),
        notice: str = "",
    ) -> str:
        """The page for one respondent.

        Parameters
        ----------
        answers : the answers to mark, where there are any.
        still_open : the questions to point out as open, with the way to go on without them.
        notice : why the page must be sent again: ``renewed`` or ``too_long``.
        """
        key, number = position.interview_key, self._page.number
        order = self.order(key)
        marked = [item for item in order if item in still_open]
        say = words(self.language)
        last = position.after(number) is None and not self._page.brands
        items = [self._item(item, answers.get(item), item in still_open) for item in order]
        kiosk = is_kiosk(position)
        html = self._frame(kiosk=kiosk).fill(
            {
                "key": key,
                "pass": escape(urlencode(kiosk_argument(position))),
                "home": escape(home(self._study.key)) if kiosk else "",
                "ticket": ticket,
                "link": escape(resume_query()),
                "title": f"{say('page.problem')} " if notice or marked else "",
                "notice": self._notice(notice) if notice else self._summary(marked),
                "items": "".join(items),
                "anyway": self._anyway(last=last) if marked else "",
                "back": escape(self._back(position)),
                "step": str(position.step(number)),
                "steps": str(len(position.route)),
                "way": escape(
                    say("page.progress", page=position.step(number), pages=len(position.route))
                ),
                "submit": escape(say("page.submit_last" if last else "page.submit")),
            }
        )
        return with_answers(html, _Labels(position, self._page, self.language))

    def _item(self, item_id: str, answer: Answer, still_open: bool) -> str:
        known = self._items.get((item_id, answer, still_open))
        if known is None:
            question = self._questions[item_id]
            form = self.form_class(data={question.field_name: answer}, meta={"csrf": False})
            known = render_template(
                f"respond/{ITEM_TEMPLATES.get(question.layout, 'item')}.html",
                question=question,
                field=form[question.field_name],
                open=still_open,
                **common(self.language),
            )
            if not isinstance(answer, str):
                self._items[item_id, answer, still_open] = known
        return known

    def _summary(self, still_open: Sequence[str]) -> str:
        if not still_open:
            return ""
        say = words(self.language)
        if self._page.brands:
            return self._notice("no_brand")
        return render_template(
            "respond/summary.html",
            open=[self._questions[item] for item in still_open],
            advice=say("page.summary_advice"),
            **common(self.language),
        )

    def _notice(self, topic: str) -> str:
        return render_template("respond/notice.html", topic=topic, **common(self.language))

    def _anyway(self, *, last: bool) -> str:
        say = words(self.language)
        label = say("page.submit_last_anyway" if last else "page.submit_anyway")
        if self._page.brands:
            label = say("page.no_brand_anyway")
        return f'<button class="second" name="anyway" value="1">{escape(label)}</button>'

    def _back(self, position: Position) -> str:
        before = position.before(self._page.number)
        if before is not None:
            return page_address(position, before)
        if is_kiosk(position):
            return home(self._study.key)
        chosen = (
            position.brand.code if position.brand and not self._study.design.asks_brands else None
        )
        return start_address(self._study.key, lang=self.language, brand=chosen)


class PageViews:
    """The page views of every study that a process has shown."""

    MOST = 400
    """Views to keep; about 100 kB each."""

    def __init__(self) -> None:
        self._views: dict[tuple[str, int], PageView] = {}

    def of(self, position: Position, page_number: int) -> PageView:
        """The view of a page of an interview. A study is frozen once it is open, so a view made
        once stays right."""
        study, language = position.study, position.language
        brand = position.brand_of(study.page(page_number))
        known = self.named(_view_name(study, brand, language), page_number)
        if known is None:
            known = PageView(study, brand, language, page_number)
            if len(self._views) >= self.MOST:
                self._views.clear()
            self._views[known.name, page_number] = known
        return known

    def named(self, name: str, page_number: int) -> PageView | None:
        """A view by its name, None where this process has not shown it yet."""
        return self._views.get((name, page_number))


def _view_name(study: OpenStudy, brand: OpenBrand | None, language: str) -> str:
    return f"{study.id}_{study.version}_{brand.id if brand else 0}_{language}"


class _Labels(Mapping[str, str]):
    """Earlier answers as they are repeated in a wording: the words of a point, or the text."""

    def __init__(self, position: Position, page: Page, language: str) -> None:
        self._position, self._page, self._language = position, page, language

    def __getitem__(self, item_id: str) -> str:
        answer = self._position.answers_on(self._page).get(item_id)
        if answer is None:
            raise KeyError(item_id)
        if isinstance(answer, str):
            return apart(answer, self._language)
        for page in self._position.study.pages:
            if page.scale is not None and any(item.id == item_id for item in page.items):
                labels = page.scale.format.labels.get(self._language, {})
                return apart(labels.get(answer, str(answer)), self._language)
        raise KeyError(item_id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._position.answers_on(self._page))

    def __len__(self) -> int:
        return len(self._position.answers_on(self._page))


def _headings(study: OpenStudy, page: Page, language: str, brand: str) -> dict[str, object]:
    say = words(language)
    if page.scale is None:
        question = say(f"brands.{study.design.brand_question.value}")
        return {
            "about": question,
            "heading": question,
            "heading_lang": "",
            "hint": say("brands.hint"),
        }
    about = say("page.heading", brand=brand) if page.slot and brand else say("page.about_you")
    intro = page.scale.intro.get(language, "").replace("{brand}", apart(brand, language))
    rows = page.scale.format.kind == "semantic_differential"
    return {
        "about": about,
        "heading": piped(intro) or about,
        "heading_lang": lang_attribute(language) if intro else "",
        "hint": say("page.differential") if rows else "",
    }
