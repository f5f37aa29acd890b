"""Real answers asked again, item by item: what was known of each person after every one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from psychometrics.irt._trait_tables import TraitTables, first_best

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psychometrics.irt._trait_tables import Codes

Array: TypeAlias = NDArray[np.float64]
Worth: TypeAlias = Callable[[TraitTables, Array], Array]
"""How much each item is worth (n, p) by the tables and the posteriors (n, Q)."""

BLOCK = 4096
"""People handled at once."""


@dataclass(frozen=True)
class Replay:
    """Estimates of n people after 1 … p items, (n, p) each; a skipped item counts as asked.

    `item` is the number of the item asked; `theta`, `error` the trait; `score`, `score_error` the
    expected true score, 0–100.
    """

    item: NDArray[np.intp]
    theta: Array
    error: Array
    score: Array
    score_error: Array

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.theta)

    def at(self, asked: NDArray[np.intp]) -> Replay:
        """The state (n,) after `asked` items, from 1."""
        rows = np.arange(self.n)
        return Replay(*(getattr(self, each.name)[rows, asked - 1] for each in fields(self)))

    @property
    def full(self) -> Replay:
        """The state (n,) after all items."""
        return self.at(np.full(self.n, self.theta.shape[1]))


def joined(parts: Sequence[Replay]) -> Replay:
    """People of several replays with equally many items, one after the other."""
    return Replay(
        *(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Replay))
    )


def adaptive_replay(tables: TraitTables, codes: Codes, worth: Worth = TraitTables.worth) -> Replay:
    """Each person asked what is worth most by what is known of that person."""
    blocks = [codes[k : k + BLOCK] for k in range(0, max(1, len(codes)), BLOCK)]
    return joined([_replay(tables, block, worth) for block in blocks])


def fixed_replay(tables: TraitTables, codes: Codes, order: NDArray[np.intp]) -> Replay:
    """Everybody asked in one `order` (p,)."""
    rank = np.empty(len(order))
    rank[order] = np.arange(len(order), 0, -1)

    def by_rank(tables: TraitTables, posterior: Array) -> Array:
        return np.broadcast_to(rank, (len(posterior), tables.p))

    return adaptive_replay(tables, codes, by_rank)


def _replay(tables: TraitTables, codes: Codes, worth: Worth) -> Replay:
    n, p = codes.shape
    rows = np.arange(n)
    log_weights = np.tile(tables.log_prior, (n, 1))
    asked = np.zeros((n, p), bool)
    items = np.empty((n, p), np.intp)
    states = np.empty((4, n, p))
    posterior = tables.posterior(log_weights)
    for step in range(p):
        item = first_best(worth(tables, posterior), asked)
        asked[rows, item] = True
        code = codes[rows, item]
        told = code >= 0
        log_weights[told] += tables.log_p[item[told], code[told]]
        posterior = tables.posterior(log_weights)
        items[:, step] = item
        states[:2, :, step] = tables.trait(posterior)
        states[2:, :, step] = tables.score(posterior)
    return Replay(items, *states)
