"""Places where a study hangs its QR codes: a shop, a till, a fair."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_CODE, LONGEST_NAME = 60, 200


class PlaceError(ValueError):
    """A place cannot be used. The message says why and how to mend it."""


@dataclass(eq=False)
class Place:
    """A place by the `code` that its links carry and that is stored with interviews; `name` is
    what the researcher calls it, and what is printed."""

    study_id: int
    code: str
    name: str
    id: int | None = None


def place_code(name: str) -> str:
    """A plain word for links from a name: ``Shop Rīga centre`` becomes ``shop-riga-centre``.
    Empty where the name has no letter or digit of ASCII."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_CODE].strip("-")
