"""replay, sweep and check read what admins added in Slack, where the database of the settings has it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.stored_rows import StoredRows, read_stored_rows
from bot.store import articles, lexicon_additions, outlet_specs
from bot.store.articles import NewArticle
from bot.store.engine import Store
from bot.store.lexicon_additions import LexiconAddition
from bot.store.outlet_specs import OutletSpec
from settings.config import load
from tests.support.command_line import Call

NOW = datetime.now(UTC)
SPELLING = '[[official]]\nname = "Michael Kratsios"\nform = [{ texts = ["크래치오스"] }]'
SPEC = (
    'name = "새매체"\nhome = "https://new.example/"\nlanguage = "ko"\ntimezone = "Asia/Seoul"\nevery_minutes = 15\n'
    'kind = "media"\nhosts = ["new.example"]\ntext_allowed = false\nverified_on = 2026-01-01\nenabled = false\n'
    'reason = "off for the test"\n[[source]]\nkind = "feed"\nurl = "https://new.example/rss"\n'
)


async def stored(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    await store.migrate()
    async with store.begin() as c:
        url = "https://new.example/1"
        article = await articles.add(c, NewArticle(
            outlet="new", url=url, canonical_url=url, headline="크래치오스 실장 방한", language="ko", kind="media",
            published_at=NOW, first_seen_at=NOW, identities=(f"url:{url}",), wants_page=False,
        ))  # fmt: skip
        await articles.update(c, article, state="read")
        await lexicon_additions.save(c, LexiconAddition("크래치오스", "Michael Kratsios", SPELLING, "U1", NOW))
        await outlet_specs.save(c, OutletSpec("new", SPEC, "U1", NOW))
    await store.close()


@pytest.fixture
def database(tmp_path: Path) -> None:
    asyncio.run(stored(tmp_path / "pactbot.db"))


@pytest.mark.usefixtures("database")
def test_replay_reads_by_the_spellings_that_were_added(call: Call) -> None:
    done = call("replay", "@kratsios")
    assert [(line["article"], line["hit"]) for line in done.lines] == [(1, True)]


@pytest.mark.usefixtures("database")
def test_a_lexicon_that_the_call_names_stands_alone(call: Call, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('extends = "built-in"\n', "utf-8")
    assert call("replay", "@kratsios", "--lexicon", "own.toml").lines == []


@pytest.mark.usefixtures("database")
def test_sweep_and_check_know_the_outlets_that_were_added(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "own.toml").write_text(SPEC.replace("new.example", "own.example"), "utf-8")
    monkeypatch.setenv("PACT_OUTLETS", "specs")
    monkeypatch.setenv("PACT_BUILTIN_OUTLETS", "off")
    assert sorted(read_stored_rows(load()).outlets_of(load())) == ["new", "own"]
    assert "new is switched off" in call("sweep", "new").err
    shown = call("check", "--outlets").out
    assert shown.count("off for the test") == 2
    everything = call("check").out
    assert "1 added in Slack" in everything
    assert "1 spellings added in Slack" in everything


def test_no_database_and_one_that_is_not_migrated_have_no_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read_stored_rows(load()) == StoredRows()
    assert not (tmp_path / "pactbot.db").exists()
    (tmp_path / "pactbot.db").touch()
    assert read_stored_rows(load()) == StoredRows()
    assert "left out: the database has no tables of pactbot yet" in capsys.readouterr().err
