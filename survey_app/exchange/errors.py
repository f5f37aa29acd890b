"""What is wrong with a file, told so that it can be mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend.

    Parameters
    ----------
    place : where in the file, e.g. ``"line 17, column p03"``; ``""`` for the file as a whole.
    what : what is wrong and how to mend it.
    """

    place: str
    what: str


class ExchangeError(ValueError):
    """A file is refused. `faults` holds all that was found; ``str()`` has one line for each."""

    def __init__(self, file: str, faults: Iterable[Fault]) -> None:
        self.file = file
        self.faults = tuple(faults)
        super().__init__("\n".join(self._sentence(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ExchangeError], tuple[str, tuple[Fault, ...]]]:
        return type(self), (self.file, self.faults)

    def _sentence(self, fault: Fault) -> str:
        return f"{', '.join(filter(None, (self.file, fault.place)))}: {fault.what}"


def refusal(file: str, what: str, place: str = "") -> ExchangeError:
    """An ExchangeError with a single fault."""
    return ExchangeError(file, [Fault(place, what)])
