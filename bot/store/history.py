"""Finds the newest stored articles that may meet a condition, at any number of stored articles.

Articles are looked at from the newest id on, a range of ids at a time, until enough are found. A condition on topics is
answered by an index. One on words reads headlines, so that it looks back a limited number of articles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DUPLICATE, MentionKind
from bot.store.schema import articles, mentions, sentences

IDS_AT_ONCE = 100_000
MOST_WALKED = 300_000
"""So many of the newest articles are looked at where no index helps; twice as many headlines where one does."""
CLOCK_MARGIN = timedelta(hours=2)
"""Ids rise with the instants, except for an hour or so after a clock was put back."""
_article, _mention, _sentence = articles.c, mentions.c, sentences.c


@dataclass(frozen=True, slots=True)
class Names:
    """The article names one of these topics."""

    kind: MentionKind
    topics: tuple[str, ...]
    spelling: str | None = None
    """A form of the topic: the mention is of this form, or its words hold the form's letters in this order."""
    passing_too: bool = False


@dataclass(frozen=True, slots=True)
class AboutPact:
    """The article is about the pact."""


@dataclass(frozen=True, slots=True)
class HasLetters:
    """The headline or a stored sentence has these pieces of a text in this order."""

    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FromOutlets:
    """The article is of one of these outlets."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InLanguage:
    """The article is in this language."""

    tag: str


@dataclass(frozen=True, slots=True)
class OfKind:
    """The article is official, media or opinion."""

    kind: str


@dataclass(frozen=True, slots=True)
class AtLeastSevere:
    """The article's severity is at least this."""

    severity: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every condition is met; of none, always."""

    children: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the conditions is met."""

    children: tuple[Condition, ...]


Condition = Names | AboutPact | HasLetters | FromOutlets | InLanguage | OfKind | AtLeastSevere | AllOf | AnyOf
ALWAYS = AllOf(())


@dataclass(frozen=True, slots=True)
class Candidates:
    """The newest articles that may meet a condition."""

    ids: tuple[int, ...]
    """The newest first."""
    is_whole: bool
    """Whether these are all of the time that was asked for."""
    since_at: datetime | None = None
    """How far back was looked, where that is not the whole time."""


def is_indexed(condition: Condition) -> bool:
    """Whether an index of topics finds the articles, so that the others are not looked at."""
    match condition:
        case Names() | AboutPact():
            return True
        case AllOf(children):
            return any(map(is_indexed, children))
        case AnyOf(children):
            return all(map(is_indexed, children))
        case _:
            return False


def has_words(condition: Condition) -> bool:
    """Whether headlines and sentences have to be read."""
    match condition:
        case HasLetters():
            return True
        case AllOf(children) | AnyOf(children):
            return any(map(has_words, children))
        case _:
            return False


def _most_ids(condition: Condition) -> int | None:
    if not is_indexed(condition):
        return MOST_WALKED
    return 2 * MOST_WALKED if has_words(condition) else None


async def candidates(c: AsyncConnection, condition: Condition, since_at: datetime, limit: int) -> Candidates:
    """Returns the newest articles since then that may meet a condition, at most ``limit``, without duplicates."""
    first, last = await _range(c, since_at)
    most = _most_ids(condition)
    walked_to = first if most is None else max(first, last - most + 1)
    ids: list[int] = []
    end = last
    while end >= walked_to and len(ids) < limit:
        start = max(walked_to, end - IDS_AT_ONCE + 1)
        ids += await of_range(c, condition, start, end, since_at, limit - len(ids))
        end = start - 1
    if len(ids) >= limit:
        return Candidates(tuple(ids), False, await _seen_at(c, ids[-1]))
    if walked_to > first:
        return Candidates(tuple(ids), False, await _seen_at(c, walked_to))
    return Candidates(tuple(ids), True)


async def _range(c: AsyncConnection, since_at: datetime) -> tuple[int, int]:
    """Returns the lowest and the highest id of the articles that were first seen since then."""
    lowest = select(_article.id).where(_article.first_seen_at >= since_at - CLOCK_MARGIN)
    first = (await c.execute(lowest.order_by(_article.first_seen_at, _article.id).limit(1))).scalar_one_or_none()
    last = (await c.execute(select(func.max(_article.id)))).scalar_one()
    return (1, 0) if first is None or last is None else (first, last)


async def of_range(
    c: AsyncConnection, condition: Condition, start: int, end: int, since_at: datetime, limit: int
) -> list[int]:
    """Returns the ids of a range that may meet a condition, the newest first; those of duplicates are left out."""
    met = _sql(condition, start, end, is_postgresql=c.dialect.name == "postgresql")
    own = or_(_article.suspect.is_(None), _article.suspect != DUPLICATE)
    query = select(_article.id).where(_article.id.between(start, end), _article.first_seen_at >= since_at, own, met)
    return list((await c.execute(query.order_by(_article.id.desc()).limit(limit))).scalars())


async def _seen_at(c: AsyncConnection, article_id: int) -> datetime | None:
    query = select(_article.first_seen_at).where(_article.id >= article_id).order_by(_article.id).limit(1)
    seen_at: datetime | None = (await c.execute(query)).scalar_one_or_none()
    return seen_at


def _sql(condition: Condition, start: int, end: int, *, is_postgresql: bool) -> ColumnElement[bool]:
    def like(column: ColumnElement[Any], pieces: tuple[str, ...]) -> ColumnElement[bool]:
        pattern = _pattern(pieces)
        # LIKE of SQLite knows no case of ASCII letters; ILIKE takes twice as long, and Hangul has no case
        return column.ilike(pattern) if is_postgresql and pattern.lower() != pattern.upper() else column.like(pattern)

    match condition:
        case Names(kind, topics, spelling, passing_too):
            where = [_mention.topic.in_(topics), _mention.kind == kind, _mention.article.between(start, end)]
            if not passing_too:
                where.append(_mention.passing == false())
            if spelling is not None:
                where.append(or_(_mention.term == spelling, like(_mention.quote, pieces_of(spelling))))
            return _article.id.in_(select(_mention.article).where(*where))
        case AboutPact():
            named = articles.alias("named")
            return _article.id.in_(select(named.c.id).where(text("named.pact"), named.c.id.between(start, end)))
        case HasLetters(pieces):
            told = select(_sentence.article).where(_sentence.article.between(start, end), like(_sentence.text, pieces))
            return or_(like(_article.headline, pieces), _article.id.in_(told))
        case FromOutlets(keys):
            return _article.outlet.in_(keys)
        case InLanguage(tag):
            return or_(_article.language == tag, _article.language.startswith(f"{tag}-", autoescape=True))
        case OfKind(kind):
            return _article.kind == kind
        case AtLeastSevere(severity):
            return _article.severity >= severity
        case AllOf(children):
            met = [_sql(child, start, end, is_postgresql=is_postgresql) for child in children]
            return and_(true(), *met)
        case AnyOf(children):
            return or_(false(), *(_sql(child, start, end, is_postgresql=is_postgresql) for child in children))


def pieces_of(words: str) -> tuple[str, ...]:
    """Cuts words where a text may write them otherwise: at each sign, and between the syllables of Hangul."""
    pieces: list[str] = []
    run = ""
    for char in words:
        is_syllable = "가" <= char <= "힣"
        if run and (is_syllable or not char.isalnum()):
            pieces.append(run)
            run = ""
        if is_syllable:
            pieces.append(char)
        elif char.isalnum():
            run += char
    return tuple([*pieces, run] if run else pieces)


def _pattern(pieces: tuple[str, ...]) -> str:
    """A pattern of LIKE. A letter beyond ASCII that has two cases stands for any: SQLite compares it as it is."""
    plain = (
        "".join(char if char.isascii() or char.lower() == char.upper() else "_" for char in piece) for piece in pieces
    )
    return "%" + "%".join(plain) + "%"
