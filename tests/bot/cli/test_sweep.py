"""sweep: reads the fake outlets once, with and without faults; which articles are new, which pages are read."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.progress_bar import ProgressBar
from bot.cli.sweeper import MAX_PAGES, SweptArticle, split_by_age, worth_reading
from bot.outlet_client import MemoryHostTurns
from scrapers.article import Headline
from scrapers.catalogue import load_catalogue
from scrapers.fake_outlets.fake_articles import FakeArticle
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.outlet import Source
from tests.support.command_line import BackgroundLoop, Call

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BODY = "두 나라 당국자는 후속 일정을 논의하고 다음 달에 다시 만나기로 했다. " * 8
PACT = FakeArticle("pact", "한미 기술번영 업무협약 서명", (f"한국과 미국이 양자컴퓨터를 함께 연구한다. {BODY}",))
RAIN = FakeArticle("rain", "내일 전국에 비\x1b[31m", (f"남부 지방에 비가 온다. {BODY}",))


def published(fake_outlets: FakeOutlets) -> None:
    fake_outlets.publish("hanbit", PACT)
    fake_outlets.publish("hanbit", RAIN)


def test_a_new_article_is_printed_with_its_mentions(call: Call, fake_outlets: FakeOutlets) -> None:
    published(fake_outlets)
    done = call("sweep")
    assert done.code == 0
    articles = {article.splitlines()[0]: article for article in done.out.strip().split("\n\n")}
    assert len(articles) == 2
    pact = articles[PACT.headline].splitlines()
    assert "한빛경제" in pact[1]
    assert "KST" in pact[1]
    assert pact[2] == "  severity 1, pact, quantum"
    assert pact[3].strip() == fake_outlets.url("hanbit", "pact")
    assert "\x1b" not in done.out
    assert done.err == (
        "pactbot sweep: 8 outlets, 0 of them failed; 2 articles of the last day, 1 with mentions; "
        "0 judged by their headline alone; 8 older left out\n"
    )


def test_json_lines_carry_the_match(call: Call, fake_outlets: FakeOutlets) -> None:
    published(fake_outlets)
    done = call("sweep", "--json", "hanbit", "narae")
    assert done.code == 0
    pact = next(line for line in done.lines if line["headline"] == PACT.headline)
    assert (pact["outlet"], pact["whole"], pact["pact"], pact["sectors"]) == ("hanbit", True, True, ["quantum"])
    assert {mention["field"] for mention in pact["mentions"]} == {"headline", "text"}
    assert datetime.fromisoformat(pact["published_at"]) <= datetime.now(UTC)
    assert {request.outlet for request in fake_outlets.requests} == {"hanbit", "narae"}


def test_an_outlet_that_fails_is_a_line_and_the_others_are_read(call: Call, fake_outlets: FakeOutlets) -> None:
    published(fake_outlets)
    fake_outlets.fail("narae", "status", status=503)
    fake_outlets.fail("saeyeon", "garbage")
    done = call("sweep", "--json")
    assert done.code == 1
    assert len(done.lines) == 2
    complaints = [line for line in done.err.splitlines() if not line.startswith("pactbot sweep:")]
    assert sorted(line.split(":")[0] for line in complaints) == ["narae", "saeyeon"]
    assert "Traceback" not in done.err


def test_a_page_that_only_points_to_an_attachment_leaves_headline_and_summary(
    call: Call, fake_outlets: FakeOutlets
) -> None:
    teaser = "The Joint Committee of the U.S.-ROK Technology Prosperity Deal met in Seoul."
    statement = FakeArticle("statement", "Statement by the Director", (BODY,), attached=("hwp",), teaser=teaser)
    fake_outlets.publish("briefing-room", statement)
    done = call("sweep", "--json", "briefing-room")
    (line,) = done.lines
    assert (line["headline"], line["whole"], line["pact"], line["severity"]) == (statement.headline, False, True, 1)


def test_an_unreadable_page_leaves_its_headline(call: Call, fake_outlets: FakeOutlets) -> None:
    fake_outlets.publish("hanbit", PACT)
    gone = fake_outlets.url("hanbit", "pact")
    fake_outlets.fail("hanbit", "status", 503, pages_only=True)
    done = call("sweep", "--json", "hanbit")
    assert done.code == 1
    [line] = done.lines
    assert (line["url"], line["whole"], line["pact"]) == (gone, False, True)
    assert "1 of 1 page could not be read" in done.err


def test_a_machine_without_a_network_is_asked_about_it(
    call: Call, fake_outlets: FakeOutlets, background_loop: BackgroundLoop
) -> None:
    background_loop.run(fake_outlets.close())
    done = call("sweep")
    assert (done.code, done.out) == (1, "")
    assert len(done.err.splitlines()) == 9
    assert all(": no answer: " in line for line in done.err.splitlines()[:-1])
    assert done.err.endswith("no host answered: is this machine connected?\n")


def test_an_unknown_outlet_is_a_wrong_call(call: Call, fake_outlets: FakeOutlets) -> None:
    wrong = call("sweep", "hanbitt")
    assert (wrong.code, wrong.err) == (2, "pactbot sweep: no outlet 'hanbitt'; did you mean hanbit?\n")
    assert not fake_outlets.requests


def headline_of(number: int, at: datetime | None) -> Headline:
    url = f"https://www.example.org/{number}"
    return Headline("example", url, url, (f"url:{url}",), f"Headline {number}", "", at, "en")


def test_an_article_of_the_last_day_or_without_a_date_is_new() -> None:
    ages = (timedelta(hours=30), timedelta(hours=2), None, timedelta(hours=24), timedelta(minutes=1))
    headlines = [headline_of(number, NOW - age if age else None) for number, age in enumerate(ages)]
    new, older = split_by_age(headlines, NOW)
    assert [headline.title for headline in new] == ["Headline 4", "Headline 1", "Headline 3", "Headline 2"]
    assert older == 1


def test_the_pages_of_articles_with_mentions_are_read_first() -> None:
    asiae = load_catalogue().outlets()["asiae"]
    named = {number: [{"passing": number == 20}] for number in (20, 30, 40)}
    articles = [
        SweptArticle(asiae, headline_of(number, NOW), "", NOW, False, {"mentions": named.get(number, [])})
        for number in range(50)
    ]
    assert worth_reading(articles) == [30, 40, *range(MAX_PAGES - 2)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_progress_bar_is_drawn_on_terminals_alone() -> None:
    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        progress = ProgressBar(2, stream)
        progress.add_steps(2)
        progress.step("asiae")
        progress.clear()
        assert ("1/4 asiae" in stream.getvalue()) is shown
        assert stream.getvalue().endswith("\r\x1b[K" if shown else "")


async def test_requests_to_one_host_are_spaced_from_the_end_and_to_two_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    slow = replace(load_catalogue().outlets()["asiae"], pause_seconds=20, sources=(Source("feed", "http://c/"),))
    turns = MemoryHostTurns(10, {"asiae": slow})

    async def sleep(seconds: float) -> None:
        slept.append(round(seconds))

    async def ask(host: str) -> None:
        await (await turns(host))()

    monkeypatch.setattr("bot.outlet_client.asyncio.sleep", sleep)
    end = await turns("a")
    waiting = asyncio.ensure_future(ask("a"))
    await ask("b")
    assert (slept, waiting.done()) == ([], False), "a host has one request at a time"
    await end()
    await waiting
    await turns.lengthen("a", 30)
    await ask("a")
    await turns.lengthen("b", 5)
    await ask("b")
    await ask("c")
    await ask("c")
    assert slept == [10, 30, 10, 20]


def test_an_outlet_that_is_switched_off_is_not_read(call: Call, fake_outlets: FakeOutlets, tmp_path: Path) -> None:
    spec = tmp_path / "specs/narae.toml"
    spec.write_text(
        spec.read_text("utf-8").replace("enabled = true", 'enabled = false\nreason = "its terms forbid it"'), "utf-8"
    )
    everything = call("sweep")
    assert everything.code == 0
    assert "7 outlets" in everything.err
    named = call("sweep", "narae")
    assert named.code == 1
    assert "narae is switched off: its terms forbid it" in named.err
    assert "narae" not in {request.outlet for request in fake_outlets.requests}
