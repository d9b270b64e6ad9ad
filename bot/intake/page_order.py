"""Decides which of an outlet's waiting pages are read first, by headline and feed text. Pure functions of plain data.

A host answers one request in ten seconds or more, so that the last of thirty new pages is read after five minutes.
Pages stand in the order in which their articles were first seen; a likely headline has a head start. Among equals the
oldest page comes first, because stories say who was first to report. An unlikely page is overtaken only by pages that
were seen within the head start after it, so that it is read in the end, however many likely ones come.
"""

from __future__ import annotations

from datetime import timedelta

from bot.intake.candidate import page_of
from bot.intake.source_texts import text_in_source
from bot.model import Page, Reading
from scrapers.article import Headline
from scrapers.outlet import Outlet

NO_HEAD_START = timedelta(0)
LIKELY_HEAD_START = timedelta(days=1)
"""For a sister pact, an official, a sector or a subscription's own word: what is older than a day alerts nobody."""
PACT_HEAD_START = timedelta(days=2)
"""For the pact itself: it overtakes every likely page of the last day."""
MAX_TEXT_CHARS = 1_000
"""So much of a feed's text is read for the order: what an article is about is told at its beginning."""


def listed_page(outlet: Outlet, headline: Headline) -> Page:
    """Returns a headline with the beginning of its feed text, as the text engine takes it."""
    text = text_in_source(headline).text[:MAX_TEXT_CHARS]
    return page_of(outlet, headline.title, text, headline.language, headline.published_at)


def head_start(reading: Reading) -> timedelta:
    """Returns how much earlier a page is read than others that were first seen at the same time."""
    if reading.topics.pact:
        return PACT_HEAD_START
    is_likely = reading.topics.any or any(mention.kind == "literal" for mention in reading.mentions)
    return LIKELY_HEAD_START if is_likely else NO_HEAD_START
