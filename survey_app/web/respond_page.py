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
        self.name = _view_name(study, brand, language)
        self.language = language
        self.last = number == len(study.pages)
        self._page = page
        self._shuffle = study.shuffle_items
        self._questions = questions(page, language=language, brand=name)
        self._items: dict[tuple[str, int | None, bool], str] = {}
        self.form_class = page_form(self._questions)
        self._frame = FilledPage(
            "respond/page.html",
            page=page,
            pages=len(study.pages),
            last=self.last,
            back=_back(study, brand, language, number),
            address=url_for("respond.show_page", interview_key=slot("key"), page_number=number),
            resume=public_link("respond.resume", interview_key=slot("key")),
            **_headings(page, language, name),
            **common(language),
        )

    def order(self, interview_key: str) -> list[str]:
        """Item identifiers in the order in which an interview shows them."""
        return self._page.order(interview_key, shuffle=self._shuffle)

    def still_open(self, answers: Mapping[str, int | None]) -> list[str]:
        """The items of the page that have no answer."""
        return [item for item in self._questions if answers.get(item) is None]

    def html(
        self,
        *,
        key: str,
        ticket: str,
        answers: Mapping[str, int | None],
        still_open: Collection[str] = (),
        renewed: bool = False,
    ) -> str:
        """The page for one respondent.

        Parameters
        ----------
        answers : the answers to mark, where there are any.
        still_open : the items to point out as open, with the way to go on without them.
        renewed : say that the page must be sent again.
        """
        order = self.order(key)
        marked = [item for item in order if item in still_open]
        notice = self._renewed() if renewed else self._summary(marked)
        say = words(self.language)
        problem = renewed or bool(marked)
        items = [self._item(item, answers.get(item), item in still_open) for item in order]
        return self._frame.fill(
            {
                "key": key,
                "ticket": ticket,
                "title": f"{say('page.problem')} " if problem else "",
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
                **common(self.language),
            )
            self._items[item_id, answer, still_open] = known
        return known

    def _summary(self, still_open: Sequence[str]) -> str:
        if not still_open:
            return ""
        say = words(self.language)
        return render_template(
            "respond/summary.html",
            open=[self._questions[item] for item in still_open],
            advice=say("page.summary_advice"),
            **common(self.language),
        )

    def _renewed(self) -> str:
        return render_template("respond/renewed.html", **common(self.language))

    def _anyway(self) -> str:
        say = words(self.language)
        label = say("page.submit_last_anyway" if self.last else "page.submit_anyway")
        return f'<button class="second" name="anyway" value="1">{escape(label)}</button>'


class PageViews:
    """The page views of every study that a process has shown."""

    MOST = 400
    """Views to keep; about 100 kB each."""

    def __init__(self) -> None:
        self._views: dict[tuple[str, int], PageView] = {}

    def of(self, position: Position, page_number: int) -> PageView:
        """The view of a page of an interview. A study is frozen once it is open, so a view made
        once stays right."""
        study, brand, language = position.study, position.brand, position.language
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
    return f"{study.id}_{brand.id if brand else 0}_{language}"


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
