"""Charset detection: decodes pages and feeds whose declared charset may be wrong.

The order is: BOM, strict UTF-8, UTF-8 with a rare damaged byte, the declared charset, strict CP949 (EUC-KR), or Latin-1
where letters beyond ASCII stand alone, and last that of the three which loses least.
"""

from __future__ import annotations

import codecs
import re

from scrapers.errors import NotUnderstood
from scrapers.plain_text import UNREADABLE, is_unreadable

CHARACTERS_A_LOSS = 20
"""A text with this many characters of UTF-8 for each damaged one is UTF-8, whatever its label says."""
MIN_COMMON_SHARE = 0.9
MIN_MOJIBAKE_LETTERS = 40
MIN_READABLE_SHARE = 0.5
HEAD_BYTES = 4096
"""A charset declared in the document counts when it stands in this many bytes."""
_KOREAN = frozenset(
    [
        "cseuckr",
        "csksc56011987",
        "euc-kr",
        "euckr",
        "iso-ir-149",
        "korean",
        "ks_c_5601-1987",
        "ks_c_5601-1989",
        "ks_c_5601",
        "ksc5601",
        "ksc_5601",
        "ks_c_5601_1987",
        "ks-c-5601-1987",
        "windows-949",
        "x-windows-949",
        "cp949",
        "ms949",
        "uhc",
    ]
)
_LABELS = {
    "utf-8": "utf-8", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-16": "utf-8", "utf-16le": "utf-8",
    "utf-16be": "utf-8", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "windows-31j": "cp932", "euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp", "gb2312": "gb18030", "gbk": "gb18030",
    "gb18030": "gb18030", "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "koi8-r": "koi8_r", "koi8-u": "koi8_u",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-15": "iso8859_15",
}  # fmt: skip
_WESTERN = {"cp1252", "iso8859_15", "cp1250", "cp1254", "cp1257", "iso8859_2", "iso8859_9"}
_WESTERN_CODEC = "cp1252"
_HIGH_MARKS = b" " * 0x80 + b"\x80" * 0x80
"""Translates bytes: ASCII into spaces, others into 0x80."""
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MARKS = tuple(mark for mark, _ in _BOMS)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{1,40})[\"']", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]{0,400}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_LATIN_RUN = re.compile("[\u00a1-\u00ff]{4,}")
_HANGUL = re.compile("[\uac00-\ud7a3]")


def codec_of(label: str) -> str | None:
    """Python's codec for a charset label, by the WHATWG Encoding Standard; None for an unknown label."""
    label = label.strip().lower()
    if label in _KOREAN:
        return "cp949"
    if label in _LABELS:
        return _LABELS[label]
    if match := re.fullmatch(r"(?:windows-|cp)(125[0-8])", label):
        name = f"cp{match[1]}"
    elif match := re.fullmatch(r"iso-?8859-(\d{1,2})", label):
        name = f"iso8859_{match[1]}"
    else:
        return None
    try:
        return codecs.lookup(name).name.replace("-", "_")
    except LookupError:
        return None


def decode(data: bytes, url: str, content_type: str | None = None) -> str:
    """Decode a page or feed. What cannot be read becomes U+FFFD; the caller judges the texts that it uses.

    :raises NotUnderstood: when more than a tenth of the whole is unreadable, or when the publisher has saved Korean
        text as Latin-1 (mojibake).
    """
    utf8 = None if data.startswith(_MARKS) else _strict(data, "utf-8")
    text = _decode(data, content_type) if utf8 is None else utf8
    if is_unreadable(text):
        raise NotUnderstood(url, f"the text is in an unknown charset ({text.count(UNREADABLE)} unreadable characters)")
    if _is_garbled(text, text.encode("utf-8", "surrogatepass") if utf8 is None else data):
        raise NotUnderstood(url, "the publisher has garbled the text (Korean saved as Latin-1)")
    return text


def _decode(data: bytes, content_type: str | None) -> str:
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(codec, "replace")
    declared = _declared(data, content_type)
    text = data.decode("utf-8", "replace")
    lost = text.count(UNREADABLE)
    if lost * CHARACTERS_A_LOSS <= _foreign(text) - lost:
        return text
    undeclared = _WESTERN_CODEC if _has_lone_letters(data) else "cp949"
    for codec in filter(None, (declared, undeclared)):
        if codec in _WESTERN and (korean := _as_everyday_korean(data)) is not None:
            return korean
        strict = _strict(data, codec)
        if strict is not None:
            return strict
    lossy = [text, *(data.decode(codec, "replace") for codec in filter(None, (declared, undeclared)))]
    return min(lossy, key=lambda candidate: candidate.count(UNREADABLE))


def _has_lone_letters(data: bytes) -> bool:
    """Whether most bytes above ASCII stand alone, as accented letters of Latin-1 do; other characters have more."""
    marks = b" %s " % data.translate(_HIGH_MARKS).replace(b" ", b"  ")
    return marks.count(b" \x80 ") * 2 > marks.count(b" \x80")


def _foreign(text: str) -> int:
    """The number of characters that are not ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


def _declared(data: bytes, content_type: str | None) -> str | None:
    labels = [match.group(1) for match in [_HEADER.search(content_type or "")] if match]
    head = data[:HEAD_BYTES]
    labels += [match.group(1).decode("ascii") for match in (_XML.search(head), _META.search(head)) if match]
    codecs_named = [codec for label in labels if (codec := codec_of(label))]
    return next((codec for codec in codecs_named if codec != "utf-8"), None)


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _as_everyday_korean(data: bytes) -> str | None:
    """The bytes as CP949, when nearly all of the text is everyday Hangul: a western charset label is wrong then."""
    text = _strict(data, "cp949")
    if text is None:
        return None
    foreign = [char for char in text if not char.isascii()]
    common = sum(map(_is_common, foreign))
    return text if foreign and common >= MIN_COMMON_SHARE * len(foreign) else None


def _is_common(char: str) -> bool:
    """Whether a character is one of EUC-KR's own; Python writes the rare syllables of CP949 with eight bytes."""
    try:
        return len(char.encode("euc_kr")) == 2
    except UnicodeEncodeError:
        return False


def _latin_letters(data: bytes) -> int:
    """At least the number of letters from U+00A1 to U+00FF in UTF-8, counted by the first byte of each."""
    return data.count(b"\xc2") + data.count(b"\xc3")


def _is_garbled(text: str, encoded: bytes) -> bool:
    """Whether the text is mojibake: long runs of accented letters that are Hangul when read as CP949."""
    if text.isascii() or _latin_letters(encoded) < MIN_MOJIBAKE_LETTERS:
        return False
    runs = _LATIN_RUN.findall(text)
    letters = sum(len(run) for run in runs)
    if letters < MIN_MOJIBAKE_LETTERS or letters < 2 * len(_HANGUL.findall(text)):
        return False
    readable = sum(len(run) for run in runs if _strict(run.encode("latin-1"), "cp949") is not None)
    return readable > MIN_READABLE_SHARE * letters
