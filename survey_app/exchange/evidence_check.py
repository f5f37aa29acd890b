"""Whether a file of evidence can be true: its shape, and figures that contradict one another."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from instruments.schema_check import schema_problems
from instruments.yaml_file import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

Told = tuple[str, str]
"""A place in the file and what is wrong there."""


def evidence_faults(name: str, content: Any) -> list[Told]:
    """Every fault of a file that was read as JSON; empty when there is none."""
    problems = schema_problems(Document(name, content, {}), "evidence")
    if problems:
        return [(problem.place, problem.what) for problem in problems]
    return [*_unseen(content, ""), *_repeated(content["waves"]), *_waves(content["waves"])]


def _unseen(value: Any, place: str) -> Iterator[Told]:
    """Signs that no page can show, or that would steer the terminal that shows them."""
    if isinstance(value, str) and not value.isprintable():
        yield place, "holds signs that cannot be shown; remove them."
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _unseen(part, f"{place}[{number}]")
    elif isinstance(value, dict):
        for key, part in value.items():
            named = f"{place}.{key}" if place else key
            yield from _unseen(key if not key.isprintable() else part, ascii(named)[1:-1])


def _repeated(waves: list[Any]) -> Iterator[Told]:
    for key in ("source", "fingerprint"):
        seen: set[str] = set()
        for w, wave in enumerate(waves):
            if wave[key] in seen:
                yield f"waves[{w}].{key}", "the same wave stands in the file twice; keep one."
            seen.add(wave[key])


def _waves(waves: list[Any]) -> Iterator[Told]:
    for w, wave in enumerate(waves):
        place = f"waves[{w}]"
        yield from _days(place, wave)
        yield from _counts(f"{place}.figures", wave)
        yield from _reliability(f"{place}.figures", wave["figures"])
        yield from _structure(f"{place}.figures", wave["figures"])


def _days(place: str, wave: Any) -> Iterator[Told]:
    days = {}
    for key, read in (
        ("first_day", date.fromisoformat),
        ("last_day", date.fromisoformat),
        ("analysed_at", datetime.fromisoformat),
    ):
        if wave[key] is None:
            continue
        try:
            days[key] = read(wave[key])
        except ValueError:
            yield f"{place}.{key}", f"{wave[key]!r} is no day of the calendar."
    first, last = days.get("first_day"), days.get("last_day")
    if first is not None and last is not None and first > last:
        yield f"{place}.last_day", "lies before the first day."


def _counts(place: str, wave: Any) -> Iterator[Told]:
    for key in ("languages", "channels"):
        counted = sum(wave["figures"][key].values())
        if counted != wave["n"]:
            yield f"{place}.{key}", f"adds up to {counted}, but n is {wave['n']}."


def _reliability(place: str, figures: Any) -> Iterator[Told]:
    for s, scale in enumerate(figures["scales"]):
        for key in ("alpha", "omega"):
            found = scale[key]
            if found and not found["lower"] <= found["value"] <= found["upper"]:
                yield f"{place}.scales[{s}].{key}", "lies outside its own interval."


def _structure(place: str, figures: Any) -> Iterator[Told]:
    scale_of = {item: scale["scale"] for scale in figures["scales"] for item in scale["items"]}
    if len(scale_of) < sum(len(scale["items"]) for scale in figures["scales"]):
        yield f"{place}.scales", "an item stands in two scales."
    for item in figures["loadings"]:
        if item not in scale_of:
            yield f"{place}.loadings.{item}", "is no item of these scales."
    found = figures["exploration"]
    if found is None:
        return
    for item, row in found["pattern"].items():
        if item not in scale_of:
            yield f"{place}.exploration.pattern.{item}", "is no item of these scales."
        if len(row) != len(found["scales"]):
            what = f"has {len(row)} loadings for {len(found['scales'])} factors."
            yield f"{place}.exploration.pattern.{item}", what
