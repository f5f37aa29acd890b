"""A small definition that tests break in one place at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEFINITION = """\
id: trial
version: "1.0"
name: {en: Trial}
languages: [en]
citation: {text: Nobody, doi: null}
licence: MIT
wording: project
formats:
  agreement_3:
    kind: agreement
    minimum: 1
    maximum: 3
    labels:
      en: {1: No, 2: Perhaps, 3: "Yes"}
scales:
  - id: liking
    name: {en: Liking}
    format: agreement_3
    reversed: [b]
    items:
      - id: a
        topic: first
        text: {en: "I like {brand}."}
      - id: b
        topic: second
        text: {en: "I avoid {brand}."}
evidence:
  - {statistic: alpha, scale: liking, value: null, n: null, source: nobody}
"""


@pytest.fixture
def definition() -> str:
    """A definition without fault."""
    return DEFINITION.replace("1: No,", '1: "No",')


@pytest.fixture
def yaml_file(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Writes text or bytes to a YAML file and returns its path."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "trial.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
