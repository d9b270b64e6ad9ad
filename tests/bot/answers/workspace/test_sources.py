"""``sources`` shows each outlet as its rows say, those that fail first."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.answers.workspace.add_outlet import refusal_of_site
from bot.answers.workspace.source_lines import WATCHED, OutletRows, SourceState, source_line, source_lines
from bot.answers.workspace.sources import LINES_A_PAGE
from bot.store.hub_subscriptions import HubState, HubSubscription
from bot.store.outlet_troubles import OutletTrouble
from bot.store.page_refusals import PageRefusals
from bot.store.sources import STOPPED, SourceRow
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.shown import Shown
from handlers.cards.sources import SourcesCard
from handlers.text.words import note_text
from scrapers import errors
from scrapers.errors import ScrapeError
from scrapers.http.failures import NotResolved, problem_of
from scrapers.http.ssrf_guard import host_problem
from tests.support.bot_harness import BotHarness, outlet_named

NOW = datetime(2026, 3, 2, tzinfo=UTC)
AGO = NOW - timedelta(hours=6)
READ = SourceRow(
    "a", "https://a.example/1", last_ok_at=NOW, latency_seconds=0.4, news_a_day=3.0, baseline_at=NOW - WATCHED
)
FAILS = replace(READ, url="https://a.example/2", failing_since=AGO, error="HTTP 500", error_code="status")
STOPPED_ROW = replace(READ, url="https://a.example/3", error_code=STOPPED)
FROZEN = OutletTrouble("frozen", "a", "", "A", "", AGO, AGO)


@pytest.mark.parametrize(
    ("rows", "frozen", "state", "since_at", "why"),
    [
        ((), (), "new", None, ""),
        ((replace(READ, last_ok_at=None),), (), "new", None, ""),
        ((READ,), (), "ok", None, ""),
        ((READ, FAILS), (), "partly", AGO, "HTTP 500"),
        ((READ, STOPPED_ROW), (), "partly", None, ""),
        ((replace(FAILS, error="no answer"),), (), "failing", AGO, ""),
        ((FAILS,), (), "failing", AGO, "HTTP 500"),
        ((FAILS,), (FROZEN,), "failing", AGO, "HTTP 500"),
        ((READ,), (FROZEN,), "frozen", AGO, ""),
        ((READ,), (replace(FROZEN, outlet="b"),), "ok", None, ""),
    ],
)
def test_an_outlets_state_comes_from_its_rows(
    rows: tuple[SourceRow, ...], frozen: tuple[OutletTrouble, ...], state: SourceState, since_at: datetime, why: str
) -> None:
    line = source_line(outlet_named("a"), OutletRows({"a": rows}, frozen), NOW, "en")
    assert (line.state, line.since_at, line.why) == (state, since_at, why)


def test_paces_add_up_the_slowest_answer_counts_and_refusals_and_hubs_are_shown() -> None:
    other = replace(READ, url="https://a.example/9", latency_seconds=2.0, news_a_day=1.5, last_ok_at=AGO)
    refusals = [PageRefusals("a", "m.a.example", 3, "HTTP 403", next_page_at=NOW), PageRefusals("b", "b.example")]
    hubs = [_hub("a", "asked"), _hub("a", "active"), _hub("b", "failed")]
    line = source_line(outlet_named("a"), OutletRows({"a": [other, READ]}, (), refusals, hubs), NOW, "en")
    assert (line.last_ok_at, line.latency_seconds, line.a_day) == (NOW, 2.0, 4.5)
    assert (line.refused_by, line.hub) == (("m.a.example",), "active")


def test_a_pace_is_shown_once_its_high_beginning_is_forgotten() -> None:
    soon = replace(READ, baseline_at=NOW - WATCHED + timedelta(seconds=1))
    lines = [source_line(outlet_named("a"), OutletRows({"a": [row]}), NOW, "en") for row in (soon, READ)]
    assert [line.a_day for line in lines] == [None, 3.0]


def _hub(outlet: str, state: HubState) -> HubSubscription:
    return HubSubscription(outlet, "https://a.example/1", "https://hub.example", "", "", "", "", state)


def test_what_fails_stands_first_and_what_is_off_last_with_its_reason() -> None:
    outlets = {key: outlet_named(key) for key in ("ok", "new", "bad")}
    outlets["off"] = outlet_named("off", enabled=False, reason="its terms forbid it", reason_ko="약관이 금지합니다")
    rows = OutletRows({"ok": [READ], "bad": [FAILS]})
    lines = source_lines(outlets, rows, NOW, "ko")
    assert [line.key for line in lines] == ["bad", "new", "ok", "off"]
    assert lines[-1].why == "약관이 금지합니다"
    assert source_lines(outlets, rows, NOW, "en")[-1].why == "its terms forbid it"


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_the_list_has_pages_in_both_languages(harness: BotHarness, language: str) -> None:
    card = await harness.ask("sources")
    assert isinstance(card, SourcesCard)
    assert (len(card.lines), card.page, card.pages, card.read) == (5, 1, 1, 5)
    assert all(line.key in render(Shown(card, language)).plain for line in card.lines)
    many = replace(card, lines=card.lines * 2, page=2, pages=3, off=4)
    blocks = render(Shown(many, language)).blocks
    values = [each["value"] for block in blocks for each in block.get("elements", ()) if each["type"] == "button"]
    assert values == ["sources 1", "sources 3"]
    assert (await harness.ask("sources 9")).page == 1
    assert LINES_A_PAGE >= 10


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.FetchRefused("u", "10.0.0.8 is not a public address"), "sources_private"),
        (errors.FetchRefused("u", "has a password"), "sources_password"),
        (errors.NotAsked("u", "robots.txt forbids it"), "sources_robots"),
        (errors.Unreachable("u", "x"), "sources_unreachable"),
        (errors.Unreachable("u", problem_of(NotResolved("no.example has no address"))), "sources_no_site"),
        (errors.FetchRefused("u", f"no.invalid {host_problem('no.invalid')}"), "sources_no_site"),
        (errors.FetchRefused("u", f"db.internal {host_problem('db.internal')}"), "sources_private"),
        (errors.FetchRateLimited("u", "HTTP 429", 60), "sources_busy"),
        (errors.BadStatus("u", 500), "sources_busy"),
        (errors.BadStatus("u", 499), "sources_closed"),
        (errors.Gone("u", 404), "sources_gone"),
        (errors.Paywalled("u"), "sources_closed"),
        (errors.TooBig("u", "x"), "sources_unreadable"),
        (errors.NotUnderstood("u", "x"), "sources_nothing"),
        (ScrapeError("u", "x"), "sources_unreadable"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, ScrapeError) else value,
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_failure_to_read_a_site_has_its_whole_sentence(error: ScrapeError, code: str, language: str) -> None:
    note = refusal_of_site(error)
    assert note.code == code
    text = note_text(language, note.code, note.args)
    assert "…" not in text
    assert text != code


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (FAILS, "매체 서버 오류 (HTTP 500)"),
        (replace(FAILS, error_code="unreachable", error="no complete answer within 20 s"), "응답 없음"),
        (replace(FAILS, error_code="robots?", error="strange"), "수집 실패"),
        (replace(FAILS, error_code=STOPPED, failing_since=AGO), "목록이 완전히 사라짐"),
    ],
)
def test_a_reason_is_said_in_the_readers_language(row: SourceRow, words: str) -> None:
    lines = source_lines({"a": outlet_named("a")}, OutletRows({"a": [row]}), NOW, "ko")
    plain = render(Shown(SourcesCard(lines, 1, 1, 0, 1, 0, NOW, "UTC"), "ko")).plain
    assert words in plain
    assert "no complete" not in plain
    assert "strange" not in plain


async def test_what_is_known_or_cannot_be_added_changes_nothing(harness: BotHarness) -> None:
    for line, code in (
        ("sources add https://herald.example/rss", "sources_not_here"),
        ("sources remove herald", "sources_not_added"),
        ("sources remove nothing", "sources_not_added"),
    ):
        card = await harness.ask(line, standing="admin")
        assert isinstance(card, ErrorCard)
        assert card.note.code == code
    for line in ("sources add https://new.example", "sources remove herald"):
        refused = await harness.ask(line, standing="member")
        assert (refused.note.code, refused.ask_admins) == ("admins_only", f"request {line}")


@pytest.mark.parametrize(
    ("latency", "a_day", "words"),
    [
        (0.004, 0.0, "0.01 s · nothing new for 4 days"),
        (0.994, 0.0499, "0.99 s · nothing new for 2 days"),
        (0.994, 0.0497, "0.99 s · nothing new for 3 days"),
        (1.0, 0.05, "1.0 s · 0.1 a day"),
        (12.34, 9.94, "12.3 s · 9.9 a day"),
        (12.34, 9.95, "12.3 s · 10 a day"),
        (1.0, 1.0, "1.0 s · 1 a day"),
    ],
)
def test_numbers_are_as_exact_as_they_are_useful(latency: float, a_day: float, words: str) -> None:
    row = replace(READ, latency_seconds=latency, news_a_day=a_day)
    lines = source_lines({"a": outlet_named("a")}, OutletRows({"a": [row]}), NOW, "en")
    assert words in render(Shown(SourcesCard(lines, 1, 1, 1, 1, 0, NOW, "UTC"), "en")).plain


@pytest.mark.parametrize(
    ("watched_days", "quiet_days", "words"),
    [
        (90, 6.5, "최근 6일 새 기사 없음"),
        (90, 7, "최근 7일 새 기사 없음"),
        (9, 200, "최근 9일 새 기사 없음"),
        (90, 90, "최근 30일 새 기사 없음"),
    ],
)
def test_an_outlet_without_news_says_for_how_long_it_had_none(
    watched_days: float, quiet_days: float, words: str
) -> None:
    pace = math.exp(-quiet_days - 1e-9)  # one article, so many days ago
    row = replace(READ, news_a_day=pace, baseline_at=NOW - timedelta(days=watched_days, minutes=1))
    lines = source_lines({"a": outlet_named("a")}, OutletRows({"a": [row]}), NOW, "ko")
    said = render(Shown(SourcesCard(lines, 1, 1, 1, 1, 0, NOW, "UTC"), "ko")).plain
    assert words in said
    frozen = (replace(lines[0], state="frozen", since_at=AGO),)
    assert words not in render(Shown(SourcesCard(frozen, 1, 1, 1, 1, 0, NOW, "UTC"), "ko")).plain


@pytest.mark.parametrize(("outlets", "pages"), [(LINES_A_PAGE, 1), (LINES_A_PAGE + 1, 2)])
async def test_a_page_holds_a_dozen_outlets(harness: BotHarness, outlets: int, pages: int) -> None:
    named = {f"o{n:02}": outlet_named(f"o{n:02}") for n in range(outlets)}
    harness.answers._context = replace(harness.context, outlets=named)
    first, last = await harness.ask("sources"), await harness.ask("sources 9")
    assert (len(first.lines), first.pages, last.page) == (12, pages, pages)
    assert len(last.lines) == (12 if pages == 1 else 1)
