"""Makes a seeded feed whose entries have pages with the menus, lists and linked data of real ones."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from tests.bench.sweep.made_feeds import Words

PARAGRAPHS = 12
LINKS = 120
"""Links of a page's menu and lists."""
PACT_TITLE = "Seoul and Washington discuss the Technology Prosperity Deal"
PACT_SENTENCE = "The U.S.-ROK Technology Prosperity Deal covers quantum computing, officials said."


@dataclass(frozen=True, slots=True)
class MadePage:
    """An entry of the feed, and its page."""

    name: str
    title: str
    published_at: datetime
    paragraphs: tuple[str, ...]

    def item(self, base: str) -> str:
        """The entry in the feed."""
        return (
            f"<item><title>{html.escape(self.title)}</title><link>{base}{self.name}</link>"
            f"<pubDate>{format_datetime(self.published_at)}</pubDate></item>"
        )

    def page(self, base: str, links: str) -> str:
        """The page."""
        at = self.published_at.isoformat()
        data = {"@type": "NewsArticle", "headline": self.title, "datePublished": at, "author": {"name": "Jane Roe"}}
        body = "\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in self.paragraphs)
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(self.title)}</title>'
            f'<link rel="canonical" href="{base}{self.name}"><script type="application/ld+json">{json.dumps(data)}'
            f"</script></head><body><nav><ul>{links}</ul></nav><article><h1>{html.escape(self.title)}</h1>"
            f'<div class="body">{body}</div></article><aside><ul>{links}</ul></aside></body></html>'
        )


def made_page(words: Words, number: int, published_at: datetime, *, names_pact: bool) -> MadePage:
    """A page of about six thousand characters of text; each tells of another event."""
    paragraphs = [plain_text(words, 480) for _ in range(PARAGRAPHS)]
    title = plain_title(words)
    if names_pact:
        title = f"{PACT_TITLE}: {title}"
        paragraphs[0] = f"{PACT_SENTENCE} {paragraphs[0]}"
    return MadePage(f"{number:05d}.html", title, published_at, tuple(paragraphs))


def plain_title(words: Words) -> str:
    """A title of made-up words alone."""
    return " ".join(words.plain("en", 7)).capitalize()


def plain_text(words: Words, chars: int) -> str:
    """Sentences of made-up words alone."""
    sentences: list[str] = []
    while sum(map(len, sentences)) < chars:
        sentences.append(" ".join(words.plain("en", 14)).capitalize() + ".")
    return " ".join(sentences)


def menu(words: Words) -> str:
    """The links that every page of a site has."""
    return "".join(f'<li><a href="/s/{number}">{plain_title(words)}</a></li>' for number in range(LINKS))


def feed(base: str, pages: list[MadePage]) -> str:
    """The feed of the newest pages."""
    items = "\n".join(page.item(base) for page in pages)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Made</title>{items}</channel></rss>'
