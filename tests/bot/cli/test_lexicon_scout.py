"""lexicon scout: proposals from the stored articles, as text and as JSON."""

from __future__ import annotations

import asyncio
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store import articles
from bot.store.articles import NewArticle
from bot.store.engine import Store
from tests.support.command_line import Call


async def stored(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    await store.migrate()
    async with store.begin() as c:
        for number, (title, days) in enumerate(
            [("크래치오스 \x1b[31m실장 방한", 2), ("크래치오스 실장 출국", 1), ("Kratsious in Seoul", 50)]
        ):
            url = f"https://ilbo.example/{number}"
            seen = datetime.now(UTC) - timedelta(days=days)
            await articles.add(c, NewArticle(
                outlet=f"ilbo{number}", url=url, canonical_url=url, headline=title, language="ko", kind="media",
                published_at=seen, first_seen_at=seen, identities=(f"url:{url}",), wants_page=False,
            ))  # fmt: skip
    await store.close()


@pytest.fixture
def database(tmp_path: Path) -> None:
    asyncio.run(stored(tmp_path / "pactbot.db"))


@pytest.mark.usefixtures("database")
def test_proposals_are_printed_with_lines_to_paste(call: Call) -> None:
    done = call("lexicon", "scout")
    assert (done.code, done.err) == (0, "pactbot lexicon scout: 2 articles of 30 days, 1 proposals\n")
    lines = done.out.splitlines()
    assert lines[0] == "크래치오스 → Michael Kratsios"
    assert "1 letter away from “크라치오스”; 2 articles of 2 outlets" in lines[1]
    assert [line.strip() for line in lines if line.startswith("    ")] == [
        "[[official]]", 'name = "Michael Kratsios"', 'form = [{ texts = ["크래치오스"] }]',
    ]  # fmt: skip
    assert "\x1b" not in done.out


@pytest.mark.usefixtures("database")
def test_json_has_a_line_a_proposal_and_since_reaches_further_back(call: Call) -> None:
    done = call("lexicon", "scout", "--since", "9w", "--json", "--language", "ko")
    assert done.code == 0
    assert [(line["spelling"], line["entity"], line["articles"]) for line in done.lines] == [
        ("크래치오스", "Michael Kratsios", 2), ("kratsious", "Michael Kratsios", 1),
    ]  # fmt: skip
    assert "글자 1개가 다릅니다" in done.lines[0]["why"]
    assert tomllib.loads(done.lines[0]["toml"])["official"][0]["form"][0]["texts"] == ["크래치오스"]


@pytest.mark.parametrize("span", ["30", "0d", "9999d", "soon"])
def test_a_wrong_span_is_a_wrong_call(call: Call, span: str) -> None:
    wrong = call("lexicon", "scout", "--since", span)
    assert (wrong.code, wrong.out, wrong.err.count("\n")) == (2, "", 1)
    assert "30d" in wrong.err


def test_a_missing_database_is_not_created(call: Call, tmp_path: Path) -> None:
    wrong = call("lexicon", "scout")
    assert (wrong.code, wrong.out, wrong.err.count("\n")) == (2, "", 1)
    assert "pactbot.db is not there yet" in wrong.err
    assert not (tmp_path / "pactbot.db").exists()
