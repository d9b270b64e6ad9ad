"""Answers ``who``: an official's offices and names, where the person was last named, and what the person said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.deliveries.cards_from_rows import may_quote, outlet_name
from bot.deliveries.lead_sentences import lead_with_matches
from bot.deliveries.linked_stories import articles_as_seen
from bot.matching.engine.patterns import shown
from bot.matching.query.names import names_of
from bot.matching.text.korean import is_hangul, without_particle
from bot.matching.text.normalize import fold
from bot.model import DUPLICATE, Mention, StoredArticle, story_id
from bot.store import articles, topic_mentions
from bot.store.engine import Connection
from bot.stories.facts.coverage import is_date_only, published_or_seen_at
from bot.stories.facts.quotes import quote_of
from handlers.cards.answers import ErrorCard
from handlers.cards.person import OfficeLine, OfficialLine, OfficialsCard, PersonCard, QuoteLine, ReportLine
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.verbs.near_word import nearest_by_letters
from handlers.verbs.who import Who
from scrapers.outlet import Outlet
from settings.lexicon import Lexicon
from settings.lexicon_entries import Official, Role

NEWEST_ARTICLES = 200
"""So many of the newest articles that name an official are looked at."""
APPEARANCES_A_PAGE, QUOTES_A_PAGE = 6, 4
ALIASES_SHOWN = 8


@answers(Who)
async def who(context: AnswerContext, requester: Requester, ask: Who) -> Shown:
    """Shows an official, or the list of all; an unknown name is one line with the nearest."""
    if not ask.name.text:
        lines = tuple(official_line(official) for official in context.lexicon.officials)
        return requester.shown(OfficialsCard(lines), share=True)
    official = official_named(context.lexicon, ask.name.text)
    if official is None:
        return _unknown(context, requester, ask)
    async with context.store.read() as c:
        named = await _newest(c, requester.asker.team, official.name)
        of_text = await topic_mentions.sentences_naming(
            c, "official", official.name, [row.id for row in named if may_quote(row.outlet, context.outlets)]
        )
    appearances = appearances_of(named, context.outlets)
    quotes = quotes_of(named, of_text, context.outlets)
    pages = max(1, -(-len(appearances) // APPEARANCES_A_PAGE), -(-len(quotes) // QUOTES_A_PAGE))
    page = min(ask.page, pages)
    card = PersonCard(
        zone=requester.zone,
        name={"ko": official.ko, "en": official.name},
        offices=tuple(map(_office, reversed(official.roles))),
        aliases=aliases_of(official),
        other_scripts=sum(not _is_readable(text) for text in _others(official)),
        quotes=quotes[(page - 1) * QUOTES_A_PAGE : page * QUOTES_A_PAGE],
        appearances=appearances[(page - 1) * APPEARANCES_A_PAGE : page * APPEARANCES_A_PAGE],
        line=f"who {_word(official)}",
        page=page,
        pages=pages,
    )
    return requester.shown(card, share=True)


def official_named(lexicon: Lexicon, text: str) -> Official | None:
    """Returns the official of a name or handle, also with a title or a particle behind it (크라치오스 실장은)."""
    names = names_of(lexicon)
    words = text.rstrip("?？ ").removeprefix("is ").split()
    for end in range(len(words), 0, -1):
        typed = " ".join(words[:end])
        name = names.value("who", typed) or names.value("who", without_particle(typed) or "")
        if name is not None:
            return next((official for official in lexicon.officials if official.name == name), None)
    return None


def nearest_name(lexicon: Lexicon, text: str) -> str | None:
    """Returns the name or handle most like an unknown one, in the same script; None if none is like it."""
    known: list[str] = []
    for official in lexicon.officials:
        korean = (official.ko, official.ko.split()[-1])
        known += korean if is_hangul(text[:1]) else (*official.handles, fold(official.name))
    return nearest_by_letters(text, known)


def _unknown(context: AnswerContext, requester: Requester, ask: Who) -> Shown:
    near = nearest_name(context.lexicon, ask.name.text)
    nearest = f"{requester.request.line.split()[0]} {near}" if near else None
    note = Note("person_unknown", {"name": ask.name.text[:80], "line": "who"})
    return requester.shown(ErrorCard(requester.request.line, ask.name.offset, len(ask.name.text), note, nearest))


async def _newest(c: Connection, team: str, name: str) -> list[StoredArticle]:
    """Returns the newest articles that name an official, with their stories as the workspace sees them."""
    ids = await topic_mentions.newest_articles(c, "official", name, NEWEST_ARTICLES)
    rows = await articles_as_seen(c, team, await articles.some(c, ids))
    own = [row for row in rows if row.suspect != DUPLICATE]
    return sorted(own, key=lambda row: (published_or_seen_at(row), row.id), reverse=True)


def appearances_of(named: Sequence[StoredArticle], outlets: Mapping[str, Outlet]) -> tuple[ReportLine, ...]:
    """Returns the stories that name somebody, each by its newest article; an article without a story stands alone."""
    of_story: dict[tuple[str, int], list[StoredArticle]] = {}
    for row in named:
        key = ("article", row.id) if row.story is None else ("story", row.story)
        of_story.setdefault(key, []).append(row)
    return tuple(report_line(rows[0], outlets, len(rows)) for rows in of_story.values())


def quotes_of(
    named: Sequence[StoredArticle], of_text: Mapping[int, Sequence[Mention]], outlets: Mapping[str, Outlet]
) -> tuple[QuoteLine, ...]:
    """Returns what somebody said, the newest first; words that several articles have stand once, by the first to tell.

    Only outlets whose present terms allow it are quoted.
    """
    told: dict[str, QuoteLine] = {}
    for row in reversed(named):
        if not may_quote(row.outlet, outlets):
            continue
        for mention in of_text.get(row.id, ()):
            quote = quote_of(mention.context, mention.quote)
            if quote is None:
                continue
            marked = [mention._replace(quote=words) for words in quote.words] or [mention]
            key = fold(" ".join(quote.words) or mention.context)
            told.setdefault(key, QuoteLine(lead_with_matches(mention.context, marked), report_line(row, outlets)))
    return tuple(reversed(told.values()))


def report_line(row: StoredArticle, outlets: Mapping[str, Outlet], count: int = 1) -> ReportLine:
    """Returns an article as a line."""
    return ReportLine(
        headline=row.headline,
        url=row.url,
        outlet=outlet_name(outlets, row.outlet),
        language=row.language,
        published_at=row.published_at,
        date_only=is_date_only(row, outlets),
        seen_at=row.first_seen_at,
        story=story_id(row.story) if row.story is not None else None,
        articles=count,
    )


def aliases_of(official: Official) -> tuple[str, ...]:
    """Returns the Korean and English spellings that are recognized besides the name itself, handles first."""
    return tuple(text for text in _others(official) if _is_readable(text))[:ALIASES_SHOWN]


def _others(official: Official) -> tuple[str, ...]:
    names = {fold(official.name), fold(official.ko)}
    return tuple(dict.fromkeys(text for text in _spellings(official) if fold(text) not in names))


def _is_readable(text: str) -> bool:
    """Whether a spelling is in one of the two scripts that readers know."""
    return text.isascii() or is_hangul(text[:1])


def _spellings(official: Official) -> Iterable[str]:
    yield from (f"@{handle}" for handle in official.handles)
    for group in official.forms:
        if not group.beside_pact and group.meant:
            yield from map(shown, group.texts)


def official_line(official: Official) -> OfficialLine:
    """Returns an official as a line of the list."""
    office = _office(official.roles[-1]) if official.roles else None
    return OfficialLine({"ko": official.ko, "en": official.name}, office, _word(official))


def _office(role: Role) -> OfficeLine:
    return OfficeLine({"ko": role.ko, "en": role.en}, role.since, role.until)


def _word(official: Official) -> str:
    return official.handles[0] if official.handles else official.name
