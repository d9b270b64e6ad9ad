"""Reads many pages at once: one pass over all of them finds those that can name something, and only these are scanned.

Most headlines name nothing. A scan of each would decide about masks, senses and deals of which nothing stands there.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.matching.pact.decide import NO_TRACE
from bot.matching.scan import Scanner, language_of
from bot.model import NO_TOPICS, Page, Reading

MOST_CHARS = 4_000
"""A longer page is scanned in any case: it seldom names nothing."""


def read_many(scanner: Scanner, pages: Sequence[Page]) -> list[Reading]:
    """What each page says, as ``Scanner.read`` finds it."""
    short = [len(page.text) <= MOST_CHARS for page in pages]
    texts = [f"{page.headline}\n{page.text}" if is_short else "" for page, is_short in zip(pages, short, strict=True)]
    return [
        scanner.read(page) if may_name or not is_short else _naming_nothing(page)
        for page, is_short, may_name in zip(pages, short, scanner.may_name(texts), strict=True)
    ]


def _naming_nothing(page: Page) -> Reading:
    return Reading(topics=NO_TOPICS, language=language_of(page), mentions=(), rejected=(), reasons=NO_TRACE)
