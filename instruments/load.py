"""Instruments from files: YAML → JSON Schema → cross-checks → frozen Instrument."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from instruments.errors import InstrumentError, Problem

if TYPE_CHECKING:
    from instruments.model import Instrument

DEFINITIONS = Path(__file__).parent / "definitions"

__all__ = ["InstrumentError", "Problem", "available", "load_instrument", "shipped"]


def available() -> tuple[str, ...]:
    """Identifiers of the shipped instruments, in alphabetical order."""
    return tuple(sorted(path.stem for path in DEFINITIONS.glob("*.yaml")))


def shipped(identifier: str) -> Instrument:
    """A shipped instrument by its identifier; never opens any other file, and each but once.

    Raises
    ------
    InstrumentError
        there is no such instrument; the nearest names are suggested.
    """
    known = available()
    if identifier not in known:
        near = get_close_matches(identifier, known, n=3, cutoff=0.4) or known
        what = f"there is no shipped instrument of this name; perhaps {', '.join(near)}?"
        raise InstrumentError(identifier[:100], [Problem(0, "", what)])
    return _shipped(identifier)


def load_instrument(id_or_path: str | Path) -> Instrument:
    """An instrument by its shipped identifier, or from a YAML file.

    Text is taken for a file when it ends in .yaml or .yml or holds a folder separator; a Path
    always is.

    Raises
    ------
    InstrumentError
        unknown identifier, or a file that cannot be read or breaks a rule; every fault with its
        place and line.
    """
    if isinstance(id_or_path, Path) or _looks_like_file(id_or_path):
        return _load(Path(id_or_path), str(id_or_path))
    return shipped(id_or_path)


def _looks_like_file(text: str) -> bool:
    return text.lower().endswith((".yaml", ".yml")) or "/" in text or "\\" in text


@cache
def _shipped(identifier: str) -> Instrument:
    return _load(DEFINITIONS / f"{identifier}.yaml", f"{identifier}.yaml")


def _load(path: Path, name: str) -> Instrument:
    from instruments.plain import from_document
    from instruments.yaml_file import read_yaml

    return from_document(read_yaml(path, name))
