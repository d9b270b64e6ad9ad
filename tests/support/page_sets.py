"""Sets of saved pages with the text that a person expects, and the agreement of a reading with it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import Any

GRAM = 4
LOST_SHARE = 0.5
"""A reading that holds less than this share of the expected shingles has lost the article."""


@dataclass(frozen=True, slots=True)
class ExpectedPage:
    """A saved page and what a person read in it; None for what nobody wrote down."""

    name: str
    url: str
    data: bytes
    text: str
    title: str | None = None
    byline: tuple[str, ...] | None = None
    published_at: datetime | None = None

    @property
    def is_held(self) -> bool:
        """Whether the page belongs to the half that nobody looks at, by the hash of its name."""
        return hashlib.sha256(self.name.encode()).digest()[0] % 2 == 1


@dataclass(frozen=True, slots=True)
class Read:
    """The reading of one page by one extractor."""

    text: str = ""
    title: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of an extractor with a set; a share is None where the set holds nothing of that kind."""

    f1: float
    precision: float
    recall: float
    lost: tuple[str, ...]
    """Pages of which more than half is missing."""
    unmarked: tuple[str, ...]
    """Those of them that are not marked as partial."""
    marked: tuple[str, ...]
    """All pages that are marked as partial."""
    title: float | None
    published: float | None
    byline: float | None


def pages_in(folder: Path) -> Iterator[ExpectedPage]:
    """The pages of a folder: ``ground-truth.json`` with ``html/``, or pairs of a page and its text or JSON.

    A pair is ``name.html`` (or ``name.html.gz``) with ``name.txt`` or ``name.json``, whose keys are ``text`` (a string
    or a list of paragraphs), ``url``, ``title``, ``authors`` and ``published_at``; all but the text may be missing.
    """
    truth = folder / "ground-truth.json"
    if truth.exists():
        for name, record in sorted(json.loads(truth.read_text("utf-8")).items()):
            yield _page(name, _page_bytes(folder / "html", name), record | {"text": record.get("articleBody")})
        return
    for file in sorted((*folder.glob("*.json"), *folder.glob("*.txt"))):
        written = file.read_text("utf-8")
        record = json.loads(written) if file.suffix == ".json" else {"text": written}
        yield _page(file.stem, _page_bytes(folder, file.stem), record)


def agreement(pages: Iterable[ExpectedPage], readings: Mapping[str, Read]) -> Agreement:
    """Compare readings by name with what is expected.

    Precision and recall are means over pages of the shares of shingles (four words in a row), F1 comes from these two.
    """
    pages = list(pages)
    shares = {page.name: _shares(page.text, readings[page.name].text) for page in pages if page.text}
    precisions = [hit / (hit + extra) for hit, extra, _ in shares.values() if hit + extra]
    recalls = {name: hit / (hit + missing) for name, (hit, _, missing) in shares.items() if hit + missing}
    precision, recall = fmean(precisions or [0.0]), fmean(recalls.values() or [0.0])
    lost = tuple(name for name, share in recalls.items() if share < LOST_SHARE)
    return Agreement(
        f1=2 * precision * recall / (precision + recall or 1.0),
        precision=precision,
        recall=recall,
        lost=lost,
        unmarked=tuple(name for name in lost if not readings[name].partial),
        marked=tuple(page.name for page in pages if readings[page.name].partial),
        title=_share(same_words(page.title, readings[page.name].title) for page in pages if page.title),
        published=_share(
            same_day(page.published_at, readings[page.name].published_at) for page in pages if page.published_at
        ),
        byline=_share(names_all(page.byline, readings[page.name].byline) for page in pages if page.byline is not None),
    )


def same_words(expected: str | None, read: str | None) -> bool:
    """Whether two titles have the same letters and digits."""
    return _letters(expected or "") == _letters(read or "")


def same_day(expected: datetime, read: datetime | None) -> bool:
    """Whether two times are less than a day apart: an expected time may have no zone or no hour."""
    return read is not None and abs((expected.replace(tzinfo=None) - read.replace(tzinfo=None)).total_seconds()) < 86400


def names_all(expected: tuple[str, ...], read: str | None) -> bool:
    """Whether a byline names all expected people; without any it must be empty."""
    letters = _letters(read or "")
    return all(_letters(name) in letters for name in expected) if expected else not letters


def _page(name: str, data: bytes, record: Mapping[str, Any]) -> ExpectedPage:
    text, authors, at = record.get("text") or "", record.get("authors"), record.get("published_at")
    return ExpectedPage(
        name=name,
        url=record.get("url") or "https://news.example/article",
        data=data,
        text=text if isinstance(text, str) else "\n".join(text),
        title=record.get("title"),
        byline=None if authors is None else tuple([authors] if isinstance(authors, str) else authors),
        published_at=datetime.fromisoformat(at) if at else None,
    )


def _page_bytes(folder: Path, name: str) -> bytes:
    packed = folder / f"{name}.html.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / f"{name}.html").read_bytes()


def _shares(expected: str, read: str) -> tuple[float, float, float]:
    """Shingles in both, only in the reading, and only in what is expected."""
    true, found = _shingles(expected), _shingles(read)
    hit = (true & found).total()
    return hit, found.total() - hit, true.total() - hit


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    shingles = (tuple(words[start : start + GRAM]) for start in range(max(1, len(words) - GRAM + 1)))
    return Counter(filter(None, shingles))


def _share(agreements: Iterable[bool]) -> float | None:
    agreed = list(agreements)
    return fmean(agreed) if agreed else None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
