"""What is wrong with an instrument file, all of it at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend.

    Parameters
    ----------
    line : 1-based line of the file; 0 where there is no line (JSON, the file as a whole).
    place : path inside the file, e.g. ``scales[0].items[2].id``; ``""`` for the file as a whole.
    what : what is wrong and how to mend it.
    """

    line: int
    place: str
    what: str


class InstrumentError(ValueError):
    """An instrument or wording file is refused.

    `file` names it and `problems` holds every fault found, in the order of the file; ``str()``
    gives one line per fault: file, line, place, fault and mend.
    """

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems = tuple(sorted(problems))
        shown = [self._sentence(problem) for problem in self.problems[:MOST_SHOWN]]
        if len(self.problems) > MOST_SHOWN:
            shown.append(f"{file}: and {len(self.problems) - MOST_SHOWN} more problems.")
        super().__init__("\n".join(shown))

    def __reduce__(self) -> tuple[type[InstrumentError], tuple[str, tuple[Problem, ...]]]:
        return type(self), (self.file, self.problems)

    def _sentence(self, problem: Problem) -> str:
        where = [self.file]
        if problem.line:
            where.append(f"line {problem.line}")
        if problem.place:
            where.append(problem.place)
        return f"{', '.join(where)}: {problem.what}"
