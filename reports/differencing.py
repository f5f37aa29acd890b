"""Which groups of people must stay unsaid so that none that is too small can be worked out.

A mean with its n tells a sum, and sums may be added and subtracted: everybody less those who
answered on the web are those who came by QR code. What can be worked out in this way from the
groups shown is their linear span; a group is safe when no set of people that is too small lies in
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

from reports.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]
    Counts = NDArray[np.int64]

UNKNOWN = ""
"""Code of people of whom a variable is not known: nobody can ask for them, all may subtract."""

Cell = tuple[tuple[str, str], ...]
"""Conditions (variable, code) that all hold; the empty one is everybody."""


@dataclass(frozen=True)
class Lattice:
    """All groups that a few conditions name, over atoms: people who are alike in all variables.

    Parameters
    ----------
    cells : the groups with anybody in them, everybody first, then those of fewest conditions.
    members : (cells, atoms) which atoms a group is made of.
    atom : (n,) the atom of each person.
    families : a group with the groups into which one more variable divides it, by their places.
    tables : the groups into which one variable, or several together, divide everybody.
    """

    cells: tuple[Cell, ...]
    members: Mask
    atom: NDArray[np.intp]
    families: tuple[tuple[int, tuple[int, ...]], ...]
    tables: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, columns: Mapping[str, NDArray[np.str_]], n: int, conditions: int) -> Lattice:
        """The lattice of n people: variable → (n,) codes; at most `conditions` at once."""
        table = np.column_stack([*columns.values(), np.full(n, "")])
        atoms, atom = np.unique(table, axis=0, return_inverse=True)
        parts = {
            (variable, str(code)): atoms[:, place] == code
            for place, variable in enumerate(columns)
            for code in np.unique(atoms[:, place])
        }
        found: dict[Cell, Mask] = {(): np.ones(len(atoms), bool)}
        for count in range(1, conditions + 1):
            for cell in _cells(list(columns), parts, count):
                members = found[cell[:-1]] & parts[cell[-1]] if cell[:-1] in found else None
                if members is not None and members.any():
                    found[cell] = members
        places = {cell: place for place, cell in enumerate(found)}
        families = tuple(_families(places, list(columns), parts, conditions))
        members = np.array(list(found.values()))
        return cls(tuple(found), members, atom.reshape(-1), families, _tables(places))

    @property
    def nameable(self) -> Mask:
        """(cells,) True for groups that a reader can ask for."""
        return np.array([all(code != UNKNOWN for _, code in cell) for cell in self.cells])

    def counts(self, bases: Sequence[Mask]) -> Counts:
        """(bases, atoms) how many people of each base, a mask (n,), are in each atom."""
        atoms = self.members.shape[1]
        return np.array([np.bincount(self.atom[base], minlength=atoms) for base in bases])


def too_small(lattice: Lattice, counts: Counts, least: int) -> Mask:
    """(cells,) True for groups with 1 to `least` − 1 people in any base, or with nobody in the
    first."""
    n = counts @ lattice.members.T
    found: Mask = ((n > 0) & (n < least)).any(axis=0) | (n[0] == 0)
    return found


def safe_to_show(lattice: Lattice, counts: Counts, least: int) -> Mask:
    """(cells,) True for the groups that may all be shown together.

    Groups that are `too_small` are not. Then, as long as a set of fewer than `least` people can be
    worked out, a further group is hidden: the smallest that this takes. The sets looked for are all
    that as many variables as there are conditions can tell apart: a group, several together, what
    is left of a group, neither one thing nor another. The same answers always give the same result.

    Parameters
    ----------
    counts : (bases, atoms) people in each atom; the first base is everybody counted, the others are
        those with an answer to one thing or another, of whom there must be `least` or none.
    """
    shown: Mask = lattice.nameable & ~too_small(lattice, counts, least)
    done: set[bytes] = set()
    for base in counts:
        audit = _Audit.of(lattice, base, least)
        kind = audit.kind
        if kind not in done:
            shown = audit.secured(shown)
            done.add(kind)
    return shown


@dataclass(frozen=True)
class _Audit:
    """One base: (cells, atoms) `members` of the atoms with anybody, (cells,) people `n`."""

    lattice: Lattice
    members: NDArray[np.float64]
    n: Counts
    least: int

    @classmethod
    def of(cls, lattice: Lattice, base: Counts, least: int) -> _Audit:
        members = lattice.members[:, base > 0].astype(np.float64)
        return cls(lattice, members, lattice.members @ base, least)

    @property
    def kind(self) -> bytes:
        """What decides the result; bases that agree in it need be looked at once."""
        return self.n.tobytes() + self.members.tobytes()

    def secured(self, shown: Mask) -> Mask:
        shown = shown.copy()
        while True:
            self._close_families(shown)
            cell = self._gives_away(shown)
            if cell is None:
                return shown
            shown[cell] = False

    def small(self, n: int) -> bool:
        return 0 < n < self.least

    def _close_families(self, shown: Mask) -> None:
        """Hide groups until no family shown gives away the sum of its members that are not."""
        changed = True
        while changed:
            changed = False
            for parent, children in self.lattice.families:
                there = [child for child in children if shown[child]]
                rest = int(self.n[parent] - self.n[there].sum())
                if shown[parent] and there and self.small(rest):
                    shown[min(there, key=lambda child: (self.n[child], child))] = False
                    changed = True

    def _gives_away(self, shown: Mask) -> int | None:
        """The smallest of the groups shown that it takes to work out a set that is too small; None
        where there is no such set."""
        targets = list(self._targets())
        if not targets:
            return None
        order = np.array(sorted(np.flatnonzero(shown), key=lambda cell: (-self.n[cell], cell)), int)
        span = Span.of(self.members[order])
        for vectors, n in targets:
            found = span.holds(vectors, n, self.least)
            if found is not None:
                needed = order[span.needed(found)]
                return int(max(needed, key=lambda cell: (-self.n[cell], cell)))
        return None

    def _targets(self) -> Iterator[tuple[NDArray[np.float64], Counts]]:
        """The groups of each table that are too small, with the people in each: they have nobody in
        common, and a set of too few people that these variables can tell apart is made of them."""
        for table in self.lattice.tables:
            few = [cell for cell in table if self.small(self.n[cell])]
            if few:
                yield self.members[few], self.n[few]


def _cells(
    variables: list[str], parts: Mapping[tuple[str, str], Mask], count: int
) -> Iterator[Cell]:
    codes = {name: [part for part in parts if part[0] == name] for name in variables}
    for chosen in combinations(variables, count):
        yield from product(*(codes[name] for name in chosen))


def _families(
    places: Mapping[Cell, int],
    variables: list[str],
    parts: Mapping[tuple[str, str], Mask],
    conditions: int,
) -> Iterator[tuple[int, tuple[int, ...]]]:
    for cell, place in places.items():
        used = {name for name, _ in cell}
        if len(cell) == conditions:
            return
        for name in variables:
            if name in used:
                continue
            joined = [_joined(cell, part, variables) for part in parts if part[0] == name]
            yield place, tuple(places[one] for one in joined if one in places)


def _joined(cell: Cell, part: tuple[str, str], variables: list[str]) -> Cell:
    return tuple(sorted((*cell, part), key=lambda condition: variables.index(condition[0])))


def _tables(places: Mapping[Cell, int]) -> tuple[tuple[int, ...], ...]:
    """The places of the groups by the variables that name them."""
    found: dict[tuple[str, ...], list[int]] = {}
    for cell, place in places.items():
        found.setdefault(tuple(name for name, _ in cell), []).append(place)
    return tuple(map(tuple, found.values()))
