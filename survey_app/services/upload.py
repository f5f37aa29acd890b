"""Uploaded files, for readers that take a path."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from survey_app.domain.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def uploaded(file_name: str, content: bytes, fallback: str) -> Iterator[tuple[Path, str]]:
    """The path of an uploaded file until the end of the block, and its name for messages. Of the
    uploader's own name the ending alone decides anything."""
    name = one_line(file_name)[:100] or fallback
    ending = PurePath(name).suffix.lower()
    safe = ending if ending.isascii() and ending[1:].isalnum() else ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{safe}"
        path.write_bytes(content)
        yield path, name
