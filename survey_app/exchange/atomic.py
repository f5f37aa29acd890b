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
        the folder does not exist or may not be written to, a target is a folder, or the disk is
        full.
    """
    made: list[Path] = []
    try:
        for target in targets:
            if target.is_dir():
                raise refusal(str(target), "is a folder; give the name of a file in it.")
            made.append(_empty_beside(target))
        yield tuple(made)
        for path, target in zip(made, targets, strict=True):
            _flush(path)
            path.replace(target)
    except OSError as error:
        what = (
            f"cannot be written ({error.strerror or error}); check folder, permissions and space."
        )
        raise refusal(str(targets[0]), what) from None
    finally:
        for path in made:
            path.unlink(missing_ok=True)


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
