"""Says in a few lines what the bot would read by a proposed spec now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cli.json_lines import counted, visible
from scrapers.article import Article
from scrapers.outlet import Outlet
from scrapers.proposal.proposer import Proposal

SHOWN_HEADLINES = 3
SHOWN_CHARS = 100
_SUSPECTS = {
    "short": "hardly any text",
    "site_title": "no headline of its own",
    "no_body": "no text",
    "wrong_type": "no page but a file",
}


def preview_lines(proposal: Proposal) -> Iterator[str]:
    """Yields the number of entries, the newest, the first headlines, and one article."""
    outlet, headlines = proposal.outlet, proposal.headlines
    newest = next((headline.published_at for headline in headlines if headline.published_at), None)
    dated = f"newest {_local(newest, outlet)}" if newest else "none with a date: the pages say it"
    noun = "entry" if len(headlines) == 1 else "entries"
    yield f"It would read now: {len(headlines)} {noun} by its {outlet.sources[0].kind}; {dated}."
    for headline in headlines[:SHOWN_HEADLINES]:
        at = _local(headline.published_at, outlet) if headline.published_at else "no time"
        yield f"  {at}  {_shown(headline.title) or '(no title: the page says it)'}"
    if proposal.article is not None:
        yield from _article_lines(proposal.article, outlet)
    if not outlet.reads_pages:
        yield f"Its pages are not read: {visible(proposal.pages_note)}."
    elif proposal.pages_note:
        yield f"Mind: {visible(proposal.pages_note)}."


def _article_lines(article: Article, outlet: Outlet) -> Iterator[str]:
    characters = sum(map(len, article.paragraphs))
    how = _SUSPECTS.get(article.suspect or "", "read in part only" if article.partial else "read whole")
    at = _local(article.published_at, outlet) if article.published_at else "no date"
    yield f"One article: {_shown(article.title)}"
    yield f"  {at} · {_shown(article.byline or '') or 'no byline'} · {counted(characters, 'character')} · {how}"
    if article.paragraphs:
        yield f"  {_shown(article.paragraphs[0])}"


def _local(at: datetime, outlet: Outlet) -> str:
    return f"{at.astimezone(ZoneInfo(outlet.timezone)):%Y-%m-%d %H:%M %Z}"


def _shown(text: str) -> str:
    """Returns outside text for one line of a terminal."""
    line = " ".join(visible(text).split())
    return line if len(line) <= SHOWN_CHARS else f"{line[: SHOWN_CHARS - 1]}…"
