"""A file carried by a page from one form to the next, so that the server keeps nothing of it."""

from __future__ import annotations

import base64
import binascii
import zlib
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from wtforms import HiddenField

from survey_app.web.forms import PageForm
from survey_app.web.security import LARGEST_FORM_FIELD, LARGEST_REQUEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PART = LARGEST_FORM_FIELD - 100_000
_MOST = LARGEST_REQUEST - 100_000
_LARGE = LARGEST_REQUEST
"""From so many bytes on a file is read while no other large one is, in each process."""
_SECONDS_TO_WAIT = 60
_reading = BoundedSemaphore()


class ImportForm(PageForm):
    """A file whose import was shown, and what it was shown to do."""

    name = HiddenField()
    outcome = HiddenField()


class TooLargeToCarry(ValueError):
    """The file cannot come back with the next form. The message says what to do instead."""


class Busy(RuntimeError):
    """Another large file is being read. The message says what to do."""


@contextmanager
def one_at_a_time(content: bytes | None) -> Iterator[None]:
    """Read a large file while no other is, so that several at once cannot take all the memory.
    Raises Busy where it would have to wait for long."""
    if content is None or len(content) <= _LARGE:
        yield
        return
    if not _reading.acquire(timeout=_SECONDS_TO_WAIT):
        raise Busy("Another large file is being read. Try again in a minute.")
    try:
        yield
    finally:
        _reading.release()


def packed(
    content: bytes, *, most: int = _MOST, command: str = "engage metrics import"
) -> list[str]:
    """The content as texts for hidden fields. Raises TooLargeToCarry where they are longer than
    `most` letters together; the message names the `command` that imports it all the same."""
    text = base64.b64encode(zlib.compress(content, 6)).decode("ascii")
    if len(text) > most:
        raise TooLargeToCarry(
            "The file is too large for this page. Split it, or ask whoever runs this application "
            f"to import it with `{command}`."
        )
    return [text[start : start + _PART] for start in range(0, len(text), _PART)]


def unpacked(parts: Sequence[str], *, limit: int = 20 * LARGEST_REQUEST) -> bytes | None:
    """The content of hidden fields; None where they hold none, or more than `limit` bytes."""
    try:
        raw = base64.b64decode("".join(parts), validate=True)
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(raw, limit)
    except (binascii.Error, ValueError, zlib.error):
        return None
    return content if unpacker.eof and content else None
