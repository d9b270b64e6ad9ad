"""Articles of the fake outlets: a FakeArticle is text alone, a PublishedArticle has an address and a history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from scrapers.fake_outlets.sites import Site

SEE_ATTACHMENT = "관련 보도자료 내용입니다. 자세한 내용은 첨부파일을 참고하시기 바랍니다."


@dataclass(frozen=True, slots=True)
class FakeArticle:
    """The text of one article, before it has an address."""

    slug: str
    """Latin letters, digits and hyphens; names the article at its outlet, and in some addresses."""
    headline: str
    paragraphs: tuple[str, ...]
    byline: str = ""
    attached: tuple[str, ...] = ()
    """The kinds of documents (``pdf``, ``hwpx``, ``hwp``) that hold its text; its page points to them then."""
    outside: tuple[str, ...] = ()
    """Paragraphs that its page shows outside of the element that the spec names as its body."""
    teaser: str = ""
    """What a feed shows under the headline in place of the first paragraph."""
    free_chars: int | None = None
    """How much of the first paragraph its page shows to those who have not paid; None shows everything to everybody."""

    @property
    def summary(self) -> str:
        """The text that a feed shows under the headline."""
        return self.teaser or (self.on_page[0] if self.on_page else "")

    @property
    def on_page(self) -> tuple[str, ...]:
        """The paragraphs that its page shows."""
        if self.free_chars is not None:
            return (self.paragraphs[0][: self.free_chars],)
        return (SEE_ATTACHMENT,) if self.attached else self.paragraphs


@dataclass(frozen=True, slots=True)
class PublishedArticle:
    """An article that has an address."""

    article: FakeArticle
    number: int
    path: str
    published_at: datetime
    changed_at: datetime
    withdrawn: bool = False
    listed: bool = True
    """Whether the source lists it."""

    def document_path(self, kind: str) -> str:
        """The path of the document that holds its text; it does not tell the kind, as at the real outlet."""
        return f"/common/download.do?fileId={self.number}{self.article.attached.index(kind)}&tblKey=GMN"

    def corrected(self, article: FakeArticle, at: datetime) -> PublishedArticle:
        """The same address with another text."""
        return replace(self, article=article, changed_at=at)

    def withdrawn_at(self, at: datetime, listed_as: str = "") -> PublishedArticle:
        """The same address, which now answers 410; the source lists it no longer, or under another headline."""
        article = replace(self.article, headline=listed_as or self.article.headline)
        return replace(self, article=article, withdrawn=True, listed=bool(listed_as), changed_at=at)


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
