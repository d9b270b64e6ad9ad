"""``search`` finds in the store what the query matches, newest first, and says how much it has looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.answers.search import search as search_module
from bot.answers.search.search import STORIES_A_PAGE, marked_headline, search_line
from bot.answers.search.stored_history import matching, stored_since
from bot.matching.query.parse_query import parse
from bot.model import Mention
from bot.store import history, story_links
from bot.store.history import ALWAYS, AllOf, HasLetters, Names
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard, SenseCard
from handlers.cards.shown import Shown
from tests.support.bot_harness import TEAM, BotHarness, outlet_named
from tests.support.example_cards import elements
from tests.support.merging import EVENTS
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT, SIGNED, SIGNED_TEXT
from tests.support.sample_rows import stored_article

TEXTS = (
    "마이클 크라치오스 백악관 과학기술정책실장은 “6G 표준을 함께 만든다”며 연구 개발 예산도 늘린다고 말했다.",
    "The zeppelin of Busan carries a quantum sensor of a proud e-commerce owner.",
    "The British government says the U.S.-UK Technology Prosperity Deal covers artificial intelligence.",
)


async def publish_all(harness: BotHarness) -> None:
    """A Korean report with a quote, a sector, the pact, a sister pact, an opinion, and nothing that is followed."""
    for key, title, text in (
        ("ilbo", "크라치오스, 6G 협력 강조", TEXTS[0]),
        ("herald", QUANTUM, QUANTUM_TEXT),
        ("times", SIGNED, SIGNED_TEXT),
        ("times", "UK hails Technology Prosperity Deal", TEXTS[2]),
        ("herald", "Zeppelin over Busan harbour", TEXTS[1]),
        ("shy", "A museum in Daegu opens", "The museum opened. Quantum computing is shown there."),
        ("ilbo", "[사설] 양자컴퓨터 투자 늘려야", "양자컴퓨터 투자를 늘려야 한다."),
        ("herald", "Bakery wins prize in Jeju", "A bakery won a prize."),
    ):
        await harness.publish(key, title, text)
        harness.pass_time(days=3)


def words(card: Any, language: str) -> str:
    return render(Shown(card, language)).plain


QUERIES = (
    "quantum", "양자컴퓨터", "@kratsios 6G", "크라치오스", "6G", "pact", "topic:uk", "topic:officials", "zeppelin",
    "ZEPPELIN", "bakery", '"zeppelin over"', "연구개발", '"연구 개발"', "e-commerce", "quantum zeppelin", "AI",
    "zeppelin OR bakery", "quantum -zeppelin", "-quantum", "lang:ko", "lang:en quantum", "kind:opinion",
    "kind:media bakery", "severity:1", "outlet:herald", "outlet:times.example", "(zeppelin OR 6G) -lang:ko",
    "museum quantum", "ai OR bakery", "nothing", "표준", "prosperity", "proud",
)  # fmt: skip


async def test_what_is_found_is_what_the_query_matches(harness: BotHarness) -> None:
    await harness.subscribe("pact")
    await publish_all(harness)
    async with harness.store.read() as c:
        stored = await stored_since(c, harness.now() - timedelta(days=90), harness.outlets)
    for query in QUERIES:
        expected = {row.url for row in matching(parse(query, harness.lexicon), stored, harness.lexicon)}
        card = await harness.ask(f"search {query}")
        assert {line.report.url for line in card.lines} == expected, query
        assert (card.stories, card.is_whole, card.since_at) == (len(expected), True, None), query
        assert bool(expected) == (query != "nothing"), query


async def test_matches_are_marked_in_headline_sentence_or_words(harness: BotHarness) -> None:
    await publish_all(harness)
    card = await harness.ask("search 양자컴퓨터 OR quantum 90d")
    lines = {line.report.outlet: line for line in reversed(card.lines)}
    marked = [[line.headline.text[span.start : span.end] for span in line.headline.bold] for line in card.lines]
    assert marked[0] == ["양자컴퓨터"]
    assert lines["Shy"].words == ("Quantum",), "its terms allow no sentence"
    sensor = next(line for line in card.lines if "Zeppelin" in line.headline.text)
    assert sensor.sentence is not None
    assert "quantum sensor" in sensor.sentence.text
    links = [link for link in elements(render(Shown(card, "en")).blocks, "link") if link.get("style")]
    assert "양자컴퓨터" in [link["text"] for link in links]
    assert "in the text: “Quantum”" in words(card, "en")
    assert "본문: “Quantum”" in words(card, "ko")


def test_a_match_is_marked_where_an_edited_headline_has_it_now() -> None:
    mention = Mention("sector", "quantum", "quantum", "headline", 0, 7, "quantum", "quantum plans")
    for headline, place in (("quantum plans", (0, 7)), ("Seoul: quantum plans", (7, 14)), ("Seoul plans", None)):
        bold = marked_headline(stored_article(headline=headline), [mention]).bold
        assert [(span.start, span.end) for span in bold] == ([place] if place else [])


def test_a_story_stands_by_an_article_in_the_readers_language() -> None:
    outlets = {"herald": outlet_named("herald")}
    in_text = Mention("sector", "quantum", "quantum", "text", 0, 7, "quantum", "quantum plans")
    in_headline = in_text._replace(field="headline")
    of_story = [
        (stored_article(4, language="ko", headline="양자컴퓨터"), (in_text,)),
        (stored_article(3, language="en", headline="Plans"), (in_text,)),
        (stored_article(2, language="en", headline="quantum"), (in_headline,)),
        (stored_article(1, language="ko", headline="quantum 계획"), (in_headline,)),
    ]
    urls = {language: search_line(of_story, outlets, language).report.url for language in ("ko", "en", "ja")}
    assert urls == {key: f"https://herald.example/{number}" for key, number in (("ko", 1), ("en", 2), ("ja", 2))}
    assert search_line(of_story[:2], outlets, "en").report.url == "https://herald.example/3"
    assert search_line(of_story[:2], outlets, "en").report.articles == 2
    shown = search_line([(of_story[2][0], (in_headline, in_text))], outlets, "en")
    assert (shown.headline.bold != (), shown.sentence, shown.words) == (True, None, ())


async def test_stories_stand_newest_first_on_pages_as_the_workspace_sees_them(harness: BotHarness) -> None:
    for number in range(STORIES_A_PAGE + 1):
        title = f"Maker {number}{number} sells quantum sensor to harbour {number}"
        await harness.publish("herald", title, f"A quantum sensor was sold to harbour {number}.")
        harness.pass_time(days=4)
    first, second = await harness.ask("search quantum"), await harness.ask("search quantum page 7")
    assert (first.stories, first.pages, len(first.lines), second.page, len(second.lines)) == (9, 2, 8, 2, 1)
    assert [line.report.story for line in first.lines][:2] == ["ST9", "ST8"]
    (turn,) = elements(render(Shown(first, "ko")).blocks, "button")
    assert turn["value"] == "검색 quantum 쪽 2"
    assert (await harness.ask(turn["value"])).page == 2
    async with harness.store.begin() as c:
        await story_links.add(c, team=TEAM, story=1, other=9, person="U1", now=harness.now())
    card = await harness.ask("search quantum")
    assert (card.stories, card.lines[0].report.story, card.lines[0].report.articles) == (8, "ST1", 2)


async def test_only_the_days_that_were_asked_for_are_searched(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    harness.pass_time(days=100)
    none = await harness.ask("search quantum")
    assert none.stories == 0
    assert "No story of the last 90 days matches." in words(none, "en")
    assert (await harness.ask("search quantum 101d")).stories == 1
    assert (await harness.ask("검색 양자컴퓨터 15주")).line == "search 양자컴퓨터 105d"


async def test_a_word_that_nobody_knows_is_asked_about_only_where_it_finds_nothing(harness: BotHarness) -> None:
    card = await harness.ask("search quantom 6G 30d")
    assert card.offers[0] == ("quantum", "search quantum AND 6G 30d")
    assert "No article has “quantom”. Did you mean:" in words(card, "en")
    await harness.publish("herald", "Quantom Inc. sells 6G masts", "Quantom Inc. sells masts for 6G.")
    assert (await harness.ask("search quantom 6G 30d")).offers == ()


async def test_any_of_the_words_are_offered_where_all_together_find_few(harness: BotHarness) -> None:
    for event, (title, text) in enumerate(EVENTS):
        await harness.publish("herald", title, text)
        card = await harness.ask("검색 quantum 6G 30일")
        assert card.stories == 0
        assert card.offers == (("any_of_these", "검색 quantum OR 6G 30일"),)
        assert card.notes[0].args == {"few": "0", "many": str(event + 1)}
        harness.pass_time(days=4)
    assert (await harness.ask("검색 quantum OR 6G 30d")).stories == len(EVENTS)
    assert (await harness.ask("search quantum seoul")).offers == (), "three are no more than five times one"
    assert "any" in words(card, "en")


async def test_an_ambiguous_word_is_asked_about_and_the_rest_of_the_line_stays(harness: BotHarness) -> None:
    card = await harness.ask("검색 양자 -영국 30일")
    assert isinstance(card, SenseCard)
    assert card.choices[0][1] == "검색 sector:quantum -영국 30일"


@pytest.mark.parametrize(
    ("line", "code", "nearest"),
    [
        ("search", "search_needs", "search quantum"),
        ("검색 90d", "search_needs", "검색 양자컴퓨터"),
        ("search quantum 0d", "search_span_wrong", "search quantum 1d"),
        ("search quantum 9999d", "search_span_wrong", "search quantum 3650d"),
        ("search (quantum", "query.unclosed_paren", None),
        ("search who:kratsois", "query.unknown_person", "search who:kratsos"),
    ],
)
async def test_a_line_that_is_not_understood_has_a_caret(
    harness: BotHarness, line: str, code: str, nearest: str | None
) -> None:
    card = await harness.ask(line)
    assert isinstance(card, ErrorCard)
    assert (card.note.code, card.nearest) == (code, nearest)


async def test_more_than_it_reads_is_said(harness: BotHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    await publish_all(harness)
    monkeypatch.setattr(search_module, "MOST_ARTICLES", 2)
    card = await harness.ask("search quantum OR 양자컴퓨터")
    assert (card.stories, card.is_whole) == (2, False)
    assert "The newest 2 stories; there may be older ones. Looked back to " in words(card, "en")
    assert "거슬러 찾았습니다" in words(card, "ko")


async def test_headlines_are_read_no_further_back_than_the_limit(
    harness: BotHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish_all(harness)
    since_at = harness.now() - timedelta(days=90)
    zeppelin, quantum = HasLetters(("zeppelin",)), Names("sector", ("quantum",))
    monkeypatch.setattr(history, "IDS_AT_ONCE", 1)
    async with harness.store.read() as c:
        for most, found, is_whole in ((8, 1, True), (4, 1, False), (3, 0, False)):
            monkeypatch.setattr(history, "MOST_WALKED", most)
            candidates = await history.candidates(c, zeppelin, since_at, 10)
            assert (len(candidates.ids), candidates.is_whole) == (found, is_whole)
        both = AllOf((quantum, zeppelin))
        for most, found, is_whole in ((2, 1, False), (1, 0, False), (4, 1, True)):
            monkeypatch.setattr(history, "MOST_WALKED", most)
            candidates = await history.candidates(c, both, since_at, 10)
            assert (len(candidates.ids), candidates.is_whole) == (found, is_whole), most
        monkeypatch.setattr(history, "MOST_WALKED", 1)
        indexed = await history.candidates(c, AllOf((quantum, ALWAYS)), since_at, 10)
        assert indexed.is_whole, "an index looks through the whole time"
        assert list(indexed.ids) == sorted(indexed.ids, reverse=True)
        assert (await history.candidates(c, quantum, harness.now(), 10)).ids == ()
        assert replace(indexed, ids=()) == history.Candidates((), True)


@pytest.mark.parametrize("line", ["search quantum 6G 30d", "preview quantum 6G 30d"])
async def test_every_word_of_the_query_is_shown_where_they_stand_in_different_sentences(
    harness: BotHarness, line: str
) -> None:
    text = "A museum opened in Busan. A quantum computer stands in its hall. The 6G network covers its roof."
    await harness.publish("herald", "Museum opens in Busan", text)
    card = await harness.ask(line)
    (found,) = card.lines if line.startswith("search") else card.hits
    marked = [lead.text[span.start : span.end] for lead in (found.sentence, *found.more) for span in lead.bold]
    assert marked == ["quantum", "6G"]
    plain = render(Shown(card, "en")).plain
    assert "6G network covers its roof" in plain.replace("\n", "")
    assert "A museum opened" not in plain


async def test_no_sentence_stands_below_a_headline_that_has_every_word(harness: BotHarness) -> None:
    await harness.publish("herald", "Quantum zeppelin over Busan", "A quantum zeppelin flew. The zeppelin landed.")
    (line,) = (await harness.ask("search quantum zeppelin 30d")).lines
    assert (line.sentence, line.more) == (None, ())


@pytest.mark.parametrize(
    ("line", "code", "offers"),
    [
        ("search uk 30d", "meant_sister", (("UK pact", "search topic:uk 30d"),)),
        ("search nuclear japan", "meant_sister", (("Japan pact", "search nuclear topic:japan"),)),
        ("검색 영국", "meant_sister", (("미영 협정", "검색 topic:uk"),)),
        ("검색 일본 30일", "meant_sister", (("미일 협정", "검색 topic:japan 30일"),)),
        ("search quantum outlet:heralt", "meant_known", (("outlet:herald", "search quantum outlet:herald"),)),
        ("search outlet:nosuch", "meant_nothing", ()),
        ("preview uk 14d", "meant_sister", (("UK pact", "preview topic:uk 14d"),)),
        ("preview outlet:heralt", "meant_known", (("outlet:herald", "preview outlet:herald"),)),
    ],
)
async def test_what_a_subscription_is_asked_about_is_asked_beside_the_answer(
    harness: BotHarness, line: str, code: str, offers: tuple[tuple[str, str], ...]
) -> None:
    await publish_all(harness)
    card = await harness.ask(line)
    assert card.notes[0].code == code
    assert tuple(offer for offer in card.offers if offer[0] not in ("subscribe_this", "any_of_these")) == offers
    for language in ("en", "ko"):
        assert words(card, language)


@pytest.mark.parametrize("line", ["search pact -uk", "search topic:uk", 'search "uk"', "search outlet:unread.example"])
async def test_a_search_that_is_clear_asks_nothing(harness: BotHarness, line: str) -> None:
    assert not {note.code for note in (await harness.ask(line)).notes if note.code.startswith("meant_")}
