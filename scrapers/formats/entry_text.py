"""Makes paragraphs of the text that a source gives with an entry, which is HTML or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate

from scrapers.formats.boilerplate import article_lines
from scrapers.plain_text import clean, has_breaks, plain_lines, unescape

MAX_TEXT_CHARS = 50_000
"""Ten thousand words of one entry."""
MAX_SOURCE_CHARS = 1_000_000
"""So much text of one source's entries is kept; entries after it have none."""
MIN_WHOLE_CHARS = 200
"""A shorter text may be a summary, and its page is worth a look."""
_NO_TEXT = "script|style|noscript|iframe|template|figure|figcaption|svg|button"
_WITHOUT_TEXT = re.compile(rf"<({_NO_TEXT})\b(?:(?!</?\1\b).)*+</\1\s*>", re.IGNORECASE | re.DOTALL)
"""An element that shows no text of the article; it looks no further than its name's next tag."""
_WRITTEN_BY_THE_FEED = re.compile(r"The post .{1,400} (?:first appeared|appeared first) on .{1,100}", re.IGNORECASE)
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\(more\)|read more|continue reading|더\s?보기)\W*$", re.IGNORECASE)


def entry_text(markups: Iterable[str], title: str) -> tuple[str, ...]:
    """The paragraphs of the longest of these texts, without boilerplate, ``MAX_TEXT_CHARS`` of them at most."""
    texts = (_paragraphs(markup, title) for markup in markups if markup)
    return max(texts, key=chars, default=())


def is_whole(paragraphs: tuple[str, ...]) -> bool:
    """Whether a text is long enough for an article, and does not end as one does that was cut: with an ellipsis, or an
    invitation to read more."""
    return chars(paragraphs) >= MIN_WHOLE_CHARS and _CUT.search(paragraphs[-1]) is None


def chars(paragraphs: Iterable[str]) -> int:
    """The number of characters of these paragraphs."""
    return sum(map(len, paragraphs))


def _paragraphs(markup: str, title: str) -> tuple[str, ...]:
    markup = markup[: MAX_TEXT_CHARS * 4]
    if "<" not in markup and "&lt;" in markup:  # some feeds escape twice
        markup = unescape(markup)
    if "<" in markup:
        markup = _WITHOUT_TEXT.sub(" ", markup)
    if has_breaks(markup):  # a line break of HTML is a blank
        markup = clean(markup)
    lines = (line for line in plain_lines(markup) if not _WRITTEN_BY_THE_FEED.fullmatch(line))
    return _bounded(article_lines(lines, title))


def _bounded(lines: tuple[str, ...]) -> tuple[str, ...]:
    if chars(lines) <= MAX_TEXT_CHARS:
        return lines
    ends = accumulate(map(len, lines))
    cut = (line[: max(0, MAX_TEXT_CHARS - end + len(line))] for line, end in zip(lines, ends, strict=True))
    return tuple(filter(None, cut))
