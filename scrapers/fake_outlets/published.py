"""What a newsroom publishes: a Piece as its author hands it in, and a Published one with its address and history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from scrapers.fake_outlets.sites import Site


@dataclass(frozen=True, slots=True)
class Piece:
    """One article before it has an address."""

    slug: str
    """Latin letters, digits and hyphens: its name in the newsroom and in some addresses."""
    headline: str
    paragraphs: tuple[str, ...]
    byline: str = ""
    summary: str = ""
    """What the source says beside the headline; the first paragraph when empty."""

    @property
    def teaser(self) -> str:
        """The words that a feed shows under the headline."""
        return self.summary or (self.paragraphs[0] if self.paragraphs else "")


@dataclass(frozen=True, slots=True)
class Published:
    """A piece that has an address."""

    piece: Piece
    number: int
    path: str
    published_at: datetime
    changed_at: datetime
    withdrawn: bool = False

    def corrected(self, piece: Piece, at: datetime) -> Published:
        """The same address with other words."""
        return replace(self, piece=piece, changed_at=at)

    def gone(self, at: datetime) -> Published:
        """The same address with nothing behind it."""
        return replace(self, withdrawn=True, changed_at=at)


def publish(site: Site, piece: Piece, number: int, at: datetime) -> Published:
    """Give a piece the address that its outlet would give it."""
    local = at.astimezone(ZoneInfo(site.timezone))
    path = site.article_path.format(
        number=number,
        slug=piece.slug,
        stamp=f"{local:%Y%m%d%H%M%S}",
        day=f"{local:%Y%m%d}",
        year=f"{local:%Y}",
        month=f"{local:%m}",
    )
    return Published(piece, number, path, at, at)
