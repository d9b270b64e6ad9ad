"""Articles of the fake outlets: a FakeArticle is text alone, a PublishedArticle has an address and a history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from scrapers.fake_outlets.sites import Site


@dataclass(frozen=True, slots=True)
class FakeArticle:
    """The text of one article, before it has an address."""

    slug: str
    """Latin letters, digits and hyphens; names the article at its outlet, and in some addresses."""
    headline: str
    paragraphs: tuple[str, ...]
    byline: str = ""

    @property
    def summary(self) -> str:
        """The text that a feed shows under the headline."""
        return self.paragraphs[0] if self.paragraphs else ""


@dataclass(frozen=True, slots=True)
class PublishedArticle:
    """An article that has an address."""

    article: FakeArticle
    number: int
    path: str
    published_at: datetime
    changed_at: datetime
    withdrawn: bool = False

    def corrected(self, article: FakeArticle, at: datetime) -> PublishedArticle:
        """The same address with another text."""
        return replace(self, article=article, changed_at=at)

    def withdrawn_at(self, at: datetime) -> PublishedArticle:
        """The same address, which now answers 410."""
        return replace(self, withdrawn=True, changed_at=at)


def publish(site: Site, article: FakeArticle, number: int, at: datetime) -> PublishedArticle:
    """Give an article the address that its outlet would give it."""
    local = at.astimezone(ZoneInfo(site.timezone))
    path = site.article_path.format(
        number=number,
        slug=article.slug,
        stamp=f"{local:%Y%m%d%H%M%S}",
        day=f"{local:%Y%m%d}",
        year=f"{local:%Y}",
        month=f"{local:%m}",
    )
    return PublishedArticle(article, number, path, at, at)
