"""A file carried by a page from one form to the next, so that the server keeps nothing of it."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING

from survey_app.web.security import LARGEST_FORM_FIELD, LARGEST_REQUEST

if TYPE_CHECKING:
    from collections.abc import Sequence

_PART = LARGEST_FORM_FIELD - 100_000
_MOST = LARGEST_REQUEST - 100_000


class TooLargeToCarry(ValueError):
    """The file cannot come back with the next form. The message says what to do instead."""


def packed(content: bytes) -> list[str]:
    """The content as texts for hidden fields. Raises TooLargeToCarry."""
    text = base64.b64encode(zlib.compress(content, 6)).decode("ascii")
    if len(text) > _MOST:
        raise TooLargeToCarry(
            "The file is too large for this page. Split it, or ask whoever runs this application "
            "to import it with `engage metrics import`."
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
