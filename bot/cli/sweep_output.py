"""Prints what ``pactbot sweep`` found: articles on standard output, errors and the summary on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cli.json_lines import counted, visible, write_line
from bot.cli.parse_input import iso_utc
from bot.cli.sweeper import SweptArticle, SweptOutlet
from bot.matching.query.names import shown_names
from bot.matching.scan import Scanner
from handlers.text.words import Names, topic_name
from scrapers.errors import ScrapeError, Unreachable
from settings.config import Settings

MAX_URL_CHARS = 100


class SweepPrinter:
    """Prints each outlet's result as soon as it is there."""

    def __init__(self, settings: Settings, scanner: Scanner, as_json: bool) -> None:
        self._as_json = as_json
        self._zone = ZoneInfo(settings.timezone)
        self._language = settings.language
        self._names = shown_names(scanner.lexicon)

    def show(self, swept: SweptOutlet) -> None:
        """Prints the articles and errors of one outlet."""
        for article in swept.articles:
            if self._as_json:
                write_line(as_json(article))
            else:
                sys.stdout.write(as_text(article, self._zone, self._language, self._names))
        sys.stdout.flush()
        sys.stderr.writelines(f"{line}\n" for line in error_lines(swept))


def as_json(article: SweptArticle) -> dict[str, Any]:
    """Returns the object of ``--json``: what match answers, and the article that it answers for."""
    about = {
        "outlet": article.outlet.key,
        "url": article.headline.url,
        "headline": article.title,
        "published_at": iso_utc(article.published_at),
        "whole": article.page_read,
    }
    return {"id": article.answer["id"], **about, **article.answer}


def as_text(article: SweptArticle, zone: ZoneInfo, language: str, names: Names) -> str:
    """Returns the lines for people: the headline, outlet and time, what it mentions, its address."""
    topics = ", ".join(_topics(article.answer, language, names)) or "–"
    return (
        f"{visible(article.title)}\n  {visible(article.outlet.name)}, {_time(article.published_at, zone)}"
        f"{'' if article.page_read else ' (by its headline)'}\n"
        f"  {topics}\n  {visible(article.headline.url)}\n\n"
    )


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%m-%d %H:%M %Z") if at else "undated"


def _topics(answer: Mapping[str, Any], language: str, names: Names) -> list[str]:
    ids = [*(["pact"] if answer["pact"] else []), *answer["sister_pact"], *answer["sectors"], *answer["officials"]]
    topics = [topic_name(language, topic_id, names) for topic_id in ids]
    after = [f"after {', '.join(answer['after'])}"] if answer["after"] else []
    return [*(["severity 1"] if answer["severity"] else []), *topics, *after]


def summary(swept_outlets: Sequence[SweptOutlet]) -> str:
    """Returns the sweep's result in one line."""
    articles = [article for swept in swept_outlets for article in swept.articles]
    with_mentions = sum(1 for article in articles if article.has_mentions)
    by_headline = sum(1 for article in articles if not article.page_read)
    failed = sum(1 for swept in swept_outlets if swept.failed)
    parts = [
        f"{counted(len(swept_outlets), 'outlet')}, {failed} of them failed",
        f"{counted(len(articles), 'article')} of the last day, {with_mentions} with mentions",
        f"{by_headline} judged by their headline alone",
        f"{sum(swept.older for swept in swept_outlets)} older left out",
    ]
    if swept_outlets and all(_is_unreachable(swept) for swept in swept_outlets):
        parts.append("no host answered: is this machine connected?")
    return "; ".join(parts)


def _is_unreachable(swept: SweptOutlet) -> bool:
    errors = swept.source_errors
    return bool(errors) and all(isinstance(error, Unreachable) for error in errors)


def error_lines(swept: SweptOutlet) -> Iterator[str]:
    """Yields a line for the outlet's sources that failed, and one for its pages that failed."""
    key = swept.outlet.key
    if swept.source_errors:
        yield f"{key}: {'; '.join(_problems(swept.source_errors))}"
    if swept.page_errors:
        pages = f"{len(swept.page_errors)} of {counted(swept.pages, 'page')} could not be read"
        yield f"{key}: {pages}: {'; '.join(_problems(swept.page_errors))}"


def _problems(errors: Sequence[ScrapeError]) -> Iterator[str]:
    """Yields each problem once, with the first address that has it."""
    for problem in dict.fromkeys(error.problem for error in errors):
        urls = [error.url for error in errors if error.problem == problem]
        more = f" and {len(urls) - 1} more" if len(urls) > 1 else ""
        url = urls[0] if len(urls[0]) <= MAX_URL_CHARS else f"{urls[0][:MAX_URL_CHARS]}…"
        yield " ".join(f"{problem} ({url}{more})".split())
