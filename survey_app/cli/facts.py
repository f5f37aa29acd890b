"""The options by which a researcher states facts that no file of answers holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from reports.facts import SurveyFacts
    from survey_app.cli.answers import AnswersFile

    Command = TypeVar("Command", bound=Callable[..., Any])

FACTS = {
    "title": "Title of the study; the file's name when not given.",
    "population": "Who was asked, as the report shall state it.",
    "sponsor": "Who paid for the study.",
    "source": "Source and licence of the answers, where they ask to be named.",
}


def facts_options(command: Command) -> Command:
    """Add --title, --population, --sponsor and --source; pass them on to `facts_of`."""
    for name, text in reversed(FACTS.items()):
        command = click.option(f"--{name}", help=text)(command)
    return command


def facts_of(answers: AnswersFile, stated: dict[str, str | None]) -> SurveyFacts:
    """What a report must be told about a file of answers."""
    from survey_app.services.report import survey_facts

    brands = sorted({str(code) for code in answers.dataset.brand if code})
    waves = sorted({str(code) for code in answers.dataset.wave if code})
    return survey_facts(
        answers.dataset,
        title=stated["title"] or answers.path.stem.replace("_", " "),
        brands={code: _name(code, answers, stated["brand_column"]) for code in brands},
        population=stated["population"],
        sponsor=stated["sponsor"],
        attribution=stated["source"],
        wave=waves[0] if len(waves) == 1 else None,
        language=stated.get("report_language") or "en",
    )


def _name(code: str, answers: AnswersFile, column: str | None) -> str:
    """The label of a brand code; a bare number is told with its column, as in "Suburb 2"."""
    label = answers.brand_labels.get(code, code)
    return f"{column[:1].upper()}{column[1:]} {label}" if column and label.isdigit() else label
