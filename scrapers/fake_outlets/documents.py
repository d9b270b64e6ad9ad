"""Writes the documents that outlets attach to their pages: PDF, HWPX, an HWP that nobody opens, and plain text."""

from __future__ import annotations

import io
import textwrap
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from html import escape

LETTERHEAD = "보도자료"
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "hwpx": "application/hwp+zip",
    "hwp": "application/x-hwp",
    "txt": "text/plain",
}
_LINE_WIDTH = 38.0
"""Syllables of a line; other letters are half as wide."""
_LINES_A_PAGE = 40
FIRST_PAGE = 6
"""The number of the first page's object; its content is the next object."""
_SYSTEM = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Korea1) /Supplement 1 >>"
_METRICS = "/FontBBox [0 -148 1001 880] /ItalicAngle 0 /Ascent 752 /Descent -271 /CapHeight 737 /StemV 58"
_NAME = "/HYSMyeongJo-Medium"
_FONT = (
    f"<< /Type /Font /Subtype /Type0 /BaseFont {_NAME} /Encoding /UniKS-UCS2-H /DescendantFonts [4 0 R] >>",
    f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont {_NAME} /FontDescriptor 5 0 R /DW 1000 {_SYSTEM} >>",
    f"<< /Type /FontDescriptor /FontName {_NAME} /Flags 6 {_METRICS} >>",
)
_SECTION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?><hs:sec '
    'xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section" xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph">'
    "{}</hs:sec>"
)
_PARAGRAPH = '<hp:p id="0" paraPrIDRef="0"><hp:run charPrIDRef="0"><hp:t>{}</hp:t></hp:run></hp:p>'


def document(kind: str, headline: str, paragraphs: Sequence[str]) -> bytes:
    """A release as a document of this kind, under a letterhead and its headline."""
    lines = (LETTERHEAD, headline, *paragraphs)
    if kind == "txt":
        return "\n\n".join(textwrap.fill(paragraph, 70) for paragraph in paragraphs).encode()
    if kind == "pdf":
        return pdf([_numbered(page, number) for number, page in enumerate(_pages(lines), 1)])
    return hwpx(map(escape, lines)) if kind == "hwpx" else b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)


def hwpx(paragraphs: Sequence[str] | Iterator[str]) -> bytes:
    """A HWPX with these paragraphs, which are XML."""
    return zipped(
        {
            "mimetype": "application/hwp+zip",
            "Contents/content.hpf": "<opf:package/>",
            "Contents/section0.xml": _SECTION.format("".join(map(_PARAGRAPH.format, paragraphs))),
            "Preview/PrvText.txt": "미리보기",
        }
    )


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive with these members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF with these lines on its pages, in a Korean font that is not part of the file."""
    kids = " ".join(f"{FIRST_PAGE + 2 * number} 0 R" for number in range(len(pages)))
    objects: list[str | bytes] = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        *_FONT,
    ]
    for number, lines in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {FIRST_PAGE + 2 * number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(_stream(_shown(lines)))
    return assembled(objects)


def assembled(objects: Sequence[str | bytes]) -> bytes:
    """A PDF of these objects, the first of which is its catalogue."""
    data, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        written = content.encode("latin-1") if isinstance(content, str) else content
        data += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(data)


def _stream(content: str) -> bytes:
    packed = zlib.compress(content.encode("latin-1"))
    return b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(packed), packed)


def _shown(lines: Sequence[str]) -> str:
    """The operators that show these lines, one under the other."""
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -18 Td\n" for line in lines)
    return f"BT /F1 11 Tf 60 780 Td\n{shown}ET"


def _numbered(page: Sequence[str], number: int) -> list[str]:
    return [*page, f"- {number} -"]


def _pages(paragraphs: Sequence[str]) -> Iterator[list[str]]:
    lines = [line for paragraph in paragraphs for line in _wrapped(paragraph)]
    for start in range(0, len(lines), _LINES_A_PAGE):
        yield lines[start : start + _LINES_A_PAGE]


def _wrapped(paragraph: str) -> Iterator[str]:
    """The lines of a paragraph, wrapped between words; the blank stays at the end of its line."""
    line = ""
    for word in paragraph.split(" "):
        if line and _width(line) + _width(word) > _LINE_WIDTH:
            yield line
            line = ""
        line += word + " "
    yield line.rstrip()


def _width(text: str) -> float:
    return sum(1.0 if letter >= "\u1100" else 0.5 for letter in text)
