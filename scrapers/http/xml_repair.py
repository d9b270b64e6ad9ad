"""Mends the small faults of XML that outlets send, each where it stands, so that one fault costs no other entry."""

from __future__ import annotations

import html
import re
from html.entities import html5

from scrapers.plain_text import UNREADABLE, join_references

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(x[0-9a-f]{1,12}|[0-9]{1,12});|&([a-z][a-z0-9]{1,31};)|&", re.IGNORECASE)
_NUMERIC = re.compile(r"&#(?:x[0-9a-f]{1,12}|[0-9]{1,12});", re.IGNORECASE)
_NO_TAG = re.compile(r"<(?![a-z_:/!?])", re.IGNORECASE)
_XML_ENTITIES = ("amp;", "lt;", "gt;", "quot;", "apos;")


def may_change(text: str) -> bool:
    """Whether ``mended_xml`` may change what a parser reads in a document that is well-formed."""
    return "&#" in text or "\x7f" in text


def mended_xml(text: str) -> str:
    """An XML document without the characters and references that no XML parser accepts.

    A reference to a character that does not exist becomes U+FFFD, a control character goes, an HTML entity becomes its
    character, a bare & or < is escaped. CDATA sections keep all but control characters.
    """
    first, *sections = _CONTROL.sub("", text).split("<![CDATA[")
    mended = [_mended_markup(first)]
    for section in sections:
        literal, end, rest = section.partition("]]>")
        mended.append(f"<![CDATA[{_NUMERIC.sub(_known, join_references(literal))}{end}{_mended_markup(rest)}")
    return "".join(mended)


def _mended_markup(markup: str) -> str:
    return _NO_TAG.sub("&lt;", _REFERENCE.sub(_mended_reference, join_references(markup)))


def _mended_reference(reference: re.Match[str]) -> str:
    number, name = reference[1], reference[2]
    if number:
        return _known(reference)
    if name is None:
        return "&amp;"
    if name in _XML_ENTITIES:
        return reference[0]
    return html.escape(html5[name]) if name in html5 else f"&amp;{name}"


def _known(reference: re.Match[str]) -> str:
    """The reference where XML has its character; nothing for a control character, U+FFFD for what does not exist."""
    digits = reference[0][2:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    if code in (0x09, 0x0A, 0x0D) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF:
        return reference[0]
    return "" if code < 0x20 else UNREADABLE
