"""Names of waves below a chart: as many as can be read."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from reports.charts.axis import TICK_SIZE
from reports.charts.text_width import fit, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts.axis import Axis

_APART = 5.0


def wave_names(waves: Sequence[str], along: Axis, room: Axis) -> list[tuple[float, str]]:
    """Return the middles and names of as many waves as leave each other room.

    `along` maps the number of a wave to its place and `room` is as wide as names may spread. The
    last wave is always named; with less room than it needs, a name ends in an ellipsis.
    """
    width = room.end - room.start
    longest = width if len(waves) < 2 else (width - _APART) / 2 - 1
    names = [fit(wave, longest, TICK_SIZE) for wave in waves]
    chosen: list[int] = []
    placed: list[tuple[float, float]] = []
    for index, name in enumerate(names):
        half = text_width(name, TICK_SIZE) / 2
        middle = min(max(along.place(index), room.start + half), room.end - half)
        placed.append((middle - half, middle + half))
    for stride in range(1, len(waves) + 1):
        chosen = list(range(len(waves) - 1, -1, -stride))
        if all(placed[later][0] - placed[wave][1] >= _APART for later, wave in pairwise(chosen)):
            break
    if len(chosen) == 1 and len(waves) > 1:
        chosen.append(0)
    return [(sum(placed[index]) / 2, names[index]) for index in chosen]
