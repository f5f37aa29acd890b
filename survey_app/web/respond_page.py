"""A page of the questionnaire as it is shown, kept ready for the next respondent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for
from markupsafe import escape

from survey_app.web.current import public_link
from survey_app.web.respond_form import page_form, questions
from survey_app.web.respond_html import FilledPage, common, lang_attribute, slot
from survey_app.web.respond_words import words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from survey_app.domain.interview import Page
    from survey_app.services.collect import OpenBrand, OpenStudy, Position


class PageView:
    """One page about one brand in one language: its form class, and its HTML but for what
    differs between respondents."""

    def __init__(
        self, study: OpenStudy, brand: OpenBrand | None, language: str, number: int
    ) -> None:
        page = study.page(number)
        name = brand.name(language) if brand else ""
        self._language = language
        self._last = number == len(study.pages)
        self._questions = questions(page, language=language, brand=name)
        self._items: dict[tuple[str, int | None, bool], str] = {}
        self.form_class = page_form(self._questions)
        self._frame = FilledPage(
            "respond/page.html",
            page=page,
            pages=len(study.pages),
            last=self._last,
            back=_back(study, brand, language, number),
            address=url_for("respond.show_page", interview_key=slot("key"), page_number=number),
            resume=public_link("respond.resume", interview_key=slot("key")),
            **_headings(page, language, name),
            **common(language),
        )

    def html(
        self,
        *,
        key: str,
        ticket: str,
        order: Sequence[str],
        answers: Mapping[str, int | None],
        still_open: Collection[str] = (),
        renewed: bool = False,
        saved: bool = True,
    ) -> str:
        """The page for one respondent.

        Parameters
        ----------
        order : item identifiers in the order to show.
        answers : the answers to mark, where there are any.
        still_open : the items to point out as open, with the way to go on without them.
        renewed : say that the page must be sent again.
        saved : whether the marked answers are kept already.
        """
        marked = [item for item in order if item in still_open]
        notice = self._renewed() if renewed else self._summary(marked, saved=saved)
        say = words(self._language)
        problem = renewed or bool(marked)
        items = [self._item(item, answers.get(item), item in still_open) for item in order]
        return self._frame.fill(
            {
                "key": key,
                "ticket": ticket,
                "title": f"{say('page.problem')}: " if problem else "",
                "notice": notice,
                "items": "".join(items),
                "anyway": self._anyway() if marked else "",
            }
        )

    def _item(self, item_id: str, answer: int | None, still_open: bool) -> str:
        known = self._items.get((item_id, answer, still_open))
        if known is None:
            question = self._questions[item_id]
            form = self.form_class(data={question.field_name: answer}, meta={"csrf": False})
            known = render_template(
                "respond/item.html",
                question=question,
                field=form[question.field_name],
                open=still_open,
                **common(self._language),
            )
            self._items[item_id, answer, still_open] = known
        return known

    def _summary(self, still_open: Sequence[str], *, saved: bool) -> str:
        if not still_open:
            return ""
        say = words(self._language)
        return render_template(
            "respond/summary.html",
            open=[self._questions[item] for item in still_open],
            advice=say("page.summary_advice" if saved else "page.summary_advice_last"),
            **common(self._language),
        )

    def _renewed(self) -> str:
        return render_template("respond/renewed.html", **common(self._language))

    def _anyway(self) -> str:
        say = words(self._language)
        label = say("page.submit_last_anyway" if self._last else "page.submit_anyway")
        return f'<button class="second" name="anyway" value="1">{escape(label)}</button>'


class PageViews:
    """The page views of every study that a process has shown."""

    MOST = 400
    """Views to keep; about 100 kB each."""

    def __init__(self) -> None:
        self._views: dict[tuple[str, int | None, str, int], PageView] = {}

    def of(self, position: Position, page_number: int) -> PageView:
        """The view of a page of an interview. A study is frozen once it is open, so a view made
        once stays right."""
        brand = position.brand
        name = (position.study.key, brand.id if brand else None, position.language, page_number)
        known = self._views.get(name)
        if known is None:
            known = PageView(position.study, brand, position.language, page_number)
            if len(self._views) >= self.MOST:
                self._views.clear()
            self._views[name] = known
        return known


def _back(study: OpenStudy, brand: OpenBrand | None, language: str, number: int) -> str:
    if number > 1:
        return url_for("respond.show_page", interview_key=slot("key"), page_number=number - 1)
    chosen = brand.code if brand else None
    return url_for("respond.start_page", study_key=study.key, lang=language, brand=chosen)


def _headings(page: Page, language: str, brand: str) -> dict[str, object]:
    say = words(language)
    about = say("page.heading", brand=brand)
    intro = page.scale.intro.get(language, "").replace("{brand}", brand)
    rows = page.scale.format.kind == "semantic_differential"
    return {
        "about": about,
        "heading": intro or about,
        "heading_lang": lang_attribute(language) if intro else "",
        "hint": say("page.differential") if rows else "",
    }
