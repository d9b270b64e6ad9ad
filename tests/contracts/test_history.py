"""The stored history is searched alike on both databases, and what people and topics know is read from its rows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.model import DUPLICATE, Mention, MentionKind, Topics
from bot.store import (
    articles,
    commitments,
    history,
    mentions,
    pact_stories,
    sentences,
    stories,
    story_coverage,
    topic_mentions,
)
from bot.store.articles import NewArticle
from bot.store.commitments import CommitmentState
from bot.store.engine import Store
from bot.store.history import (
    ALWAYS,
    AboutPact,
    AllOf,
    AnyOf,
    AtLeastSevere,
    Condition,
    FromOutlets,
    HasLetters,
    InLanguage,
    Names,
    OfKind,
    pieces_of,
)

HEADLINES = ("Quantum plans", "연구 개발 예산", "Crème de la CRÈME", "100% of AI_X", "Old quantum news", "A duplicate")
KRATSIOS = "Michael Kratsios"


def mention(kind: MentionKind, topic: str, term: str, *, passing: bool = False, context: str = "") -> Mention:
    return Mention(kind, topic, term, "text", 0, len(term), term, context, passing)


def quantum(term: str) -> Mention:
    return mention("sector", "quantum", term)


def article(number: int, headline: str, now: datetime) -> NewArticle:
    url, at = f"https://a.example/{number}", now - timedelta(days=400 if number == 5 else 7 - number)
    outlet, language = ("ilbo", "ko") if number == 2 else ("herald", "en-US")
    topics = Topics(pact=number in (1, 5), severity=int(number == 1), officials=(KRATSIOS,))
    return NewArticle(
        outlet, url, url, headline, language, "official" if number == 1 else "media", None, at, (url,), state="read",
        suspect=DUPLICATE if number == 6 else None, topics=topics,
    )  # fmt: skip


@pytest.fixture
async def filled(store: Store, now: datetime) -> Store:
    """Six articles: 1 and 2 name an official, 3 in passing; 5 is old and 6 a duplicate."""
    async with store.begin() as c:
        new = [article(number, headline, now) for number, headline in enumerate(HEADLINES, 1)]
        ids = await articles.add_many(c, sorted(new, key=lambda each: each.first_seen_at))
        at = dict(zip((5, 1, 2, 3, 4, 6), ids, strict=True))
        found = {
            1: [mention("official", KRATSIOS, "kratsios", context="Kratsios said so."), quantum("qubit")],
            2: [mention("official", KRATSIOS, "크라치오스"), quantum("양자컴퓨터")],
            3: [mention("official", KRATSIOS, "kratsios", passing=True)],
            5: [quantum("quantum")],
            6: [quantum("quantum")],
        }
        await mentions.add_new(c, {at[number]: (named, ()) for number, named in found.items()}, "1")
        await sentences.replace(c, at[3], ["The zeppelin of Kratsios"], now)
    return store


def number_of(headline: str) -> int:
    return HEADLINES.index(headline) + 1


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (ALWAYS, [4, 3, 2, 1]),
        (Names("official", (KRATSIOS,)), [2, 1]),
        (Names("official", (KRATSIOS,), passing_too=True), [3, 2, 1]),
        (Names("sector", ("quantum",)), [2, 1]),
        (Names("sector", ("quantum",), spelling="양자 컴퓨터"), [2]),
        (Names("sector", ("quantum",), spelling="qubit"), [1]),
        (AboutPact(), [1]),
        (HasLetters(pieces_of("연구개발")), [2]),
        (HasLetters(pieces_of("QUANTUM")), [1]),
        (HasLetters(pieces_of("crème")), [3]),
        (HasLetters(pieces_of("100%")), [4]),
        (HasLetters(pieces_of("%")), [4, 3, 2, 1]),
        (HasLetters(pieces_of("zeppelin")), [3]),
        (FromOutlets(("ilbo",)), [2]),
        (InLanguage("en"), [4, 3, 1]),
        (OfKind("official"), [1]),
        (AtLeastSevere(1), [1]),
        (AllOf((Names("sector", ("quantum",)), InLanguage("ko"))), [2]),
        (AnyOf((AboutPact(), HasLetters(("zeppelin",)))), [3, 1]),
        (AnyOf(()), []),
    ],
)
async def test_a_condition_finds_its_articles_newest_first(
    filled: Store, now: datetime, condition: Condition, found: list[int]
) -> None:
    async with filled.read() as c:
        candidates = await history.candidates(c, condition, now - timedelta(days=30), 10)
        rows = {row.id: row for row in await articles.some(c, candidates.ids)}
    assert [number_of(rows[number].headline) for number in candidates.ids] == found
    assert candidates.is_whole


async def test_an_official_is_named_by_the_newest_articles_and_quoted_from_stored_sentences(filled: Store) -> None:
    async with filled.read() as c:
        ids = await topic_mentions.newest_articles(c, "official", KRATSIOS, 10)
        assert await topic_mentions.newest_articles(c, "official", KRATSIOS, 1) == ids[:1]
        of_text = await topic_mentions.sentences_naming(c, "official", KRATSIOS, ids)
    assert len(ids) == 2
    assert ids == sorted(ids, reverse=True)
    assert [[each.context for each in named] for named in of_text.values()] == [["Kratsios said so."]]


async def test_stories_of_the_pact_stand_newest_first_without_merged_ones(store: Store, now: datetime) -> None:
    plain = {"url": "https://a.example/1", "outlet": "a", "language": "en"}
    async with store.begin() as c:
        for days, pact in ((9, True), (3, True), (2, False), (1, True)):
            at = now - timedelta(days=days)
            topics = Topics(pact=pact, sectors=("ai",))
            await stories.add(c, headline=f"{days}", first_seen_at=at, last_article_at=at, topics=topics, **plain)
        await stories.update(c, 4, merged_into=2)
        rows = await pact_stories.since(c, now - timedelta(days=8))
        assert [(row.id, row.sectors, row.severity) for row in rows] == [(2, ("ai",), 0)]
        assert [row.id for row in await pact_stories.since(c, now - timedelta(days=9))] == [2, 1]


async def test_a_workspace_has_its_own_state_of_a_clause(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        for team, state in (("T1", "planned"), ("T1", "done"), ("T2", "stalled")):
            await commitments.put(c, CommitmentState(team, "space", state, "U1", now))
        assert await commitments.of_team(c, "T1") == {"space": CommitmentState("T1", "space", "done", "U1", now)}
        await commitments.clear(c, "T1", "space")
        assert await commitments.of_team(c, "T1") == {}
        assert (await commitments.of_team(c, "T2"))["space"].state == "stalled"


async def test_stories_that_began_are_counted_by_outlet_and_language(store: Store, now: datetime) -> None:
    plain = {"url": "https://a.example/1", "outlet": "a", "language": "en", "headline": "Quantum"}
    async with store.begin() as c:
        for days in (9, 3, 2):
            at = now - timedelta(days=days)
            topics = Topics(pact=days == 3, severity=int(days == 3))
            await stories.add(c, first_seen_at=at, last_article_at=at, topics=topics, **plain)
        told = (
            (1, "a", "ko", 9), (1, "b", "en", 1), (2, "a", "ko", 3), (2, "a", "ko", 2), (2, "b", "en", 2),
            (3, "a", "ja", 2),
        )  # fmt: skip
        new = []
        for number, (story, outlet, language, days) in enumerate(told):
            url, at = f"https://a.example/{number}", now - timedelta(days=days)
            named = (outlet, url, url, "Quantum", language)
            new.append(NewArticle(*named, "media", None, at, (url,), state="read", story=story))
        await articles.add_many(c, new)
        rows = await story_coverage.begun_since(c, now - timedelta(days=4))
    assert [row[:6] for row in rows] == [(3, 1, 0, 0, 0, False), (2, 2, 2, 1, 1, True)]
