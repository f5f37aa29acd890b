"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from survey_app.exchange.errors import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def replacing(*targets: Path) -> Iterator[tuple[Path, ...]]:
    """Empty files beside the targets to write into; at the end they take the targets' names.

    When anything goes wrong inside, the targets stay as they were and nothing is left beside them.

    Raises
    ------
    ExchangeError
        the folder does not exist or may not be written to, a target is a folder, a device or a
        pipe, or the disk is full.
    """
    made: list[Path] = []
    try:
        for target in targets:
            with _told(target):
                _require_replaceable(target)
                made.append(_empty_beside(target))
        with _told(*targets):
            yield tuple(made)
        for path, target in zip(made, targets, strict=True):
            with _told(target):
                _flush(path)
                path.replace(target)
    finally:
        for path in made:
            path.unlink(missing_ok=True)


@contextmanager
def _told(target: Path, *_others: Path) -> Iterator[None]:
    """Name the file that was meant, not the one that is written in its stead."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        what = f"cannot be written ({reason}); check folder, permissions and space."
        raise refusal(str(target), what) from None


def _require_replaceable(target: Path) -> None:
    if target.is_dir():
        raise refusal(str(target), "is a folder; give the name of a file in it.")
    if target.exists() and not target.is_file():
        raise refusal(str(target), "is no ordinary file; give the name of a file.")


def _empty_beside(target: Path) -> Path:
    path = target.with_name(f".{secrets.token_hex(8)}{target.suffix}")
    path.touch(exist_ok=False)
    return path


def _flush(path: Path) -> None:
    """Wait until the content is on the disk, so that a power cut cannot leave an empty file."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
