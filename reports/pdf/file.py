"""The file that a report becomes: ReportLab's objects, structure, profile, metadata, attachments.

ReportLab leaves out the line break before ``endstream``, has no structure, and names a file by its
title alone; PDF/A asks for all three.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase.pdfdoc import (
    XMP,
    PDFArray,
    PDFDictionary,
    PDFDocument,
    PDFName,
    PDFObject,
    PDFStream,
    PDFZCompress,
)
from reportlab.pdfbase.pdfdoc import format as formatted

from reports.pdf import colour_profile
from reports.pdf.attachments import Attachment, attach
from reports.pdf.metadata import PDF_A, PDF_A_WITH_ATTACHMENTS, metadata
from reports.pdf.structure import Structure, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reports.pdf.link_annotation import LinkAnnotation

_BEGIN = b"%PDF-1.7\n%\x93\x8c\x8b\x9e\n"
# With both characters no reader can take the last byte of a stream for a part of the line's end.
_BARE_END, _END = b"endstream\n", b"\r\nendstream\n"


class _Later(PDFObject):
    """An object whose number is known before what stands in it."""

    def format(self, _document: object) -> bytes:
        """Return nothing yet."""
        return b""


class ReportFile(PDFDocument):
    """A document of ReportLab that conforms to PDF/A and PDF/UA."""

    numberToId: dict[int, str]  # noqa: N815 ReportLab's names
    idToObject: dict[str, PDFObject]  # noqa: N815
    idToObjectNumberAndVersion: dict[str, tuple[int, int]]  # noqa: N815
    Catalog: Any
    Pages: Any
    info: Any

    def __init__(self, language: str, attachments: Sequence[Attachment] = ()) -> None:
        super().__init__(compression=1, invariant=1, pdfVersion=(1, 7), lang=language)
        self.language = language
        self.structure = Structure()
        self.links: list[LinkAnnotation] = []
        self.attachments = attachments
        self._tree = _Later()

    def format(self) -> bytes:
        """Return the file's bytes; called by ReportLab once everything is drawn."""
        self._describe()
        catalog, info = self._number(self.Catalog), self._number(self.info)
        tree = self._number(self._tree)
        for place, link in enumerate(self.links, len(self.Pages.pages)):
            link.parent = place
        bodies = list(self._bodies())
        pages = [self._number(page) for page in self.Pages.pages]
        links = [self._number(link) for link in self.links]
        bodies[tree - 1], elements = self.structure.bodies(tree, len(bodies) + 1, pages, links)
        return _whole([*bodies, *elements], catalog, info)

    def _describe(self) -> None:
        """State colours, standards and structure in the document's catalog."""
        catalog = self.Catalog
        # ReportLab writes only the entries that it knows.
        catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents", "AF"]
        catalog.StructTreeRoot = self.reference(self._tree)
        catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        catalog.OutputIntents = PDFArray([_output_intent(self)])
        if self.attachments:
            attach(self, self.attachments)
        part = PDF_A_WITH_ATTACHMENTS if self.attachments else PDF_A
        content = metadata(self.info, self.language, part)
        catalog.Metadata = XMP(creator=lambda _: content)

    def reference(self, entry: PDFObject) -> Any:
        """Give an object a number of its own and return what stands for it in others."""
        document: Any = self
        return document.Reference(entry)

    def _number(self, entry: PDFObject) -> int:
        return self.idToObjectNumberAndVersion[self.reference(entry).name][0]

    def _bodies(self) -> Iterator[bytes]:
        """Yield ReportLab's objects by their numbers; more may come up as they are written."""
        number = 1
        while number in self.numberToId:
            body: bytes = formatted(self.idToObject[self.numberToId[number]], self, toplevel=1)
            yield body[: -len(_BARE_END)] + _END if body.endswith(_BARE_END) else body
            number += 1


def _output_intent(document: ReportFile) -> PDFDictionary:
    profile = PDFStream(content=colour_profile.srgb(), filters=[PDFZCompress])
    profile.dictionary["N"] = 3
    return PDFDictionary(
        {
            "Type": PDFName("OutputIntent"),
            "S": PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": literal(colour_profile.NAME),
            "Info": literal(colour_profile.NAME),
            "DestOutputProfile": document.reference(profile),
        }
    )


def _whole(bodies: Sequence[bytes], catalog: int, info: int) -> bytes:
    """Return objects, the table of where each begins, and the trailer."""
    parts = [_BEGIN]
    offsets = []
    offset = len(_BEGIN)
    for number, body in enumerate(bodies, 1):
        part = b"%d 0 obj\n%b%bendobj\n" % (number, body, b"" if body.endswith(b"\n") else b"\n")
        offsets.append(b"%010d 00000 n \n" % offset)
        offset += len(part)
        parts.append(part)
    content = b"".join(parts)
    name = hashlib.sha256(content).hexdigest()[:32].encode()
    size = len(bodies) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, b"".join(offsets))
    trailer = b"<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>" % (
        size,
        catalog,
        info,
        name,
        name,
    )
    return b"%b%btrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (content, table, trailer, offset)
