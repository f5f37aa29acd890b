"""Wording laid over an instrument: a licensed user's own file, or a translation.

The file names the instrument, by what right the wording is used, and texts by language::

    instrument: zaichkowsky_1994_pii
    licence: "Permission of the copyright holder, 3 March 2025."
    wording: licensed
    items:
      p01: {poles: {en: ["left end", "right end"]}}

A new language needs the names and labels that every language of an instrument has: `name`,
`scales.<id>.name`, `formats.<id>.labels`, `typologies.<id>.name` and its `classes.<id>.name`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from instruments.errors import InstrumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from instruments.model import Instrument
    from instruments.yaml_file import Document, Place


def overlay(instrument: Instrument, path: str | Path) -> Instrument:
    """The instrument with the wording of a YAML file laid over it.

    Texts in the file replace texts of the same place and language; structure (items, scales,
    keying, response range) never changes. Licence and origin of the wording become the file's.

    Raises
    ------
    InstrumentError
        the file cannot be read, is meant for another instrument, names an unknown item, scale or
        format, or leaves a language incomplete; every fault with its place and line.
    """
    from instruments.schema_check import schema_problems
    from instruments.yaml_file import read_yaml

    document = read_yaml(path)
    problems = schema_problems(document, "wording") or [
        document.problem(place, what) for place, what in _strangers(instrument, document.data)
    ]
    if problems:
        raise InstrumentError(document.name, problems)
    return _laid_over(instrument, document)


def _strangers(instrument: Instrument, wording: Any) -> Iterator[tuple[Place, str]]:
    if wording["instrument"] != instrument.id:
        what = f"the wording is for another instrument, not for {instrument.id}."
        yield ("instrument",), what
        return
    known = {
        "formats": {scale.format.id for scale in instrument.scales},
        "scales": {scale.id for scale in instrument.scales},
        "items": {item.id for item in instrument.items()},
        "typologies": {typology.id for typology in instrument.typologies},
    }
    for section, names in known.items():
        for name in wording.get(section, {}):
            if name not in names:
                noun = {"typologies": "typology"}.get(section, section[:-1])
                yield (
                    (section, name),
                    f"{instrument.id} has no such {noun}; it has {_listed(names)}.",
                )
    for typology in instrument.typologies:
        classes = {each.id for each in typology.classes}
        for name in wording.get("typologies", {}).get(typology.id, {}).get("classes", {}):
            if name not in classes:
                place: Place = ("typologies", typology.id, "classes", name)
                yield place, f"{typology.id} has no such class; it has {_listed(classes)}."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _laid_over(instrument: Instrument, document: Document) -> Instrument:
    """Merges plain data, then checks the whole as any definition; faults of the merged data are
    told with the lines of the wording file."""
    from instruments.plain import from_document, to_plain
    from instruments.yaml_file import Document as Merged

    wording = document.data
    plain = to_plain(instrument)
    lines: dict[Place, int] = {}
    for source, target in _targets(plain, wording):
        _merge(plain, target, _at(wording, source))
        lines |= _moved(document.lines, source, target)
    plain |= {"licence": wording["licence"], "wording": wording["wording"]}
    plain["languages"] += [new for new in plain["name"] if new not in plain["languages"]]
    return from_document(Merged(document.name, plain, lines))


def _targets(plain: dict[str, Any], wording: dict[str, Any]) -> Iterator[tuple[Place, Place]]:
    """Pairs of a place in the wording file and the place in the definition that it fills."""
    if "name" in wording:
        yield ("name",), ("name",)
    for name in wording.get("formats", {}):
        yield ("formats", name), ("formats", name)
    for s, scale in enumerate(plain["scales"]):
        if scale["id"] in wording.get("scales", {}):
            yield ("scales", scale["id"]), ("scales", s)
        for i, item in enumerate(scale["items"]):
            if item["id"] in wording.get("items", {}):
                yield ("items", item["id"]), ("scales", s, "items", i)
    yield from _typology_targets(plain, wording)


def _typology_targets(
    plain: dict[str, Any], wording: dict[str, Any]
) -> Iterator[tuple[Place, Place]]:
    for t, typology in enumerate(plain["typologies"]):
        worded = wording.get("typologies", {}).get(typology["id"], {})
        source: Place = ("typologies", typology["id"])
        if "name" in worded:
            yield (*source, "name"), ("typologies", t, "name")
        for c, each in enumerate(typology["classes"]):
            if each["id"] in worded.get("classes", {}):
                yield (*source, "classes", each["id"]), ("typologies", t, "classes", c)


def _at(data: Any, place: Place) -> Any:
    for step in place:
        data = data[step]
    return data


def _merge(plain: dict[str, Any], target: Place, texts: dict[str, Any]) -> None:
    """Lays texts over the mapping at `target`, down to the languages and label values."""
    into = _at(plain, target)
    for key, value in texts.items():
        if isinstance(value, dict):
            into.setdefault(key, {})
            _merge(into, (key,), value)
        else:
            into[key] = value


def _moved(lines: dict[Place, int], source: Place, target: Place) -> dict[Place, int]:
    depth = len(source)
    return {(*target, *p[depth:]): line for p, line in lines.items() if p[:depth] == source}
