"""The options of every command that reads a file of answers, and the reading itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from instruments.model import Instrument
    from psychometrics.dataset import Dataset
    from reports.facts import SurveyFacts
    from reports.survey import Survey
    from survey_app.services.analyse import Analysed, FactorChoices

    Command = TypeVar("Command", bound=Callable[..., Any])

COLUMNS = {
    "brand_column": "Column that holds the brand.",
    "wave_column": "Column that holds the wave.",
    "language_column": "Column that holds the language of the interview.",
    "disposition_column": "Column that says how an interview ended.",
    "duration_column": "Column with the duration in seconds.",
    "id_column": "Column that identifies the interview.",
    "instructed_column": "Column of the instructed-response item: 1 passed, 0 failed.",
}


class AnswersError(ValueError):
    """The answers of a file cannot be analysed. The message names file, column and mend."""


@dataclass(frozen=True, slots=True)
class AnswersFile:
    """A file of answers that was read, checked and matched with its questionnaires.

    `dataset` holds the wave that was asked for, `everything` all waves of the file.
    """

    path: Path
    dataset: Dataset
    instruments: tuple[Instrument, ...]
    brand_labels: Mapping[str, str]
    notes: tuple[str, ...]
    everything: Dataset

    def survey(
        self, facts: SurveyFacts, *, minimum_n: int = 30, name_others: bool = False
    ) -> Survey:
        """The wave with those before it, in the order of their codes, for scorecards."""
        from survey_app.services.survey import survey_of_waves

        return survey_of_waves(
            self.analysed(minimum_n), self.everything, facts, name_others=name_others
        )

    def analysed(
        self, minimum_n: int = 30, factor_choices: FactorChoices | None = None
    ) -> Analysed:
        """The answers, ready to be analysed."""
        from survey_app.services.analyse import Analysed, AnalysisCache, FactorChoices

        return Analysed(
            self.dataset,
            self.instruments,
            minimum_n,
            AnalysisCache(),
            factor_choices=factor_choices or FactorChoices(),
        )

    def brands_without_answers(self) -> dict[str, int]:
        """Interviews by brand code, for the brands that have interviews but none usable."""
        from collections import Counter

        usable = set(self.dataset.brand[self.dataset.usable].tolist())
        counts = Counter(code for code in self.dataset.brand.tolist() if code)
        return {code: n for code, n in sorted(counts.items()) if code not in usable}

    def require_variation(self) -> None:
        """Raise AnswersError where nobody is usable, or an item of a score never varies among those
        who are: almost always a column that was exported wrongly."""
        from psychometrics.dataset import MISSING

        usable = self.dataset.answers[self.dataset.usable]
        if not len(usable):
            raise AnswersError(
                f"{self.path}: none of the {self.dataset.n} interviews is usable; check the column "
                "that says how an interview ended (--disposition-column)."
            )
        faults = []
        scored = {item for key in self.dataset.keys for item in key.items}
        for item, column in zip(self.dataset.item_ids, usable.T, strict=True):
            if item not in scored:
                continue
            given = column[column != MISSING]
            if len(given) == 0 or (given == given[0]).all():
                said = (
                    f"all {len(given)} usable answers are {given[0]}" if len(given) else "no answer"
                )
                faults.append(
                    f"{self.path}, column {item}: {said}, so the item measures nothing; check how "
                    "the column was exported, or use an instrument file without the item."
                )
        if faults:
            raise AnswersError("\n".join(faults))


def answers_options(command: Command) -> Command:
    """Add FILE, --instrument, --wording, --wave and the column options, for `read_answers`."""
    for name, text in reversed(COLUMNS.items()):
        command = click.option(f"--{name.replace('_', '-')}", metavar="NAME", help=text)(command)
    for decorate in (
        click.option(
            "--background-column",
            metavar="NAME",
            multiple=True,
            help="Column that tells something of the people, e.g. an age group; may be repeated.",
        ),
        click.option(
            "--missing",
            metavar="CODE",
            multiple=True,
            help="Further code for a missing answer, e.g. 9; may be repeated.",
        ),
        click.option("--encoding", help="Of a text file that is not UTF-8, e.g. cp1251."),
        click.option("--wave", metavar="CODE", help="Wave to use, of several in the file."),
        click.option(
            "--wording",
            metavar="FILE",
            help="YAML file with licensed wording for the main questionnaire.",
        ),
        click.option(
            "--instrument",
            required=True,
            multiple=True,
            metavar="ID|FILE",
            help="Questionnaire that was asked; the main one first. See `engage instruments`.",
        ),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


def read_answers(file: Path, options: dict[str, Any]) -> AnswersFile:
    """Read a file of answers by the options of `answers_options`.

    Raises InstrumentError or ExchangeError: file, place and mend.
    """
    from instruments.load import load_instrument
    from instruments.wording import overlay
    from survey_app.exchange.dataset import MISSING_CODES, to_dataset
    from survey_app.exchange.read import read_table

    main, *others = (load_instrument(each) for each in options["instrument"])
    if options["wording"]:
        main = overlay(main, options["wording"])
    instruments = (main, *others)
    columns = {name: options[name] for name in COLUMNS}
    missing = MISSING_CODES | set(options["missing"])
    table = read_table(file, encoding=options["encoding"])
    imported = to_dataset(
        table,
        instruments,
        background_columns=options["background_column"],
        missing=missing,
        **columns,
    )
    dataset = everything = imported.dataset
    if options["wave"] is not None:
        dataset = _of_wave(dataset, options["wave"])
    labels, notes = imported.brand_labels, imported.notes
    return AnswersFile(file, dataset, instruments, labels, notes, everything)


def require_other_files(file: Path, options: dict[str, Any], *targets: Path | None) -> None:
    """Raise AnswersError where a file that is read would be written over, or one written twice."""
    read = [file, *map(Path, options["instrument"]), Path(options["wording"] or file)]
    taken = dict.fromkeys((each.resolve() for each in read), "is read by this command")
    for target in filter(None, targets):
        place = target.resolve()
        if place in taken:
            raise AnswersError(f"{target}: {taken[place]}; give what is written another name.")
        taken[place] = "would be written twice"


def require_structure(analysed: Analysed, file: Path) -> None:
    """Raise AnswersError where the factor analysis that was asked for cannot be done."""
    from survey_app.services.analyse import NothingToAnalyseError

    try:
        _ = analysed.structure
    except NothingToAnalyseError as error:
        raise AnswersError(f"{file}: {error}") from None


def require_measurement(analysed: Analysed, file: Path) -> None:
    """Raise AnswersError where no R script can test the measurement, since nothing here could."""
    reason = analysed.why_not("measurement")
    if reason:
        raise AnswersError(f"{file}: there is nothing an R script could test again. {reason}")


def print_notes(answers: AnswersFile) -> None:
    """Say what was recognised in the file, and which brands have nobody to report on."""
    for note in answers.notes:
        click.echo(note)
    for code, n in answers.brands_without_answers().items():
        click.echo(f"Brand {code!r}: {n} interviews, none usable; it is not reported.")


def _of_wave(dataset: Dataset, wave: str) -> Dataset:
    known = sorted({str(code) for code in dataset.wave if code})
    if wave not in known:
        listed = ", ".join(known) or "none; name their column with --wave-column"
        raise click.BadParameter(f"there is no wave {wave!r}; waves: {listed}.", param_hint="wave")
    return dataset.select(dataset.wave == wave)
