"""An attacker of filtered scorecards, who takes every figure that is shown, writes it as an
equation over people, and solves the equations in fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations, product
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from psychometrics.dataset import MISSING, Dataset, ScoringKey
from reports.disclosure import Permitted, column, permitted, rows_of
from reports.suppression import ReportingRules

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]
    Row = list[Fraction]

Codes = TypeVar("Codes", bound="tuple[str, ...]")

LEAST = 30
KEYS = [ScoringKey("mood", ("a",), 1, 5), ScoringKey("deed", ("b",), 1, 5)]
RULES = ReportingRules()


def people(
    rows: Sequence[tuple[str, ...]],
    variables: Sequence[str] = ("channel", "language", "age"),
    *,
    skipped: Collection[int] = (),
) -> Dataset:
    """One interview for each row of codes; those of `skipped` left the second question open."""
    answers = np.random.default_rng(len(rows)).integers(1, 6, (len(rows), 2))
    answers[sorted(skipped), 1] = MISSING
    columns = dict(zip(variables, zip(*rows, strict=True), strict=True))
    known = {name: columns.pop(name) for name in ("channel", "language") if name in columns}
    return Dataset.build(
        answers, ("a", "b"), KEYS, brand=["north"] * len(rows), background=columns, **known
    )


def crossed(table: Mapping[Codes, int]) -> list[tuple[str, ...]]:
    """Rows of codes, each as often as the table says."""
    return [codes for codes, count in table.items() for _ in range(count)]


def asked(dataset: Dataset, rules: ReportingRules = RULES) -> Permitted:
    """What may be asked about the one brand of these data."""
    return permitted(dataset, np.ones(dataset.n, bool), "north", rules)


def parts_of(dataset: Dataset, variables: Sequence[str], most: int) -> Iterator[dict[str, str]]:
    """Every part that anybody could think of, people of unknown codes included."""
    codes = {name: sorted(set(column(dataset, name).tolist())) for name in variables}
    for count in range(most + 1):
        for chosen in combinations(variables, count):
            for found in product(*(codes[name] for name in chosen)):
                yield dict(zip(chosen, found, strict=True))


def secrets(dataset: Dataset, variables: Sequence[str], base: Mask) -> Iterator[tuple[str, Mask]]:
    """All sets of 1 to 29 people of a base that one variable, or two together, can tell apart."""
    for count in (1, 2):
        for chosen in combinations(variables, count):
            parts = [part for part in parts_of(dataset, chosen, count) if len(part) == count]
            groups = [(str(part), rows_of(dataset, part) & base) for part in parts]
            few = [(name, rows) for name, rows in groups if 0 < rows.sum() < LEAST]
            for together in chain.from_iterable(
                combinations(few, size) for size in range(1, len(few) + 1)
            ):
                rows = np.any([mask for _, mask in together], axis=0)
                if rows.sum() < LEAST:
                    yield " or ".join(name for name, _ in together), rows


def given_away(
    dataset: Dataset, variables: Sequence[str], shown: Callable[[dict[str, str]], bool]
) -> list[str]:
    """What the attacker finds out about 1 to 29 people, in any number that is printed."""
    found = []
    parts = [part for part in parts_of(dataset, variables, 2) if "" not in part.values()]
    equations = [rows_of(dataset, part) for part in parts if shown(part)]
    answered = dataset.answers != MISSING
    for base in (np.ones(dataset.n, bool), answered[:, 0], answered[:, 1]):
        if base.sum() < LEAST:
            continue
        alike = _unlike_people(equations, dataset, variables, base)
        known = _reduced([_as_row(rows, alike) for rows in equations])
        found += [
            name
            for name, rows in secrets(dataset, variables, base)
            if _follows(_as_row(rows, alike), known)
        ]
    return found


def _unlike_people(
    equations: Sequence[Mask], dataset: Dataset, variables: Sequence[str], base: Mask
) -> list[int]:
    """One person of a base for each way of being; nobody can tell the others of that way apart."""
    ways = list(zip(*(column(dataset, name).tolist() for name in variables), strict=True))
    first = {way: place for place, way in enumerate(ways) if base[place]}
    return sorted(first.values())


def _as_row(rows: Mask, alike: Sequence[int]) -> Row:
    return [Fraction(int(rows[person])) for person in alike]


def _reduced(rows: list[Row]) -> list[tuple[int, Row]]:
    """Gauss and Jordan: rows with the place of their leading one."""
    known: list[tuple[int, Row]] = []
    for row in rows:
        rest = _less(row, known)
        place = next((at for at, value in enumerate(rest) if value), None)
        if place is not None:
            known.append((place, [value / rest[place] for value in rest]))
    return known


def _less(row: Row, known: Sequence[tuple[int, Row]]) -> Row:
    for place, other in known:
        if row[place]:
            factor = row[place]
            row = [value - factor * theirs for value, theirs in zip(row, other, strict=True)]
    return row


def _follows(row: Row, known: Sequence[tuple[int, Row]]) -> bool:
    return not any(_less(row, known))
