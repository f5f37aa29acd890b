"""Who belongs to which group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from psychometrics.dataset import Dataset
from psychometrics.irt._answers import SMALLEST, IrtError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from psychometrics.irt._answers import GradedAnswers

COLUMNS = ("brand", "wave", "language", "channel")


@dataclass(frozen=True)
class Groups:
    """G `names`, sorted; `member` (n,) number of each interview's group, −1 outside of all."""

    names: tuple[str, ...]
    member: NDArray[np.intp]

    @property
    def inside(self) -> NDArray[np.bool_]:
        """(n,) True for interviews of a group."""
        return self.member >= 0

    def require_variation(self, answers: GradedAnswers) -> None:
        """Raises IrtError where a group is small, or answered an item alike or not at all."""
        for number, name in enumerate(self.names):
            rows = answers.row[(self.member == number) & (answers.row >= 0)]
            if len(rows) < SMALLEST:
                raise IrtError(
                    f"Group {name} has {len(rows)} interviews with an answer; at least {SMALLEST} "
                    f"are needed. Join it with another, or leave it out."
                )
            codes = answers.codes[rows]
            for j, item in enumerate(answers.items):
                if len(np.unique(codes[codes[:, j] >= 0, j])) < 2:
                    raise IrtError(
                        f"Group {name} answered item {item} alike throughout, or not at all; leave "
                        f"the item or the group out."
                    )


def read_groups(data: Any, group: Any, n: int) -> Groups:
    """Groups from a column of a Dataset by its name, or from (n,) values.

    Raises
    ------
    IrtError
        an unknown column, a wrong length, fewer than two groups.
    """
    labels = _labels(data, group)
    if len(labels) != n:
        raise IrtError(f"{len(labels)} group labels are given for {n} interviews; give one each.")
    known = {label for label in labels if label is not None}
    names = sorted(known, key=lambda label: (isinstance(label, str), label))
    if len(names) < 2:
        raise IrtError(f"{len(names)} group(s) found; items are compared between two or more.")
    number = {label: place for place, label in enumerate(names)}
    member = np.array([-1 if label is None else number[label] for label in labels], np.intp)
    return Groups(tuple(str(name) for name in names), member)


def _labels(data: Any, group: Any) -> list[Any]:
    if isinstance(group, str):
        if not isinstance(data, Dataset) or group not in COLUMNS:
            raise IrtError(
                f"There is no group column {group!r}; give (n,) labels, or with a Dataset one of "
                f"{', '.join(COLUMNS)}."
            )
        group = getattr(data, group)
    values = group.tolist() if hasattr(group, "tolist") else list(group)
    return [None if _absent(value) else _whole(value) for value in values]


def _absent(value: Any) -> bool:
    return value is None or value == "" or value != value


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
