"""Reads the text of HWPX and ODT, which are XML in a ZIP archive, within limits of size, depth and number."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from xml.parsers import expat

from scrapers.errors import NotUnderstood, TooBig
from scrapers.formats.attachments.paragraphs import kept
from scrapers.formats.text_lines import MAX_TEXT_CHARS
from scrapers.http.markup_gate import MAX_DEPTH

MAX_MEMBERS = 2_000
MAX_XML_BYTES = 24 * 1024 * 1024
"""The XML with the text, unpacked. A release of ten pages has one megabyte, because every run names its style."""
MAX_RATIO = 200
RATIO_FLOOR_BYTES = 1024 * 1024
MAX_ELEMENTS = 500_000
_PIECE_BYTES = 64 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, ValueError, KeyError)
_ENCRYPTED_FLAG = 1


@dataclass(frozen=True, slots=True)
class _Format:
    """One format: the members with its text, and the names of its elements, without prefixes."""

    kind: str
    members: re.Pattern[str]
    paragraphs: frozenset[str]
    texts: frozenset[str]
    """The elements that hold text."""
    blanks: frozenset[str]
    breaks: frozenset[str]
    skipped: frozenset[str]
    """Elements whose text is not the document's: headers, footers, notes of its editors."""


_FORMATS = (
    _Format(
        kind="hwpx",
        members=re.compile(r"Contents/section(\d{1,4})\.xml", re.IGNORECASE),
        paragraphs=frozenset(["p"]),
        texts=frozenset(["t"]),
        blanks=frozenset(["tab", "nbSpace", "fwSpace"]),
        breaks=frozenset(["lineBreak"]),
        skipped=frozenset(["header", "footer", "hiddenComment", "pageNum", "autoNum"]),
    ),
    _Format(
        kind="odt",
        members=re.compile(r"content\.xml"),
        paragraphs=frozenset(["p", "h"]),
        texts=frozenset(["p", "h"]),
        blanks=frozenset(["tab", "s"]),
        breaks=frozenset(["line-break"]),
        skipped=frozenset(["annotation", "tracked-changes", "note-citation"]),
    ),
)


def read_zipped(data: bytes, url: str) -> tuple[str, tuple[str, ...], bool]:
    """The kind of a zipped document, its paragraphs, and whether there are more than we read.

    :raises NotUnderstood: for an archive that is no such document, encrypted or damaged, or declares entities.
    :raises TooBig: for one that unpacks to too much, or is nested too deep.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, url)
    except _BROKEN as error:
        raise NotUnderstood(url, f"is a damaged archive: {type(error).__name__}") from None


def _read(archive: zipfile.ZipFile, url: str) -> tuple[str, tuple[str, ...], bool]:
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise TooBig(url, f"the archive has {len(infos)} members, we read {MAX_MEMBERS}")
    for form in _FORMATS:
        members = sorted((info for info in infos if form.members.fullmatch(info.filename)), key=_number)
        if members:
            break
    else:
        raise NotUnderstood(url, "is an archive, but neither HWPX nor ODT")
    if any(info.flag_bits & _ENCRYPTED_FLAG for info in members) or _is_encrypted(archive):
        raise NotUnderstood(url, f"is an encrypted {form.kind.upper()}")
    text = _text(archive, members, form, url)
    return form.kind, kept(text.paragraphs), text.chars > MAX_TEXT_CHARS


def _number(info: zipfile.ZipInfo) -> int:
    """The order of a section: section10 follows section9."""
    return int("".join(filter(str.isdecimal, info.filename)) or 0)


def _is_encrypted(archive: zipfile.ZipFile) -> bool:
    """Whether the archive's manifest tells how its members are encrypted, which both formats borrow from ODF."""
    if "META-INF/manifest.xml" not in archive.namelist():
        return False
    with archive.open("META-INF/manifest.xml") as manifest:
        return b"encryption-data" in manifest.read(_PIECE_BYTES)


def _text(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], form: _Format, url: str) -> _TextOfXml:
    """The paragraphs of these members, up to the limit of every text."""
    text, unpacked = _TextOfXml(form, url), 0
    for info in members:
        text.begin()
        with archive.open(info) as member:
            while piece := member.read(_PIECE_BYTES):
                unpacked += len(piece)
                _check_size(unpacked, info, url)
                text.feed(piece)
                if text.chars > MAX_TEXT_CHARS:
                    return text
        text.end()
    return text


def _check_size(unpacked: int, info: zipfile.ZipInfo, url: str) -> None:
    if unpacked > MAX_XML_BYTES:
        raise TooBig(url, f"the document unpacks to more than {MAX_XML_BYTES} bytes of XML")
    if unpacked > RATIO_FLOOR_BYTES and unpacked > MAX_RATIO * max(1, info.compress_size):
        raise TooBig(url, f"the document unpacks to more than {MAX_RATIO} times its size")


class _TextOfXml:
    """Collects the paragraphs of XML members as they are unpacked; refuses DTDs and entities."""

    def __init__(self, form: _Format, url: str) -> None:
        self.paragraphs: list[str] = []
        self.chars = 0
        self._form = form
        self._url = url
        self._elements = 0
        self.begin()

    def begin(self) -> None:
        """Begins a member."""
        self._open: list[str] = []
        self._skipped_from = 0
        self._texts = 0
        self._line: list[str] = []
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, piece: bytes) -> None:
        """Adds bytes of the member."""
        self._parse(piece, is_final=False)

    def end(self) -> None:
        """Ends the member."""
        self._parse(b"", is_final=True)
        self._break()

    def _parse(self, piece: bytes, *, is_final: bool) -> None:
        try:
            self._parser.Parse(piece, is_final)
        except expat.ExpatError as error:
            raise NotUnderstood(self._url, f"holds damaged XML: {expat.ErrorString(error.code)}") from None

    def _refuse(self, *_declaration: object) -> None:
        raise NotUnderstood(self._url, "declares a DTD or entities, which we do not read")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            raise TooBig(self._url, f"the document is nested more than {MAX_DEPTH} deep")
        if self._elements > MAX_ELEMENTS:
            raise TooBig(self._url, f"the document has more than {MAX_ELEMENTS} elements")
        local = name.rpartition(":")[2]
        if self._skipped_from:
            return
        if local in self._form.skipped:
            self._skipped_from = self._depth
        elif local in self._form.paragraphs or local in self._form.breaks:
            self._break()
        elif local in self._form.blanks:
            self._line.append(" ")
        self._texts += local in self._form.texts

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if not self._skipped_from:
            if local in self._form.paragraphs:
                self._break()
            self._texts -= local in self._form.texts
        elif self._skipped_from == self._depth:
            self._skipped_from = 0
        self._depth -= 1

    def _text(self, text: str) -> None:
        if self._texts > 0 and not self._skipped_from:
            self._line.append(text)

    def _break(self) -> None:
        """Ends the open paragraph: a paragraph in a table stands inside another."""
        line = "".join(self._line)
        self._line.clear()
        if line.strip():
            self.chars += len(line)
            self.paragraphs.append(line)
