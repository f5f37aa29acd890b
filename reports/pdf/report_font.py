"""A TrueType font in a file: the characters that a document uses, and how codes are read back.

ReportLab maps unused codes to U+0000, which PDF/UA forbids, and writes characters beyond U+FFFF in
a form that no reader understands. It also makes the same subset anew for every document, though
reports of one study need the same letters.
"""

from __future__ import annotations

import threading
import zlib
from functools import lru_cache
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFStream, PDFTrueTypeFont
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

from reports.pdf.joining import letters

_TOGETHER = ("–—−‑·…×÷±≤≥≈≠‘’“”„‚«»№§°²³", "".join(map(chr, range(0x410, 0x450))) + "Ёё")
"""Characters that get their codes together once one of them is used, so that subsets are alike."""
_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo
<< /Registry ({name})
/Ordering ({name})
/Supplement 0
>> def
/CMapName /{name} def
/CMapType 2 def
1 begincodespacerange
<00> <{last}>
endcodespacerange
{tables}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
_LOCK = threading.Lock()


class ReportFont(TTFont):
    """A font whose text can be read back, searched and read aloud from the file."""

    face: Any
    state: Any

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path)
        make_subset = self.face.makeSubset
        made = lru_cache(maxsize=16)(lambda codes: make_subset(list(codes)))

        def subset(codes: list[int]) -> bytes:
            # A face reads its file from wherever it last was.
            with _LOCK:
                return bytes(made(tuple(codes)))

        self.face.makeSubset = subset

    def encoded(self, text: str, document: Any) -> list[tuple[str, str]]:
        """Return stretches of a text that the font has: the name of a subset, and codes in it.

        Nearly every text has the characters of the first subset alone, where those of ASCII stand
        at their own codes; ReportLab looks at them one by one.
        """
        name = document.fontMapping.get(self.fontName) or self._begun(document)
        if text.isascii():
            return [(f"{name}+0", text)]
        wanted = set(map(ord, text))
        assigned = self.state[document].assignments
        if not assigned.keys() >= wanted:
            self._assign(text, document)
        # A no-break blank never gets a code of its own.
        codes = text.translate(assigned) if assigned.keys() >= wanted else "\u0100"
        if max(codes) <= "\xff":
            return [(f"{name}+0", codes)]
        return [
            (f"{name}+{subset}", codes.decode("latin-1"))
            for subset, codes in self.splitString(text, document)
        ]

    def _begun(self, document: Any) -> str:
        font: Any = self
        font._assignState(document)
        self.getSubsetInternalName(0, document)
        return str(document.fontMapping[self.fontName])

    def _assign(self, text: str, document: Any) -> None:
        """Give the characters of a text codes of the document, and those they come with."""
        for together in _TOGETHER:
            if not set(together).isdisjoint(text):
                known = (sign for sign in together if ord(sign) in self.face.charToGlyph)
                self.splitString("".join(known), document)
        self.splitString(text, document)

    def addObjects(self, doc: Any) -> None:  # noqa: N802 ReportLab's name
        """Write the font's subsets, each with its own table from codes to characters."""
        subsets = self.state[doc].subsets
        self.state[doc].frozen = 1
        for number, subset in enumerate(subsets):
            codes = tuple(subset)
            tag = (SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX).decode("ascii")
            font: Any = PDFTrueTypeFont()
            font.Name = f"{doc.fontMapping[self.fontName][1:]}+{number}"
            font.BaseFont = tag
            font.FirstChar, font.LastChar = 0, len(codes) - 1
            font.Widths = self._widths(codes)
            to_unicode = PDFStream(content=_to_unicode(tag, codes), filters=[_OncePacked])
            font.ToUnicode = doc.Reference(to_unicode, f"toUnicodeCMap:{tag}")
            font.FontDescriptor = self.face.addSubsetObjects(doc, tag, subset)
            doc.idToObject[f"fontFile:{self.face.filename}({tag})"].filters = [_OncePacked]
            doc.Reference(font, font.Name)
            doc.idToObject["BasicFonts"].dict[font.Name] = font
        del self.state[doc]

    def _widths(self, codes: tuple[int, ...]) -> str:
        return f"[{' '.join([f'{self.face.getCharWidth(code):g}' for code in codes])}]"


class _OncePacked:
    """A filter of ReportLab that compresses the same content once."""

    pdfname = "FlateDecode"

    @staticmethod
    def encode(content: str | bytes) -> bytes:
        """Compress what is written to a stream."""
        return _packed(content.encode() if isinstance(content, str) else content)


@lru_cache(maxsize=32)
def _packed(content: bytes) -> bytes:
    return zlib.compress(content)


@lru_cache(maxsize=32)
def _to_unicode(name: str, subset: tuple[int, ...]) -> str:
    lines = [f"<{place:02X}> <{_utf16(code)}>" for place, code in enumerate(subset)]
    # The format allows a hundred lines at a time.
    parts = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    tables = [[f"{len(part)} beginbfchar", *part, "endbfchar"] for part in parts]
    return _CMAP.format(
        name=name, last=f"{len(subset) - 1:02X}", tables="\n".join("\n".join(t) for t in tables)
    )


def _utf16(code: int) -> str:
    # Programs that read a file take letters from right to left as they are drawn and turn them
    # round, also those of two letters that are drawn as one.
    return letters(chr(code or 0xFFFD))[::-1].encode("utf-16-be").hex().upper()
