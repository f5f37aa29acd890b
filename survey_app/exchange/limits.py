"""How much of a file is read at most, so that no file takes all the memory of a server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """A file with more `rows` or `cells` is refused as soon as that is known, however small it is.
    None: as many as the kind of file can hold."""

    rows: int | None = None
    cells: int | None = None

    def fault(self, rows: int, cells: int, most_cells: int) -> str:
        """What is too much of a file of which so much was read, empty where nothing is;
        `most_cells` is what its kind can hold."""
        most = min(most_cells, self.cells or most_cells)
        if self.rows is not None and rows > self.rows:
            return f"holds more than {self.rows:,} rows; split it into several files."
        if cells > most:
            return f"holds more than {most:,} cells; leave out what is not needed."
        return ""


NO_LIMITS = Limits()
"""What the kind of a file can hold."""
