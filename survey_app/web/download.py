"""Files that are handed out: never shown in the page, never kept by browsers."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from flask import Response

_LONGEST_NAME = 100


def download(content: bytes, name: str, mimetype: str) -> Response:
    """A response that a browser saves as a file. A name with other letters than those of ASCII is
    told as RFC 8187 has it, beside the nearest plain one for programs that do not know it."""
    stem, dot, kind = unicodedata.normalize("NFKD", name).rpartition(".")
    plain = f"{stem.encode('ascii', 'ignore').decode().strip('-') or 'file'}{dot}{kind}"
    names = {"filename": plain}
    if plain != name:
        names["filename*"] = f"UTF-8''{quote(name, safe='')}"
    response = Response(content, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


def file_name(*parts: str, kind: str) -> str:
    """A plain file name from titles and codes: ``file_name("My study", "a", kind="pdf")`` is
    ``my-study-a.pdf``. Letters of any script stay; everything else becomes a hyphen."""
    words = (re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", part)) for part in parts)
    stem = "-".join(word.strip("-").lower() for word in words if word.strip("-"))
    return f"{stem[:_LONGEST_NAME].strip('-') or 'file'}.{kind}"


def picture(content: bytes, mimetype: str) -> Response:
    """A picture that others gave us, shown where a page asks for it. Opened by itself it can do
    nothing: neither run, nor load, nor send."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
