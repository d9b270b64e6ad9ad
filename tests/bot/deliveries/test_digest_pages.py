"""Every story of a digest or a roll-up stands on one of its pages, in blocks and in plain text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.deliveries.digest_pages import UNCONFIRMED, Section, Sizes, gathered, group_by_subscription, split_into_pages
from bot.store.matches import Match
from handlers.blocks.blockkit import safe_url
from handlers.blocks.digest_card import heading_chars, line_chars
from handlers.blocks.message import render
from handlers.cards.digest import DigestCard, DigestLine, DigestSection, Proof
from handlers.cards.shown import Shown
from handlers.requests import SlackEvent
from tests.support.bot_harness import BotHarness
from tests.support.unlike_stories import headline_of, text_of

AT = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
HANGUL = "https://news.example/" + "%ED%95%9C%EB%AF%B8" * 50
"""An address in Hangul as a message holds it: nine hundred characters."""
HEADLINES = st.one_of(
    st.text("한미 기술번영업무협약양자컴퓨터", min_size=1, max_size=500),
    st.text('&<>"\\| ·가a', min_size=1, max_size=300),
    st.just("속보 " * 60),
)
ADDRESSES = st.one_of(
    st.just("https://news.example/1"),
    st.just(HANGUL),
    st.just("https://news.example/" + "한" * 160),
    st.integers(20, 1_600).map(lambda length: "https://news.example/".ljust(length, "a")),
    st.just("javascript:alert(1)"),
)
LINES = st.builds(
    DigestLine,
    story=st.just(""),
    headline=HEADLINES,
    headline_language=st.sampled_from(["ko", "en"]),
    url=ADDRESSES,
    outlet=st.sampled_from(["아시아경제", "The Korea Herald", "X" * 200, '"' * 90]),
    published_at=st.sampled_from([AT, None, AT - timedelta(days=500)]),
    articles=st.integers(1, 5_000),
    topics=st.lists(st.sampled_from(["pact", "quantum", "ai", "Michael Kratsios"]), max_size=8).map(tuple),
)
HEAVY = DigestLine("", "&" * 300, "ko", HANGUL, '"' * 90, AT, 5_000, ("pact", "quantum", "ai"))
QUERIES = st.one_of(st.just("quantum"), st.text('양자 OR "연구 보안"&<', max_size=300))
PROOF = Proof(38, 39, 1_204, AT, (("Asia Economy", AT), ("X" * 300, AT), ("&" * 300, AT)))


def cards_of(
    sections_of: Sequence[tuple[str, Sequence[DigestLine]]],
) -> tuple[list[DigestCard], Mapping[int, DigestLine]]:
    """The pages of a digest with a section for each query, and all of its lines."""
    sections, lines = [], dict[int, DigestLine]()
    for subscription, (_, section_lines) in enumerate(sections_of, start=1):
        numbers = range(1_000 + len(lines), 1_000 + len(lines) + len(section_lines))
        lines.update(
            {number: replace(line, story=f"ST{number}") for number, line in zip(numbers, section_lines, strict=True)}
        )
        sections.append(Section(subscription, tuple(numbers)))
    queries = {number: query for number, (query, _) in enumerate(sections_of, start=1)}
    sizes = Sizes(
        {number: line_chars(line.headline, line.url) for number, line in lines.items()},
        {number: heading_chars(query) for number, query in queries.items()},
    )
    pages = split_into_pages(sections, sizes)
    shown = [card_of(page, lines, queries, number, len(pages)) for number, page in enumerate(pages, start=1)]
    return shown, lines


def card_of(
    page: Sequence[Section], lines: Mapping[int, DigestLine], queries: Mapping[int, str], number: int, pages: int
) -> DigestCard:
    parts = tuple(
        DigestSection(f"S{part.subscription}", queries[part.subscription], tuple(lines[n] for n in part.stories))
        for part in page
    )
    counts = tuple((sector, 20) for sector in ("ai", "quantum", "space", "telecom", "bio", "nuclear"))
    return DigestCard(
        date(2026, 3, 2), "Asia/Seoul", AT, parts, counts, len(lines), number, pages, PROOF, late=True, alerted=7
    )


def assert_complete(card: DigestCard, language: str) -> None:
    """All of the card's stories stand in both forms, inside the limits."""
    expected = [line.story for part in card.sections for line in part.lines]
    message = render(Shown(card, language, repeat=True))
    raw = json.dumps(message.blocks, ensure_ascii=False)
    assert (len(message.blocks) <= 45, len(raw) <= 12_000, len(message.plain) <= 3_900) == (True, True, True)
    assert re.findall(r"· (ST\d+)\"", raw) == expected
    assert re.findall(r"· (ST\d+)$", message.plain, re.MULTILINE) == expected
    assert "pact:digest:more" not in raw
    assert "pact:repeat" in raw


SECTIONS = st.lists(st.tuples(QUERIES, st.lists(LINES, min_size=1, max_size=14)), min_size=1, max_size=14)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(SECTIONS, st.sampled_from(["ko", "en"]), st.one_of(LINES, st.just(HEAVY)))
def test_every_story_stands_in_both_forms_even_when_lines_have_grown(sections: Any, language: str, other: Any) -> None:
    cards, lines = cards_of(sections)
    assert [line.story for card in cards for part in card.sections for line in part.lines] == [
        line.story for line in lines.values()
    ]
    for card in cards:
        assert_complete(card, language)
        grown = [
            replace(part, lines=tuple(replace(other, story=line.story) for line in part.lines))
            for part in card.sections
        ]
        assert_complete(replace(card, sections=tuple(grown)), language)


@pytest.mark.parametrize("url", ["https://news.example/1", HANGUL])
def test_an_address_that_can_be_linked_is_linked(url: str) -> None:
    line = DigestLine("", "한미, AI·양자·6G 협약 서명", "ko", url, "아시아경제", AT, 3, ("pact", "ai"))
    cards, lines = cards_of([("양자", [line] * 30), ("우주", [line] * 4)])
    raw = "".join(json.dumps(render(Shown(card, "en")).blocks) for card in cards)
    assert raw.count(f'"url": "{safe_url(url)}"') == len(lines) == 34
    assert len(cards) <= (4 if len(url) < 100 else 8)


def match(subscription: int, story: int) -> Match:
    number = subscription * 1000 + story
    return Match("T1", subscription, 1, story, 1, "daily", BEGAN, id=number, told_by=None, told_at=None)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 60)), max_size=200))
def test_every_story_stands_once_under_the_first_subscription_that_matched_it(pairs: list[tuple[int, int]]) -> None:
    sections = group_by_subscription([match(*pair) for pair in pairs], [1, 2, 3, 4])
    shown = [story for section in sections for story in section.stories]
    assert sorted(shown) == sorted({story for _, story in pairs})
    for section in sections:
        for story in section.stories:
            assert section.subscription == min(number for number, other in pairs if other == story)


def test_major_stories_stand_first_then_those_of_many_outlets_and_merged_ones_stay_together() -> None:
    section = Section(1, (1, 2, 3, 4, 5, 6))
    weights = {1: (0, 1), 2: (0, 3), 3: (0, 3), 4: (1, 1), 5: (0, 1), 6: (0, 1)}
    sizes = Sizes({}, {}, frozenset({3}), weights)
    assert split_into_pages([section], sizes) == [(Section(1, (4, 2, 3, 1, 5, 6)),)]


@given(st.lists(st.integers(1, 40), max_size=12), st.integers(100, 3_000), st.integers(0, 600))
def test_pages_hold_every_story_once_in_order(sizes: list[int], line: int, heading: int) -> None:
    sections = [Section(number, tuple(range(100 * number, 100 * number + size))) for number, size in enumerate(sizes)]
    numbers = [story for part in sections for story in part.stories]
    measured = Sizes(dict.fromkeys(numbers, line), {part.subscription: heading for part in sections})
    pages = split_into_pages(sections, measured)
    flat = [(part.subscription, story) for page in pages for part in page for story in part.stories]
    assert flat == [(part.subscription, story) for part in sections for story in part.stories]
    assert sum(len(part.stories) for part in pages[0]) <= 8
    assert all(0 < sum(len(part.stories) for part in page) <= 12 for page in pages[1:])
    assert all(sum(heading + line * len(part.stories) for part in page) <= 8_000 for page in pages)


def test_merged_stories_stand_together_and_are_one_line() -> None:
    sections, joined = gathered(
        [Section(1, (1, 2, 3)), Section(2, (4, 5)), Section(3, (6,))], lambda story: 2 if story in (5, 6) else story
    )
    assert sections == (Section(1, (1, 2, 5, 6, 3)), Section(2, (4,)))
    assert joined == {5, 6}


def test_a_merged_story_takes_no_line_of_a_page() -> None:
    stories = tuple(range(10))
    pages = split_into_pages([Section(1, stories)], Sizes(dict.fromkeys(stories, 10), {}, frozenset({7, 8})))
    assert [page[0].stories for page in pages] == [tuple(range(10))]
    pages = split_into_pages([Section(1, stories)], Sizes(dict.fromkeys(stories, 10), {}, frozenset({8})))
    assert [page[0].stories for page in pages] == [tuple(range(9)), (9,)]


def test_the_first_page_has_eight_lines_and_the_others_twelve() -> None:
    stories = tuple(range(33))
    pages = split_into_pages([Section(1, stories)], Sizes(dict.fromkeys(stories, 10), {1: 10}))
    assert [len(page[0].stories) for page in pages] == [8, 12, 12, 1]


@pytest.mark.parametrize(
    ("lines", "headings", "pages"),
    [
        ([[4_000, 3_900]], [100], [[2]]),
        ([[4_000, 3_901]], [100], [[1], [1]]),
        ([[3_900], [3_900]], [100, 100], [[1, 1]]),
        ([[3_900], [3_901]], [100, 100], [[1], [1]]),
        ([[9_000, 10]], [100], [[1], [1]]),
        ([[10, 9_000, 10]], [100], [[1], [1], [1]]),
        ([[7_950], [3_900, 3_900, 200, 1]], [100, 200], [[1], [2], [2]]),
        ([[2_000, 5_950], [3_950, 3_950]], [50, 100], [[2], [2]]),
        ([[2_000, 5_951], [1_899]], [50, 100], [[1], [1, 1]]),
        ([[2_000, 5_951], [1_900]], [50, 100], [[1], [1], [1]]),
        ([[], [5]], [50, 100], [[1]]),
        ([[]], [50], [[]]),
    ],
)
def test_a_page_holds_eight_thousand_characters_and_each_section_its_heading(
    lines: list[list[int]], headings: list[int], pages: list[list[int]]
) -> None:
    sections = [Section(n, tuple(100 * n + k for k in range(len(sizes)))) for n, sizes in enumerate(lines)]
    measured = Sizes(
        {100 * n + k: size for n, sizes in enumerate(lines) for k, size in enumerate(sizes)}, dict(enumerate(headings))
    )
    assert [[len(part.stories) for part in page] for page in split_into_pages(sections, measured)] == pages


def test_the_number_of_the_section_of_unconfirmed_messages_stays_because_rows_hold_it() -> None:
    assert UNCONFIRMED == -1


def test_what_was_not_measured_takes_no_room() -> None:
    pages = split_into_pages([Section(1, (2, 1, 3))], Sizes({1: 8_000, 3: 1}, {}))
    assert pages == [(Section(1, (2, 1)),), (Section(1, (3,)),)]


# ── with rows ──────────────────────────────────────────────────────────────────────────────────────────────


async def story(harness: BotHarness, number: int) -> str:
    """Publishes an article with a long URL that is a story of its own; returns the story's id."""
    url = f"{HANGUL}{number}"
    item = harness.headline("herald", headline_of(number), url=url, canonical_url=url, identities=(f"url:{url}",))
    await harness.announce("herald", item)
    await harness.take(item, text_of(number))
    return f"ST{(await harness.row(item)).story}"


async def digest(harness: BotHarness) -> set[str]:
    """Enqueues a daily digest of many stories; returns their ids."""
    await harness.subscribe("quantum", "daily", at="10:00")
    stories = {await story(harness, number) for number in range(14)}
    harness.pass_time(hours=1)
    assert await harness.digests.enqueue_due() > 2
    return stories


async def night(harness: BotHarness) -> set[str]:
    """Enqueues the roll-up of quiet hours; returns its stories' ids."""
    await harness.subscribe("quantum")
    await harness.ask("quiet 09:00-10:00")
    stories = {await story(harness, number) for number in range(14)}
    harness.pass_time(hours=1)
    assert await harness.digests.enqueue_due() > 2
    return stories


async def burst(harness: BotHarness) -> set[str]:
    """Enqueues the roll-up of a burst; returns its stories' ids."""
    await harness.subscribe("quantum")
    stories = {await story(harness, number) for number in range(19)}
    await harness.deliver(8)
    harness.pass_time(minutes=11)
    assert await harness.digests.enqueue_due() > 2
    return stories - {card.story for card in harness.cards()}


async def back(harness: BotHarness) -> set[str]:
    """Enqueues the roll-up of a channel that is back; returns its stories' ids."""
    await harness.subscribe("quantum")
    await harness.membership.note(SlackEvent("E1", "T1", "left", "C1", "U1"))
    stories = {await story(harness, number) for number in range(14)}
    harness.pass_time(days=2)
    await harness.membership.note(SlackEvent("E2", "T1", "joined", "C1", "U1"))
    return stories


@pytest.mark.parametrize("come", [digest, night, burst, back])
async def test_stories_with_long_addresses_are_all_told_and_linked(harness: BotHarness, come: Any) -> None:
    expected = await come(harness)
    assert len(expected) > 12
    await harness.deliver(12)
    shown = harness.digests_in()
    firsts = [card for card in shown if card.page == 1]
    assert [card.counts for card in firsts] == [(("quantum", card.stories),) for card in firsts], "of all pages"
    assert sum(card.stories for card in firsts) == len(expected)
    assert {card.counts for card in shown if card.page > 1} == {()}
    heads = {digest: [""], night: ["quiet"], burst: ["burst"], back: ["back", "burst"]}
    assert sorted(card.rolled for card in firsts) == heads[come]
    assert not any(card.late for card in shown)
    messages = [render(Shown(card, "en")) for card in harness.digests_in()]
    raw = json.dumps([message.blocks for message in messages], ensure_ascii=False)
    assert len(set(re.findall(r'"url": "(https://news[^"]+)"', raw))) == len(expected)
    assert set(re.findall(r"· (ST\d+)\"", raw)) == expected
    plain = "\n".join(message.plain for message in messages)
    assert set(re.findall(r"· (ST\d+)$", plain, re.MULTILINE)) == expected
