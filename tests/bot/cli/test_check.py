"""check: a table of what is ok and what is wrong; checking creates nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.engine import HEAD
from handlers.fake_slack.server import FakeSlack
from scrapers.fake_outlets.server import FakeOutlets
from tests.support.command_line import BackgroundLoop, Call, Called


@pytest.fixture
def slack(background_loop: BackgroundLoop, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSlack]:
    """A fake Slack whose tokens are set."""
    opened = FakeSlack()
    background_loop.run(opened.start())
    monkeypatch.setenv("PACT_SLACK_API_URL", opened.api_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", opened.bot_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", opened.app_token)
    yield opened
    background_loop.run(opened.close())


def rows(done: Called) -> dict[str, tuple[str, str]]:
    """The state and the rest of the row of each subject; the last row of a subject counts."""
    split = [line.split(maxsplit=1) for line in done.out.splitlines()]
    return {rest.split("  ")[0]: (state, rest) for state, rest in split}


def test_everything_is_ok(
    call: Call, slack: FakeSlack, fake_outlets: FakeOutlets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACT_CHANNEL", slack.channel("policy"))
    assert call("migrate").code == 0
    done = call("check")
    assert (done.code, done.err) == (0, ""), done.out
    by_subject = rows(done)
    assert {state for state, _ in by_subject.values()} == {"ok"}
    assert {"settings", "lexicon", "outlets", "database", "Slack token", "Slack scopes", "Slack events"} <= set(
        by_subject
    )
    assert "#policy" in by_subject["PACT_CHANNEL"][1]
    assert "PACT_CONTACT is recommended" in by_subject["settings"][1]
    assert set(fake_outlets.outlets) <= set(by_subject)


@pytest.mark.usefixtures("slack", "fake_outlets")
def test_an_address_at_which_hubs_cannot_reach_us_is_said(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACT_PUBLIC_URL", "https://pactbot.example.org")
    monkeypatch.delenv("PORT", raising=False)
    assert "PACT_PUBLIC_URL is not used: set PORT" in rows(call("check"))["settings"][1]
    monkeypatch.setenv("PORT", "3000")
    assert "hubs of feeds call https://pactbot.example.org/websub/" in rows(call("check"))["settings"][1]


def test_a_contact_is_recommended_only_where_there_is_none(
    call: Call, fake_outlets: FakeOutlets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACT_CONTACT", "desk@example.org")
    done = call("check", "--outlets")
    assert "PACT_CONTACT" not in done.out
    assert all("desk@example.org" in request.user_agent for request in fake_outlets.requests)
    assert rows(call("check"))["settings"][1].endswith("understood")


def test_a_misspelled_setting_is_wrong(call: Call, fake_outlets: FakeOutlets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACT_LANGUGE", "ko")
    done = call("check")
    assert done.code == 1
    state, row = rows(done)["settings"]
    assert state == "wrong"
    assert row.endswith("PACT_LANGUGE is no setting → did you mean PACT_LANGUAGE?")


def test_a_wrong_setting_is_a_row(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACT_TIMEZONE", "Asia/Soul")
    done = call("check")
    assert (done.code, done.err, done.out.count("\n")) == (1, "", 1)
    assert done.out.startswith("wrong  settings  PACT_TIMEZONE: ")


def test_a_broken_spec_and_lexicon_are_rows(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/mars.toml").write_text('name = "Mars"\nhomme = "x"\n', "utf-8")
    (tmp_path / "own.toml").write_text("what = 1", "utf-8")
    monkeypatch.setenv("PACT_OUTLETS", str(tmp_path / "specs"))
    monkeypatch.setenv("PACT_LEXICON", str(tmp_path / "own.toml"))
    done = call("check")
    assert done.code == 1
    by_subject = rows(done)
    assert by_subject["outlets"][0] == by_subject["lexicon"][0] == "wrong"
    assert "mars.toml" in by_subject["outlets"][1]
    alone = call("check", "--outlets")
    assert (alone.code, alone.out.count("\n")) == (1, 1)
    assert "mars.toml" in alone.out


def test_a_missing_database_is_not_created(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = call("check", "--database")
    assert first.code == 0
    assert "not there yet" in first.out
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "pactbot.db").touch()
    empty = call("check", "--database")
    assert empty.code == 1
    assert "run `pactbot migrate`" in empty.out
    assert call("migrate").code == 0
    assert call("check", "--database").out == f"ok     database  SQLite, schema {HEAD}\n"
    monkeypatch.setenv("PACT_DATABASE_URL", f"sqlite:///{tmp_path}/none/pactbot.db")
    missing = call("check", "--database")
    assert missing.code == 1
    assert "is not there" in missing.out


def test_an_unreachable_database_is_a_row_without_its_password(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACT_DATABASE_URL", "postgresql://pact:hunter2@127.0.0.1:9/pact")
    done = call("check", "--database")
    assert (done.code, done.out.count("\n"), done.err) == (1, 1, "")
    assert done.out.startswith("wrong  database")
    assert "hunter2" not in done.out


def test_a_missing_token_is_wrong_with_a_cure(call: Call) -> None:
    done = call("check", "--slack")
    assert done.code == 1
    assert "SLACK_BOT_TOKEN is not set" in done.out
    assert "pactbot manifest" in done.out


def test_missing_scopes_and_membership_are_rows(call: Call, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    slack.context.scopes -= {"files:write", "chat:write"}
    monkeypatch.setenv("PACT_CHANNEL", slack.channel("washington"))
    monkeypatch.setenv("PACT_OPERATORS_CHANNEL", "C0NOWHERE")
    done = call("check", "--slack")
    assert done.code == 1
    by_subject = rows(done)
    assert by_subject["Slack token"][0] == by_subject["Slack events"][0] == "ok"
    assert by_subject["Slack scopes"][0] == "wrong"
    assert "missing: chat:write (cards, digests and answers)" in by_subject["Slack scopes"][1]
    state, adds = by_subject["scope files:write"]
    assert state == "ok", "an optional scope may be refused"
    assert "it would add: files that a person asks for" in adds
    assert "the bot is not in #washington → /invite @pactbot" in by_subject["PACT_CHANNEL"][1]
    assert by_subject["PACT_OPERATORS_CHANNEL"][0] == "wrong"


def test_a_refused_token_is_a_row(call: Call, slack: FakeSlack) -> None:
    slack.context.state.revoked_tokens[slack.app_token] = "token_revoked"
    done = call("check", "--slack")
    assert rows(done)["Slack events"][0] == "wrong"
    slack.context.state.revoked_tokens[slack.bot_token] = "invalid_auth"
    done = call("check", "--slack")
    assert (done.code, done.out.count("\n")) == (1, 1), done.out
    assert "refuses the token (invalid_auth)" in done.out
    assert slack.bot_token not in done.out


def test_an_unreachable_slack_is_a_row(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("PACT_SLACK_API_URL", "http://127.0.0.1:9/api/")
    done = call("check", "--slack")
    assert (done.code, done.out.count("\n"), done.err) == (1, 1, "")
    assert "was not reached" in done.out


def test_an_outlet_that_is_off_is_a_row_with_its_reason(call: Call, fake_outlets: FakeOutlets, tmp_path: Path) -> None:
    spec = tmp_path / "specs/narae.toml"
    off = 'enabled = false\nreason = "its terms forbid it"'
    spec.write_text(spec.read_text("utf-8").replace("enabled = true", off), "utf-8")
    by_subject = rows(call("check", "--outlets"))
    assert by_subject["narae"][0] == "ok"
    assert by_subject["narae"][1].endswith("switched off: its terms forbid it")
    assert "narae" not in {request.outlet for request in fake_outlets.requests}
    spec.write_text(spec.read_text("utf-8").replace(off, f"{off}\ncovered = true"), "utf-8")
    assert rows(call("check", "--outlets"))["narae"][1].endswith("its terms forbid it; aggregators cover it")
    assert rows(call("check"))["outlets"][1].endswith("8 specs, 1 switched off, 8 of PACT_OUTLETS")


def test_every_source_is_asked_once(call: Call, fake_outlets: FakeOutlets) -> None:
    fake_outlets.fail("saeyeon", "status", status=500)
    done = call("check", "--outlets")
    assert done.code == 1
    by_subject = rows(done)
    assert set(by_subject) == set(fake_outlets.outlets)
    assert {key for key, (state, _) in by_subject.items() if state == "wrong"} == {"saeyeon"}
    asked_outlets = [request.outlet for request in fake_outlets.requests if request.path != "/robots.txt"]
    assert sorted(asked_outlets) == sorted(fake_outlets.outlets)
