"""The colours of a report stated as sRGB, in a colour profile (ICC.1:2010, version 4.3).

PDF/A wants colours that look the same in fifty years, so every file carries the profile. It is
written here from the constants of IEC 61966-2-1, so that it has the same bytes on every machine.
"""

from __future__ import annotations

import struct
from functools import cache

NAME = "sRGB IEC61966-2.1"

_HEADER = ">I4s4B4s4s4s6H4s4sI4sI8sI3i4s16s28s"
_CREATED = (2000, 1, 1, 0, 0, 0)
_D50 = (0.9642, 1.0, 0.8249)
# Columns of sRGB to XYZ, brought from D65 to D50 by the Bradford matrix.
_RED = (0.43607, 0.22249, 0.01392)
_GREEN = (0.38515, 0.71687, 0.09708)
_BLUE = (0.14307, 0.06061, 0.71410)
_D65_TO_D50 = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
# ((x + 0.055) / 1.055) ** 2.4, and x / 12.92 up to 0.04045
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_CURVE_WITH_LINE = 3


@cache
def srgb() -> bytes:
    """Return the profile of sRGB."""
    curve = struct.pack(">4sIHH", b"para", 0, _CURVE_WITH_LINE, 0) + _fixed(*_CURVE)
    tags = {
        b"desc": _words(NAME),
        b"cprt": _words("No copyright, use freely"),
        b"wtpt": _place(_D50),
        b"chad": struct.pack(">4sI", b"sf32", 0) + _fixed(*_D65_TO_D50),
        b"rXYZ": _place(_RED),
        b"gXYZ": _place(_GREEN),
        b"bXYZ": _place(_BLUE),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    return _profile(tags)


def _profile(tags: dict[bytes, bytes]) -> bytes:
    """Return header, table of tags and their data; equal data are written once."""
    begin = struct.calcsize(_HEADER) + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    data = b""
    for content in tags.values():
        if content not in places:
            places[content] = begin + len(data)
            data += content + bytes(-len(content) % 4)
    table = struct.pack(">I", len(tags)) + b"".join(
        struct.pack(">4sII", name, places[content], len(content)) for name, content in tags.items()
    )
    return _header(begin + len(data)) + table + data


def _header(size: int) -> bytes:
    illuminant = [round(part * 65536) for part in _D50]
    kinds = (b"mntr", b"RGB ", b"XYZ ")
    nobody = bytes(4)
    return struct.pack(
        _HEADER,
        *(size, nobody, 4, 0x30, 0, 0, *kinds, *_CREATED, b"acsp", nobody),
        *(0, nobody, 0, bytes(8), 0, *illuminant, nobody, bytes(16), bytes(28)),
    )


def _words(text: str) -> bytes:
    """Return a text of one language."""
    words = text.encode("utf-16-be")
    return struct.pack(">4s3I4s2I", b"mluc", 0, 1, 12, b"enUS", len(words), 28) + words


def _place(xyz: tuple[float, float, float]) -> bytes:
    return struct.pack(">4sI", b"XYZ ", 0) + _fixed(*xyz)


def _fixed(*numbers: float) -> bytes:
    """Return numbers with sixteen bits before and after the point."""
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))
