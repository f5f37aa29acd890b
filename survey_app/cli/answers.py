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
    from survey_app.services.analyse import Analysed

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


@dataclass(frozen=True, slots=True)
class AnswersFile:
    """A file of answers that was read, checked and matched with its questionnaires."""

    path: Path
    dataset: Dataset
    instruments: tuple[Instrument, ...]
    brand_labels: Mapping[str, str]
    notes: tuple[str, ...]

    def analysed(self, minimum_n: int = 30) -> Analysed:
        """The answers, ready to be analysed."""
        from survey_app.services.analyse import Analysed, AnalysisCache

        return Analysed(self.dataset, self.instruments, minimum_n, AnalysisCache())


def answers_options(command: Command) -> Command:
    """Add FILE, --instrument, --wording, --wave and the column options, for `read_answers`."""
    for name, text in reversed(COLUMNS.items()):
        command = click.option(f"--{name.replace('_', '-')}", metavar="NAME", help=text)(command)
    for decorate in (
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
    from survey_app.exchange.dataset import to_dataset
    from survey_app.exchange.read import read_table

    main, *others = (load_instrument(each) for each in options["instrument"])
    if options["wording"]:
        main = overlay(main, options["wording"])
    instruments = (main, *others)
    columns = {name: options[name] for name in COLUMNS}
    imported = to_dataset(read_table(file), instruments, **columns)
    dataset = imported.dataset
    if options["wave"] is not None:
        dataset = _of_wave(dataset, options["wave"])
    return AnswersFile(file, dataset, instruments, imported.brand_labels, imported.notes)


def _of_wave(dataset: Dataset, wave: str) -> Dataset:
    known = sorted({str(code) for code in dataset.wave if code})
    if wave not in known:
        listed = ", ".join(known) or "none; name their column with --wave-column"
        raise click.BadParameter(f"there is no wave {wave!r}; waves: {listed}.", param_hint="wave")
    return dataset.select(dataset.wave == wave)
