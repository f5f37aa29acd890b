"""A YAML file as plain data with the line of every value; hostile files are refused early.

Only what JSON can hold is built (mapping, list, text, number, true/false, null); no tag ever
makes an object. Anchors and aliases are refused, so a small file stays small in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from instruments.errors import InstrumentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE_LIMIT = 1_000_000
"""Largest file that is opened, in bytes."""

DEPTH_LIMIT = 20

Place: TypeAlias = tuple[str | int, ...]

_TAG_PREFIX = "tag:yaml.org,2002:"
_SCALAR_TAGS = ("str", "int", "float", "bool", "null")
_TAGS = ("", "!", "map", "seq", *_SCALAR_TAGS)


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data, where it came from, and the 1-based line of each place in it."""

    name: str
    data: Any
    lines: dict[Place, int]

    def problem(self, place: Place, what: str) -> Problem:
        """A Problem at a place, with the line of the nearest place that the file really has."""
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(self.lines.get(known, 0), dotted(place), what)


def dotted(place: Place) -> str:
    """``("scales", 0, "id")`` as ``scales[0].id``."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def read_yaml(path: str | Path, name: str = "") -> Document:
    """The one document in a YAML file; `name` is what errors call it (the path unless given).

    Raises
    ------
    InstrumentError
        the file cannot be read, is larger than `SIZE_LIMIT`, is not UTF-8 text, is not YAML, or
        uses anchors, tags, a key twice or more than `DEPTH_LIMIT` levels.
    """
    import yaml

    name = name or str(path)
    text = _text(Path(path), name)
    try:
        return _Builder(name, text).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"this is not YAML ({error.problem or error.context}); mend the indentation, the "
        what += "quotes or the colon here."
        raise InstrumentError(name, [Problem(mark.line + 1 if mark else 0, "", what)]) from None
    except yaml.YAMLError:
        what = "the file holds characters that YAML does not allow; save it again as UTF-8 text."
        raise InstrumentError(name, [Problem(0, "", what)]) from None


def _text(path: Path, name: str) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        what = f"cannot be read ({reason}); check the name and the permissions."
        raise InstrumentError(name, [Problem(0, "", what)]) from None
    if len(raw) > SIZE_LIMIT:
        what = f"is larger than {SIZE_LIMIT:,} bytes; an instrument is a few kilobytes of YAML."
        raise InstrumentError(name, [Problem(0, "", what)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = "is not UTF-8 text; save the file again with the encoding UTF-8."
        raise InstrumentError(name, [Problem(line, "", what)]) from None


class _Builder:
    """Builds plain data from the stream of YAML events, keeping the line of each value."""

    def __init__(self, name: str, text: str) -> None:
        import yaml

        self._yaml = yaml
        self._name = name
        self._lines: dict[Place, int] = {}
        self._resolver: Any = yaml.resolver.Resolver()
        self._constructor = yaml.constructor.SafeConstructor()
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=loader))

    def document(self) -> Document:
        next(self._events)
        event = next(self._events)
        data = None
        if not isinstance(event, self._yaml.StreamEndEvent):
            data = self._value(next(self._events), ())
            next(self._events)
            event = next(self._events)
        if not isinstance(event, self._yaml.StreamEndEvent):
            self._refuse(event, (), "a second document begins here; keep one in a file.")
        return Document(self._name, data, self._lines)

    def _value(self, event: Any, place: Place) -> Any:
        self._lines.setdefault(place, event.start_mark.line + 1)
        if isinstance(event, self._yaml.AliasEvent) or event.anchor:
            self._refuse(event, place, "anchors and aliases (& and *) are not read; write it out.")
        if (event.tag or "").removeprefix(_TAG_PREFIX) not in _TAGS:
            self._refuse(event, place, f"the tag {event.tag} is not read; leave it out.")
        if len(place) > DEPTH_LIMIT:
            self._refuse(event, place, f"is nested deeper than {DEPTH_LIMIT} levels; flatten it.")
        if isinstance(event, self._yaml.MappingStartEvent):
            return self._mapping(place)
        if isinstance(event, self._yaml.SequenceStartEvent):
            return self._sequence(place)
        return self._scalar(event, place)

    def _mapping(self, place: Place) -> dict[str, Any]:
        built: dict[str, Any] = {}
        while not isinstance(event := next(self._events), self._yaml.MappingEndEvent):
            if not isinstance(event, self._yaml.ScalarEvent):
                self._refuse(event, place, "a key must be plain text.")
            key = event.value
            if key in built:
                self._refuse(event, (*place, key), "this key stands here twice; keep one.")
            self._lines[*place, key] = event.start_mark.line + 1
            built[key] = self._value(next(self._events), (*place, key))
        return built

    def _sequence(self, place: Place) -> list[Any]:
        built: list[Any] = []
        while not isinstance(event := next(self._events), self._yaml.SequenceEndEvent):
            built.append(self._value(event, (*place, len(built))))
        return built

    def _scalar(self, event: Any, place: Place) -> str | int | float | bool | None:
        kind = self._yaml.ScalarNode
        tag = event.tag or self._resolver.resolve(kind, event.value, event.implicit)
        short = tag.removeprefix(_TAG_PREFIX)
        if short not in _SCALAR_TAGS or short == "str":
            return str(event.value)
        build = getattr(self._constructor, f"construct_yaml_{short}")
        try:
            value: str | int | float | bool | None = build(kind(tag, event.value))
        except (ValueError, KeyError, IndexError):
            self._refuse(event, place, f"{event.value[:40]!r} cannot be read as a value.")
        return value

    def _refuse(self, event: Any, place: Place, what: str) -> None:
        problem = Problem(event.start_mark.line + 1, dotted(place), what)
        raise InstrumentError(self._name, [problem])
