"""The questionnaire in the making of an address: read, changed and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, url_for

from survey_app.domain.study import StudyError, StudyState
from survey_app.services.design_content import NotThere
from survey_app.services.draft import content_in_making, keep_content
from survey_app.services.pilot import require_unpiloted
from survey_app.web.workspace.own_study import reading, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from survey_app.domain.study import Study

Content = dict[str, Any]


def content_of(key: str) -> tuple[Study, Content]:
    """The study of this researcher and its questionnaire in the making. Where nothing may be
    changed, the browser is sent to the study with the reason."""
    with reading(key) as (_, study):
        return study, _content(study, key)


def change_content(key: str, change: Callable[[Content], Content]) -> None:
    """Change a questionnaire in the making and keep it, whole or not at all.

    A block or quota that somebody has removed meanwhile sends the browser to those that are left.
    What else `change` raises is left to the view.
    """
    with writing(key) as (unit, study):
        content = _content(study, key)
        try:
            changed = change(content)
            require_unpiloted(unit, study, [brand["code"] for brand in changed["brands"]])
            keep_content(study, changed)
        except NotThere as gone:
            back_from(gone, key)
        unit.commit()


def back_from(gone: NotThere, key: str) -> NoReturn:
    """Send the browser to the questionnaire with the reason."""
    flash(str(gone), "caution")
    abort(redirect(url_for("design_blocks.overview", key=key)))


def home(study: Study) -> str:
    """The address from which the parts of a questionnaire in the making are reached."""
    if study.state is StudyState.DRAFT:
        return url_for("fieldwork.overview", key=study.key)
    return url_for("versions.upcoming", key=study.key)


def _content(study: Study, key: str) -> Content:
    try:
        return content_in_making(study)
    except StudyError as frozen:
        flash(str(frozen), "caution")
        abort(redirect(url_for("fieldwork.overview", key=key)))
