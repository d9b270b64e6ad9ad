"""Makes seeded feeds of both languages, RSS and Atom, every fifth with the text of its articles."""

from __future__ import annotations

import html
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import accumulate
from pathlib import Path

SEED = 20251029
VOCABULARY = 20_000
NEWEST_AT = datetime(2025, 11, 1, tzinfo=UTC)
CHANGED_EVERY = 100
"""One feed in so many has new entries in the third sweep."""
NEW_ENTRIES = 5
SYLLABLES = (
    "가각간갈감강개거건검격견결경계고곡공과관광교구국권규균극근금급기길김나남내노농뇌능다단달담당대덕도독동두등라락람량력련령로록"
    "론류리림립마만말망매면명모목묘무문물미민밀바박반발방배백번범법변별병보복본부북분비빙사산살삼상색생서석선설성세소속손송수순"
)
PARTICLES = ("은", "는", "이", "가", "을", "를", "의", "에", "에서", "으로", "와", "과", "도", "까지", "")
ENDINGS = ("했다.", "밝혔다.", "전했다.", "설명했다.", "발표했다.", "예정이다.")
ONSETS, VOWELS, CODAS = (
    ["b", "br", "c", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v"],
    ["a", "e", "i", "o", "u", "ai", "ea"],
    ["b", "ck", "d", "l", "n", "nd", "s", "t"],
)
NAMES = {
    "ko": ("한미 기술번영 업무협약", "크라치오스", "백악관 과학기술정책실", "양자컴퓨팅", "6G", "연구안보", "수출통제"),
    "en": ("Technology Prosperity Deal", "Kratsios", "OSTP", "quantum computing", "6G", "research security"),
}
NAMED_SHARE = 0.05
"""The share of titles and sentences that name the pact, an official or a sector."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One made-up entry of a feed."""

    guid: str
    link: str
    title: str
    summary: str
    published_at: datetime
    text: str


class Words:
    """Words of two made-up vocabularies by Zipf's law, from a seed."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = random.Random(seed)
        draw = self.random
        korean = {"".join(draw.choices(SYLLABLES, k=draw.choice((2, 2, 3, 4)))) for _ in range(VOCABULARY)}
        english = {
            "".join(draw.choice(part) for _ in range(draw.choice((1, 2, 3))) for part in (ONSETS, VOWELS, CODAS))
            for _ in range(VOCABULARY)
        }
        self._words = {"ko": sorted(korean), "en": sorted(english)}
        self._weights = {
            language: list(accumulate(1 / (rank + 5) for rank in range(len(words))))
            for language, words in self._words.items()
        }

    def sentence(self, language: str, fewest: int, most: int, *, closed: bool = True) -> str:
        """A sentence of so many words; a title is not closed."""
        draw = self.random
        words = draw.choices(self._words[language], cum_weights=self._weights[language], k=draw.randint(fewest, most))
        if draw.random() < NAMED_SHARE:
            words[0] = draw.choice(NAMES[language])
        if language == "ko":
            return " ".join([word + draw.choice(PARTICLES) for word in words] + [draw.choice(ENDINGS)] * closed)
        return " ".join(words).capitalize() + "." * closed

    def plain(self, language: str, how_many: int) -> list[str]:
        """So many words, none of which is a name."""
        return self.random.choices(self._words[language], cum_weights=self._weights[language], k=how_many)

    def text(self, language: str, chars: int) -> str:
        """Sentences of at least so many characters together."""
        sentences: list[str] = []
        while sum(map(len, sentences)) < chars:
            sentences.append(self.sentence(language, 8, 18))
        return " ".join(sentences)


def write_feeds(folder: Path, feeds: int, entries: int) -> None:
    """Writes ``feeds`` feeds, and the new state of those that change, into ``first`` and ``changed``."""
    words = Words()
    for name in ("first", "changed"):
        (folder / name).mkdir(parents=True)
    for number in range(feeds):
        language, with_text = "ko" if number % 10 < 6 else "en", number % 5 == 0
        listed = list(_entries(words, number, 0, entries, language, with_text))
        write = _atom if number % 4 == 3 else _rss
        (folder / "first" / f"{number:04d}.xml").write_text(write(number, listed, language), encoding="utf-8")
        if number % CHANGED_EVERY == 0:
            new = list(_entries(words, number, entries, NEW_ENTRIES, language, with_text))
            changed = write(number, [*reversed(new), *listed], language)
            (folder / "changed" / f"{number:04d}.xml").write_text(changed, encoding="utf-8")


def _entries(words: Words, feed: int, first: int, how_many: int, language: str, with_text: bool) -> Iterator[Entry]:
    for number in range(first, first + how_many):
        published_at = NEWEST_AT - timedelta(minutes=13 * (1_000 - number) + feed % 60)
        yield Entry(
            guid=f"f{feed:04d}-{number:05d}",
            link=f"/{language}/{published_at:%Y/%m/%d}/{feed:04d}{number:05d}.html?utm_source=rss&utm_medium=feed",
            title=words.sentence(language, 6, 10, closed=False),
            summary=words.text(language, 120 if language == "ko" else 260),
            published_at=published_at,
            text=words.text(language, 700) if with_text else "",
        )


def _rss(feed: int, entries: list[Entry], language: str) -> str:
    items = "".join(
        f"<item><title><![CDATA[{entry.title}]]></title><link>{html.escape(_address(feed, entry))}</link>"
        f'<guid isPermaLink="false">{entry.guid}</guid><description><![CDATA[<img src="/{entry.guid}.jpg"/>'
        f"{entry.summary}]]></description>"
        + (f"<content:encoded><![CDATA[<p>{entry.text}</p>]]></content:encoded>" if entry.text else "")
        + f"<pubDate>{format_datetime(entry.published_at)}</pubDate><category>{entry.guid[:5]}</category></item>\n"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Outlet {feed}</title><link>{_home(feed)}</link><language>{language}</language>\n{items}"
        "</channel></rss>\n"
    )


def _atom(feed: int, entries: list[Entry], language: str) -> str:
    items = "".join(
        f'<entry><title type="html">{html.escape(entry.title)}</title>'
        f'<link href="{html.escape(_address(feed, entry))}"/>'
        f"<id>{entry.guid}</id><published>{entry.published_at.isoformat()}</published>"
        f"<updated>{entry.published_at.isoformat()}</updated>"
        f'<summary type="html">{html.escape(entry.summary)}</summary>'
        + (f'<content type="html">{html.escape(f"<p>{entry.text}</p>")}</content>' if entry.text else "")
        + "</entry>\n"
        for entry in entries
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">'
        f"<title>Outlet {feed}</title><id>tag:outlets.example,2025:{feed}</id>"
        f"<updated>{NEWEST_AT.isoformat()}</updated>\n{items}</feed>\n"
    )


def _home(feed: int) -> str:
    return f"https://outlet{feed:04d}.example/"


def _address(feed: int, entry: Entry) -> str:
    return _home(feed) + entry.link[1:]
