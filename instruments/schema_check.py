"""Plain data against the JSON Schemas of this room, with faults in plain words."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import Draft202012Validator, ValidationError

    from instruments.errors import Problem
    from instruments.yaml_file import Document, Place

SCHEMA_FOLDER = Path(__file__).parent / "schema"

_MOST_ERRORS = 1000

_TYPE_NAMES = {
    "object": "a mapping (key: value)",
    "array": "a list",
    "string": 'text; put it in quotes ("…")',
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def schema_problems(document: Document, schema: str) -> list[Problem]:
    """Faults of a document under ``schema/<schema>.schema.json``; empty when there are none."""
    errors = islice(_validator(schema).iter_errors(document.data), _MOST_ERRORS)
    told = (fault for error in errors for fault in _told(error, tuple(error.absolute_path)))
    return [document.problem(place, what) for place, what in dict.fromkeys(told)]


@lru_cache(maxsize=4)
def _validator(schema: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    names = ("instrument", "wording", "evidence", "metrics")
    contents = {name: _schema(name) for name in names}
    registry: Registry[Any] = Registry().with_resources(
        (f"{name}.schema.json", Resource.from_contents(contents[name])) for name in names
    )
    return Draft202012Validator(contents[schema], registry=registry)


def _schema(name: str) -> Mapping[str, Any]:
    import json

    text = (SCHEMA_FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def _told(error: ValidationError, place: Place) -> Iterator[tuple[Place, str]]:
    """The places and sentences of one schema error; a schema error may hold several faults."""
    keyword, rule = error.validator, error.validator_value
    value: Any = error.instance
    if keyword == "additionalProperties" and isinstance(rule, bool):
        yield from _unknown_keys(error, place)
    elif error.parent is not None or "propertyNames" in error.absolute_schema_path:
        yield place, f"the key {_short(value)} is not allowed here; use {_form(error)}."
    elif keyword == "required":
        for key in _missing(rule, value):
            yield place, f"{key!r} is missing; add it."
    elif keyword == "type":
        yield place, f"{_short(value)} is not {_type_names(rule)}."
    elif keyword == "enum":
        yield place, f"{_short(value)} is not one of {_listed(rule)}."
    elif keyword == "oneOf":
        yield place, f"{_short(value)} is neither an identifier (a-z, 0-9, _) nor null."
    else:
        yield place, _limit(error)


def _listed(rule: Any) -> str:
    return ", ".join(map(str, rule))


def _missing(rule: Any, value: Any) -> list[str]:
    return [key for key in rule if key not in value]


def _unknown_keys(error: ValidationError, place: Place) -> Iterator[tuple[Place, str]]:
    allowed = list(error.schema.get("properties", ())) if isinstance(error.schema, dict) else []
    instance: Any = error.instance
    for key in instance:
        if key not in allowed:
            yield (*place, key), f"this key is not known; allowed are {', '.join(allowed)}."


def _type_names(rule: Any) -> str:
    wanted = [rule] if isinstance(rule, str) else rule
    return " or ".join(_TYPE_NAMES[name] for name in wanted)


def _limit(error: ValidationError) -> str:
    keyword, rule = str(error.validator), error.validator_value
    value: Any = error.instance
    sentences = {
        "pattern": f"{_short(value)} has not the right form; use {_form(error)}.",
        "maxLength": f"is longer than {rule} characters; shorten it.",
        "minItems": f"has too few entries; at least {rule}.",
        "maxItems": f"has too many entries; at most {rule}.",
        "minProperties": f"has too few entries; at least {rule}.",
        "maxProperties": f"has too many entries; at most {rule}.",
        "uniqueItems": "an entry stands here twice; keep one.",
        "minimum": f"{_short(value)} is below {rule}.",
        "maximum": f"{_short(value)} is above {rule}.",
    }
    return sentences.get(keyword, f"{_short(value)} breaks the rule {keyword}: {rule}.")


def _form(error: ValidationError) -> str:
    """The wanted form in words: the description that stands beside the rule in the schema."""
    described = error.schema.get("description") if isinstance(error.schema, dict) else None
    return str(described or error.validator_value)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
