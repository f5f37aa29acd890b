"""The part of a page that leads somewhere when it is chosen, and where it may lead."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from reportlab.pdfbase.pdfdoc import PDFObject

from reports.pdf.structure import literal

_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_IN_ADDRESS = ":/?#[]@!$&'()*+,;=%~"


def address(target: str) -> str:
    """Return a target as it may stand in a file: of the web, within the document (``#name``), or ""
    for anything else, which is not followed."""
    if _WEB.match(target):
        return quote(target, safe=_IN_ADDRESS)
    return target if len(target) > 1 and target.startswith("#") else ""


class LinkAnnotation(PDFObject):
    """A rectangle of a page that leads to an address, or to a destination in the document.

    `parent` is the entry of the tree of parents that names the structure element it belongs to.
    """

    def __init__(self, target: Any, words: str, box: tuple[float, ...]) -> None:
        self.target = target
        self.words = words
        self.box = box
        self.parent = 0

    def format(self, document: Any) -> bytes:
        """Write the annotation; called by ReportLab for every referenced object."""
        box = " ".join(f"{place:.2f}" for place in self.box)
        if isinstance(self.target, str):
            leads = f"/A<</S/URI/URI {literal(self.target)}>>".encode()
        else:
            leads = b"/Dest %b" % self.target.format(document)
        # Readers print and show it, without a border; PDF/A asks for the first.
        fixed = f"/Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[{box}]".encode()
        told = f"/Contents {literal(self.words)}/StructParent {self.parent}".encode()
        return b"<<%b%b%b>>" % (fixed, told, leads)
