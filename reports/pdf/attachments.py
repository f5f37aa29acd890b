"""Files carried inside a report, for instance the script that computes its figures again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFObject,
    PDFStream,
    PDFZCompress,
)

from reports.pdf.structure import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.pdf.file import ReportFile

Relationship = Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to be carried: its name, media type such as ``text/plain``, content, and in a few
    words what it is. `relationship` says what it is to the document, by ISO 19005-3."""

    name: str
    media_type: str
    content: bytes
    description: str
    relationship: Relationship = "Supplement"


def attach(document: ReportFile, attachments: Sequence[Attachment]) -> None:
    """Put files into a document, where readers list them by their names."""
    names: list[Any] = []
    associated = []
    for attachment in sorted(attachments, key=lambda one: one.name):
        specification = document.reference(_specification(document, attachment))
        names += [literal(attachment.name), specification]
        associated.append(specification)
    catalog = document.Catalog
    catalog.Names = PDFDictionary({"EmbeddedFiles": PDFDictionary({"Names": PDFArray(names)})})
    catalog.AF = PDFArray(associated)


def _specification(document: ReportFile, attachment: Attachment) -> PDFObject:
    file = document.reference(_embedded(attachment))
    name = literal(attachment.name)
    return PDFDictionary(
        {
            "Type": PDFName("Filespec"),
            "F": name,
            "UF": name,
            "Desc": literal(attachment.description),
            "AFRelationship": PDFName(attachment.relationship),
            "EF": PDFDictionary({"F": file, "UF": file}),
        }
    )


def _embedded(attachment: Attachment) -> PDFStream:
    stream = PDFStream(content=attachment.content, filters=[PDFZCompress])
    stream.dictionary["Type"] = PDFName("EmbeddedFile")
    # ReportLab leaves the slash in a name, where it begins another.
    stream.dictionary["Subtype"] = "/" + PDFName(attachment.media_type)[1:].replace("/", "#2F")
    stream.dictionary["Params"] = PDFDictionary(
        {"Size": len(attachment.content), "ModDate": literal("D:20000101000000+00'00'")}
    )
    return stream
