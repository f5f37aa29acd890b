"""The next version of a questionnaire that is in the field: begun, revised, discarded, launched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survey_app.domain.differences import differences
from survey_app.domain.frozen_instruments import read_instruments
from survey_app.domain.missing import missing_in
from survey_app.domain.questionnaire import read_design
from survey_app.domain.study import StudyError, StudyState
from survey_app.domain.text import readable
from survey_app.services.calibration import require_fitting_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.domain.difference import Difference
    from survey_app.domain.study import Study

LONGEST_REASON = 500


def begin(study: Study) -> None:
    """Begin a next version as a copy of the one that is asked; where one was begun, it stays.

    Raises
    ------
    StudyError
        the study is not open.
    """
    _require_open(study)
    if not study.next_content:
        study.next_content = study.content()


def revise(study: Study, content: Mapping[str, Any]) -> None:
    """Make a content (`Study.content`) the next version that was begun.

    Raises
    ------
    StudyError
        the study is not open, no next version was begun, or the content has other parts.
    instruments.errors.InstrumentError
        an instrument in it cannot be read.
    """
    _require_begun(study)
    if set(content) != set(study.next_content):
        raise StudyError("The next version has other parts than a questionnaire. Begin it anew.")
    read_design(content["design"], read_instruments(content["instruments"]))
    study.next_content = dict(content)


def discard(study: Study) -> None:
    """Give up the next version; what is asked stays as it is. Raises StudyError where none was
    begun."""
    _require_begun(study)
    study.next_content = {}


def next_differences(study: Study) -> tuple[Difference, ...]:
    """How the next version differs from the one that is asked. Raises StudyError where none was
    begun."""
    _require_begun(study)
    return differences(study.asked_content(), study.next_content)


def missing_for_launch(study: Study) -> list[str]:
    """What keeps the next version from being launched, in plain words; empty where nothing does.
    Raises StudyError where none was begun."""
    found = next_differences(study)
    if not found:
        return ["It asks the same as the version that is asked now. Change it, or discard it."]
    broken = [f"{each.place}: {each.mend}" for each in found if each.breaks]
    return [*dict.fromkeys(broken), *missing_in(study.next_content)]


def launch(study: Study, reason: str) -> None:
    """Ask the next version from now on. Interviews that were begun go on with their own.

    Raises
    ------
    StudyError
        no reason is given, or something keeps it from being launched; the message says what.
    """
    missing = missing_for_launch(study)
    if missing:
        raise StudyError("The next version cannot be launched yet. " + " ".join(missing))
    require_fitting_rules(study.next_content)
    told = readable(reason)
    if not told or len(told) > LONGEST_REASON:
        raise StudyError(
            f"Say in up to {LONGEST_REASON} letters why the questionnaire changes, so that whoever "
            "reads the answers knows."
        )
    study.launch_next(told)


def _require_open(study: Study) -> None:
    if study.state is StudyState.CLOSED:
        raise StudyError(
            "The study is closed; its questionnaire is asked no more. Copy the study to ask anew."
        )
    if study.state is not StudyState.OPEN:
        raise StudyError("The study is not open yet. Change the draft itself.")


def _require_begun(study: Study) -> None:
    _require_open(study)
    if not study.next_content:
        raise StudyError("No next version has been begun.")
