"""An instrument as plain data (what JSON holds) and back, in the shape of a definition file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from instruments.check import cross_problems
from instruments.errors import InstrumentError
from instruments.model import (
    Citation,
    Evidence,
    Instrument,
    Item,
    ResponseFormat,
    Scale,
    Typology,
    TypologyClass,
)
from instruments.schema_check import schema_problems
from instruments.yaml_file import Document


def to_plain(instrument: Instrument) -> dict[str, Any]:
    """Mappings, lists, texts and numbers that ``json.dumps`` takes; `from_plain` reads them.

    Keys of labels are text (``"1"``), as JSON has it.
    """
    return {
        "id": instrument.id,
        "version": instrument.version,
        "name": dict(instrument.name),
        "languages": list(instrument.languages),
        "citation": _citation(instrument.citation),
        "licence": instrument.licence,
        "wording": instrument.wording,
        "note": instrument.note,
        "formats": {scale.format.id: _format(scale.format) for scale in instrument.scales},
        "scales": [_scale(scale) for scale in instrument.scales],
        "typologies": [_typology(typology) for typology in instrument.typologies],
        "evidence": [asdict(figure) for figure in instrument.evidence],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    languages = citation.languages
    return {
        "text": citation.text,
        "doi": citation.doi,
        "languages": None if languages is None else list(languages),
    }


def _format(form: ResponseFormat) -> dict[str, Any]:
    return {
        "kind": form.kind,
        "minimum": form.minimum,
        "maximum": form.maximum,
        "labels": {
            language: {str(value): label for value, label in points.items()}
            for language, points in form.labels.items()
        },
    }


def _scale(scale: Scale) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": scale.id,
        "name": dict(scale.name),
        "format": scale.format.id,
        "kind": scale.kind,
        "favourable": scale.favourable,
        "reversed": [item.id for item in scale.items if item.reversed],
        "items": [_item(item) for item in scale.items],
    }
    if scale.intro:
        plain["intro"] = dict(scale.intro)
    return plain


def _item(item: Item) -> dict[str, Any]:
    plain: dict[str, Any] = {"id": item.id, "topic": item.topic}
    if item.text:
        plain["text"] = dict(item.text)
    if item.poles:
        plain["poles"] = {language: list(poles) for language, poles in item.poles.items()}
    return plain


def _typology(typology: Typology) -> dict[str, Any]:
    return {
        "id": typology.id,
        "name": dict(typology.name),
        "kind": typology.kind,
        "source": typology.source,
        "classes": [_class(each) for each in typology.classes],
    }


def _class(each: TypologyClass) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": each.id,
        "name": dict(each.name),
        "items": list(each.items),
        "at_least": each.at_least,
        "rule": each.rule,
    }
    if each.count is not None:
        plain["count"] = each.count
    for key, texts in (("meaning", each.meaning), ("doubt", each.doubt)):
        if texts:
            plain[key] = dict(texts)
    return plain


def from_plain(plain: dict[str, Any], *, name: str = "instrument") -> Instrument:
    """The instrument that plain data describes; checked in full, so keep the result.

    Parameters
    ----------
    plain : as from `to_plain`, or a definition file's content.
    name : what to call the data in an error.

    Raises
    ------
    InstrumentError
        the data break the schema or a cross-check; all faults at once, with their places.
    """
    return from_document(Document(name, plain, {}))


def from_document(document: Document) -> Instrument:
    """The instrument of a document that was read from a file or made from plain data."""
    problems = schema_problems(document, "instrument") or cross_problems(document)
    if problems:
        raise InstrumentError(document.name, problems)
    return _instrument(document.data)


def _instrument(plain: dict[str, Any]) -> Instrument:
    formats = {name: _read_format(name, form) for name, form in plain["formats"].items()}
    return Instrument(
        id=plain["id"],
        version=plain["version"],
        name=dict(plain["name"]),
        languages=tuple(plain["languages"]),
        scales=tuple(_read_scale(scale, formats) for scale in plain["scales"]),
        citation=_read_citation(plain["citation"]),
        licence=plain["licence"],
        wording=plain["wording"],
        evidence=tuple(Evidence(**figure) for figure in plain.get("evidence", ())),
        note=plain.get("note", ""),
        typologies=tuple(_read_typology(each) for each in plain.get("typologies", ())),
    )


def _read_citation(plain: dict[str, Any]) -> Citation:
    languages = plain.get("languages")
    known = None if languages is None else tuple(languages)
    return Citation(plain["text"], plain["doi"], known)


def _read_format(name: str, plain: dict[str, Any]) -> ResponseFormat:
    labels = {
        language: {int(value): label for value, label in points.items()}
        for language, points in plain.get("labels", {}).items()
    }
    return ResponseFormat(name, plain["kind"], int(plain["minimum"]), int(plain["maximum"]), labels)


def _read_scale(plain: dict[str, Any], formats: dict[str, ResponseFormat]) -> Scale:
    reversed_items = frozenset(plain.get("reversed", ()))
    return Scale(
        id=plain["id"],
        name=dict(plain["name"]),
        format=formats[plain["format"]],
        items=tuple(_read_item(item, item["id"] in reversed_items) for item in plain["items"]),
        intro=dict(plain.get("intro", {})),
        # Copies that older studies hold say only whether a scale is an outcome.
        kind=plain.get("kind", "outcome" if plain.get("outcome") else "dimension"),
        favourable=plain.get("favourable", "high"),
    )


def _read_item(plain: dict[str, Any], is_reversed: bool) -> Item:
    poles = {language: (left, right) for language, (left, right) in plain.get("poles", {}).items()}
    return Item(plain["id"], plain["topic"], dict(plain.get("text", {})), poles, is_reversed)


def _read_typology(plain: dict[str, Any]) -> Typology:
    return Typology(
        id=plain["id"],
        name=dict(plain["name"]),
        kind=plain["kind"],
        source=plain["source"],
        classes=tuple(_read_class(each) for each in plain["classes"]),
    )


def _read_class(plain: dict[str, Any]) -> TypologyClass:
    count = plain.get("count")
    return TypologyClass(
        id=plain["id"],
        name=dict(plain["name"]),
        items=tuple(plain["items"]),
        at_least=int(plain["at_least"]),
        rule=plain.get("rule", "any"),
        count=None if count is None else int(count),
        meaning=dict(plain.get("meaning", {})),
        doubt=dict(plain.get("doubt", {})),
    )
