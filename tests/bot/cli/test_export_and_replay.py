"""export prints the stored articles; replay says what a query hits by today's rules, and what it hit when read."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Topics
from bot.store import articles, stories
from bot.store.articles import NewArticle
from bot.store.engine import Store
from tests.support.command_line import Call

ROWS = (
    ("Korea and US sign quantum computing plan", 40, Topics(sectors=("quantum",))),
    ("크라치오스, 6G 협력 강조", 2, Topics(officials=("Michael Kratsios",))),
    ("A museum opens in Daegu", 1, Topics()),
)


def fields_of_story(headline: str, url: str, seen_at: datetime) -> dict[str, object]:
    return {
        "headline": headline, "url": url, "outlet": "ilbo", "language": "en", "first_seen_at": seen_at,
        "last_article_at": seen_at, "revision": 1, "topics": Topics(),
    }  # fmt: skip


async def stored(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    await store.migrate()
    async with store.begin() as c:
        for number, (title, days, topics) in enumerate(ROWS, 1):
            url = f"https://ilbo.example/{number}"
            seen_at = datetime.now(UTC) - timedelta(days=days)
            article = await articles.add(c, NewArticle(
                outlet="ilbo", url=url, canonical_url=url, headline=title, language="en", kind="media",
                published_at=seen_at, first_seen_at=seen_at, identities=(f"url:{url}",), wants_page=False,
            ))  # fmt: skip
            story = await stories.add(c, **fields_of_story(title, url, seen_at)) if topics.any else None
            await articles.update(c, article, topics=topics, state="read", story=story)
    await store.close()


@pytest.fixture
def database(tmp_path: Path) -> None:
    asyncio.run(stored(tmp_path / "pactbot.db"))


@pytest.mark.usefixtures("database")
def test_export_prints_the_articles_of_stories_as_csv_with_one_header(call: Call) -> None:
    done = call("export", "--since", "60d")
    assert (done.code, done.err) == (0, "pactbot export: 2 articles of 60 days\n")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["headline"], row["officials"]) for row in rows] == [
        ("Korea and US sign quantum computing plan", ""), ("크라치오스, 6G 협력 강조", "Michael Kratsios"),
    ]  # fmt: skip


@pytest.mark.usefixtures("database")
def test_export_looks_back_as_far_as_it_is_told_and_prints_json_lines(call: Call) -> None:
    done = call("export", "--format", "jsonl")
    assert (done.code, done.err) == (0, "pactbot export: 1 articles of 30 days\n")
    assert [json.loads(line)["officials"] for line in done.out.splitlines()] == [["Michael Kratsios"]]


@pytest.mark.usefixtures("database")
def test_replay_reads_by_todays_rules_and_knows_what_was_a_hit(call: Call) -> None:
    done = call("replay", "quantum OR museum", "--since", "60d")
    assert done.code == 0
    assert [(line["article"], line["hit"], line["was_hit"]) for line in done.lines] == [
        (1, True, False), (3, True, True),
    ]  # fmt: skip
    assert done.lines[0]["mentions"][0]["quote"] == "quantum"
    assert done.err == (
        "pactbot replay: 3 articles of 60 days, 2 hits; 1 of them were none when they were read, "
        "and 0 others were hits then\n"
    )


@pytest.mark.usefixtures("database")
def test_a_query_with_a_fault_is_shown_with_a_caret(call: Call) -> None:
    wrong = call("replay", "(quantum")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.startswith("pactbot replay: ")
    assert "^" in wrong.err


@pytest.mark.parametrize("words", [("export",), ("replay", "quantum")])
def test_a_missing_database_is_not_created(call: Call, tmp_path: Path, words: tuple[str, ...]) -> None:
    wrong = call(*words)
    assert (wrong.code, wrong.out, wrong.err.count("\n")) == (2, "", 1)
    assert not (tmp_path / "pactbot.db").exists()
