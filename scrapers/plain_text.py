"""Cleans whitespace and markup, and hashes the text of an article for deduplication."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata

UNREADABLE = "\ufffd"
"""The replacement character: it stands for bytes that are no character."""
MAX_UNREADABLE_SHARE = 0.1
_ELEMENTS = (
    "a|abbr|acronym|address|article|aside|audio|b|bdi|bdo|big|blockquote|body|br|button|caption|center|cite|code|col|"
    "colgroup|dd|del|details|dfn|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|"
    "html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|meta|nav|nobr|noscript|object|ol|p|param|"
    "picture|pre|q|rp|rt|ruby|s|samp|script|section|select|small|source|span|strike|strong|style|sub|summary|sup|svg|"
    "table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|var|video|wbr"
)
_ATTRIBUTES = r"(?:\s+[a-z_:@][\w.:-]{0,40}\s{0,3}=\s{0,3}(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+)|\s+hidden|\s+nowrap)*"
_TAG = re.compile(
    rf"</?(?:{_ELEMENTS}){_ATTRIBUTES}\s*/?>|<!--(?:(?!<!--|-->).){{0,2000}}-->|<[!?][^<>]{{0,2000}}>",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
"""An HTML tag. Headlines set a label in angle brackets (<AI 대전환>), which is text: its name is no element's.

No alternative looks past the next start of a tag or a comment, so that the cost grows with the length alone."""
_BREAK_TAG = re.compile(rf"</?(?:br|p|div|li|tr|h[1-6]){_ATTRIBUTES}\s*/?>", re.IGNORECASE | re.ASCII)
_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]")
_ODD_SPACE = re.compile("[\u000b\u000c\u001c-\u001f]")
"""Characters between which Python splits words, and which are invisible here."""
_SURROGATE_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_PAIR_OF_REFERENCES = re.compile(
    r"&#(xd[89ab][0-9a-f]{2}|5529[6-9]|55[3-9]\d\d|56[0-2]\d\d|563[01]\d);"
    r"&#(xd[c-f][0-9a-f]{2}|563[2-9]\d|56[4-9]\d\d|57[0-2]\d\d|573[0-3]\d|5734[0-3]);",
    re.IGNORECASE | re.ASCII,
)


def clean(text: str) -> str:
    """The text as one line: without control and invisible characters, with single spaces and composed Hangul."""
    if text.isprintable() and "  " not in text and text.strip() == text:
        return unicodedata.normalize("NFC", text)  # it is one line already: no other white space is printable
    words = " ".join(text.split())
    if words.isprintable() and (text.isprintable() or not _ODD_SPACE.search(text)):
        return unicodedata.normalize("NFC", words)
    text = _INVISIBLE.sub("", without_surrogates(text))
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def without_surrogates(text: str) -> str:
    """The text with surrogate pairs as their character; a lone surrogate, which no encoding has, is unreadable."""
    if _LONE_SURROGATE.search(text) is None:
        return text
    joined = _SURROGATE_PAIR.sub(lambda pair: _joined(ord(pair[1]), ord(pair[2])), text)
    return _LONE_SURROGATE.sub(UNREADABLE, joined)


def plain(markup: str, max_chars: int = 10_000) -> str:
    """A title or summary of a feed as one line of text, without tags and entities (which may be escaped twice)."""
    return clean(_without_markup(markup[: max_chars * 4], " "))[:max_chars]


def plain_lines(markup: str) -> tuple[str, ...]:
    """The lines of a text that may hold tags and entities, cut where a browser would break it; none is empty."""
    text = _without_markup(markup, "\n")
    lines = (text,) if text.isprintable() else text.splitlines()  # nothing that breaks a line is printable
    return tuple(filter(None, map(clean, lines)))


def has_breaks(markup: str) -> bool:
    """Whether a text has HTML tags that break lines, so that its own line breaks are blanks."""
    return "<" in markup and _BREAK_TAG.search(markup) is not None


def unescape(text: str) -> str:
    """The text without entities. A character written as two references, a surrogate pair, becomes that character."""
    if "&" not in text:
        return text
    return html.unescape(join_references(text))


def join_references(text: str) -> str:
    """The text with each surrogate pair that is written as two numeric references as its character."""
    return _PAIR_OF_REFERENCES.sub(lambda pair: _joined(_code_point(pair[1]), _code_point(pair[2])), text)


def is_unreadable(text: str) -> bool:
    """Whether more of a text is unreadable than a character that was cut in two, or lost, explains."""
    return text.count(UNREADABLE) > max(1, MAX_UNREADABLE_SHARE * len(text))


def content_hash(title: str, paragraphs: tuple[str, ...]) -> str:
    """A hash of the text's letters and digits alone; of the title when there is no text."""
    words = "".join(paragraphs) or title
    letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", words).casefold()))
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _without_markup(text: str, break_as: str) -> str:
    for _ in range(2):
        text = _TAG.sub("", _BREAK_TAG.sub(break_as, text)) if "<" in text else text
        if "&" not in text:
            break
        text = unescape(text)
    return text


def _code_point(reference: str) -> int:
    return int(reference[1:], 16) if reference[0] in "xX" else int(reference)


def _joined(high: int, low: int) -> str:
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
