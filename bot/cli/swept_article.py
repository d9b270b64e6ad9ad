"""One article that a sweep found, as a line for machines and as a few lines for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cli.feed_and_read import instant
from bot.cli.json_lines import visible
from bot.cli.match_lines import answer_match
from bot.matching.scan import Scanner
from bot.model import Reason
from handlers.text.words import Names, topic_name
from scrapers.article import Article, Headline
from scrapers.outlet import Outlet


@dataclass(frozen=True, slots=True)
class SweptArticle:
    """An article, read whole or by its headline, and what it names."""

    outlet: Outlet
    headline: Headline
    title: str
    published_at: datetime | None
    whole: bool
    """Its page was read; else headline and summary alone."""
    answer: Mapping[str, Any]
    """What ``pactbot match`` says of it."""

    @property
    def names_something(self) -> bool:
        """Whether it is about anything that is followed."""
        return bool(self.answer["mentions"])


def find_of(
    outlet: Outlet, headline: Headline, article: Article | None, scanner: Scanner, say: Callable[[Reason], str]
) -> SweptArticle:
    """What an article names, by its page where that was read."""
    read = article is not None and bool(article.paragraphs)
    text = article.text if article is not None and read else headline.summary
    title = article.title if article else headline.title
    published_at = article.published_at if article else headline.published_at
    day = published_at.astimezone(ZoneInfo(outlet.timezone)).date().isoformat() if published_at else None
    line = {
        "id": headline.canonical_url,
        "headline": title,
        "text": text,
        "lang": article.language if article else headline.language,
        "url": headline.url,
        "date": day,
        "outlet": outlet.key,
    }
    answer = answer_match(line, scanner, say, lambda named: outlet.kind if named == outlet.key else None)
    return SweptArticle(outlet, headline, title, published_at, read, answer)


def as_line(find: SweptArticle) -> dict[str, Any]:
    """For ``--json``: what match says, and what it is said of."""
    told = {
        "outlet": find.outlet.key,
        "url": find.headline.url,
        "headline": find.title,
        "published_at": instant(find.published_at),
        "whole": find.whole,
    }
    return {"id": find.answer["id"], **told, **find.answer}


def as_text(find: SweptArticle, zone: ZoneInfo, language: str, names: Names) -> str:
    """For people: the headline, where and when, what it names, its address."""
    when = find.published_at.astimezone(zone).strftime("%m-%d %H:%M %Z") if find.published_at else "undated"
    told = ", ".join(_topics(find.answer, language, names)) or "–"
    part = "" if find.whole else " (by its headline)"
    return (
        f"{visible(find.title)}\n  {visible(find.outlet.name)}, {when}{part}\n"
        f"  {told}\n  {visible(find.headline.url)}\n\n"
    )


def _topics(answer: Mapping[str, Any], language: str, names: Names) -> list[str]:
    topics = [*(["pact"] if answer["pact"] else []), *answer["sister_pact"], *answer["sectors"], *answer["officials"]]
    told = [topic_name(language, topic, names) for topic in topics]
    after = [f"after {', '.join(answer['after'])}"] if answer["after"] else []
    return [*(["severity 1"] if answer["severity"] else []), *told, *after]
