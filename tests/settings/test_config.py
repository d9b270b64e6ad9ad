"""Settings: one line for each wrong one, the environment before .env before secret files, no secret ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from settings import config
from settings.config import BadSettings, load, misspelled, table


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for names, _, _ in table():
        for name in names.split(", "):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(config, "SECRET_FILES", tmp_path / "secrets")
    monkeypatch.chdir(tmp_path)


def test_every_setting_has_a_default() -> None:
    settings = load()
    assert settings.slack_bot_token is None
    assert settings.database_url.get_secret_value() == "sqlite:///pactbot.db"
    assert settings.host_pause_seconds == 10
    assert settings.command == "/pact"
    assert settings.slack_api_url == "https://slack.com/api/"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SLACK_BOT_TOKEN", "hunter2", "does not begin with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-hunter2", "does not begin with xapp-"),
        ("PORT", "seven", "is no whole number"),
        ("PORT", "70000", "no port"),
        ("PACT_TIMEZONE", "Asia/Soul", "no IANA time zone"),
        ("PACT_LANGUAGE", "fr", "is none of ko, en"),
        ("PACT_CHANNEL", "#policy", "no channel id"),
        ("PACT_TRUSTED_ADDRESSES", "intranet", "no host:port"),
        ("PACT_HOST_PAUSE_SECONDS", "ten", "is no number"),
        ("PACT_WHEN_IN_DOUBT", "perhaps", "is none of resend, skip"),
        ("PACT_HOST_PAUSE_SECONDS", "-1", "not between 0 and 86400"),
        ("PACT_OUTLETS", "nowhere", "no folder"),
        ("PACT_BUILTIN_OUTLETS", "no", "is none of on, off"),
        ("PACT_LEXICON", "nowhere.toml", "no file"),
        ("PACT_SLACK_API_URL", "slack.com/api", "no http address"),
        ("PACT_NAVER_CLIENT_ID", "a b", "is no key"),
        ("PACT_NAVER_CLIENT_SECRET", "a\r\nHost: b", "is no key"),
        ("PACT_COMMAND", "/pact now", "no slash command"),
        ("PACT_LOG", "xml", "is none of text, json"),
        ("PACT_LOG_LEVEL", "loud", "is none of DEBUG, INFO, WARNING, ERROR"),
        ("PACT_CONTACT", "our desk", "neither a mail address nor the address of a page"),
        ("PACT_CONTACT", "desk@example", "neither"),
        ("PACT_CONTACT", "example.org/bot", "neither"),
        ("PACT_CONTACT", "https://example.org/(bot)", "neither"),
        ("PACT_PUBLIC_URL", "http://pactbot.example.org", "is no https address of this bot"),
        ("PACT_PUBLIC_URL", "pactbot.example.org", "is no https address"),
        ("PACT_PUBLIC_URL", "https://a:b@pactbot.example.org", "is no https address"),
        ("PACT_PUBLIC_URL", "https://pactbot.example.org/?a=1", "is no https address"),
        ("PACT_SECRET_KEY", "hunter2", "make one with: pactbot secret-key"),
        ("PACT_SECRET_KEY", "ÀÀ==", "make one with: pactbot secret-key"),
        ("PACT_SECRET_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=,x", "key 2 of 2 is no key"),
        ("PACT_OPERATORS_CHANNEL", "T1/", "no channel id"),
        ("PACT_USER_AGENT", "pactbot\nCookie: a=b", "printable ASCII"),
        ("PACT_USER_AGENT", "Mozilla/5.0 (X11; Linux x86_64)", "does not name pactbot"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_name_and_an_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as caught:
        load()
    (line,) = caught.value.lines
    assert line.startswith(f"{name}: ")
    assert problem in line
    assert f"for example {name}=" in line
    assert "\n" not in line
    assert "Input should" not in line, "the library's own words are not for people"


@pytest.mark.parametrize(
    ("name", "accepted", "refused"),
    [
        ("PORT", "0", "-1"),
        ("PORT", "65535", "65536"),
        ("PACT_HOST_PAUSE_SECONDS", "0", "-0.1"),
        ("PACT_HOST_PAUSE_SECONDS", "86400", "86400.1"),
        ("PACT_COMMAND", "/" + "p" * 31, "/" + "p" * 32),
        ("PACT_CHANNEL", "C01", "C0"),
        ("PACT_LOG_LEVEL", "debug", "debugging"),
        ("PACT_COMMAND", "desk", "/a/b"),
        ("PACT_CONTACT", "https://example.org/" + "b" * 130, "https://example.org/" + "b" * 131),
        ("PACT_CONTACT", "mailto:bots+pact@desk.example.co.kr", "mailto:"),
        ("PACT_PUBLIC_URL", "https://example.org/" + "b" * 180, "https://example.org/" + "b" * 181),
        ("PACT_PUBLIC_URL", "https://pact-bot.example.co.kr:8443/a_b/c.d/", "https://pact bot.example"),
        ("PACT_USER_AGENT", "pactbot/" + "1" * 192, "pactbot/" + "1" * 193),
        ("PACT_USER_AGENT", "Mozilla/5.0 (compatible; PactBot/1)", "ourbot/1"),
    ],
)
def test_a_limit_is_accepted_and_what_is_beyond_it_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, accepted: str, refused: str
) -> None:
    monkeypatch.setenv(name, accepted)
    load()
    monkeypatch.setenv(name, refused)
    with pytest.raises(BadSettings):
        load()


def test_every_wrong_setting_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("PACT_TIMEZONE", "x")
    with pytest.raises(BadSettings) as caught:
        load()
    assert [line.split(":")[0] for line in caught.value.lines] == ["PORT", "PACT_TIMEZONE"]


def test_no_secret_is_in_an_error_or_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "verysecret")
    with pytest.raises(BadSettings) as caught:
        load()
    assert "verysecret" not in str(caught.value)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-verysecret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:verysecret@host/db")
    assert "verysecret" not in repr(load())


def test_the_environment_wins_over_env_file_and_that_over_secret_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "SLACK_BOT_TOKEN").write_text("xoxb-file", encoding="utf-8")
    assert load().slack_bot_token == SecretStr("xoxb-file")
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-dotenv\n", encoding="utf-8")
    assert load().slack_bot_token == SecretStr("xoxb-dotenv")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-environment")
    assert load().slack_bot_token == SecretStr("xoxb-environment")


def test_pact_database_url_wins_over_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://theirs")
    assert load().database_url.get_secret_value() == "postgres://theirs"
    monkeypatch.setenv("PACT_DATABASE_URL", "sqlite:///ours.db")
    assert load().database_url.get_secret_value() == "sqlite:///ours.db"


def test_a_list_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    monkeypatch.setenv("PACT_OUTLETS", "one:two")
    monkeypatch.setenv("PACT_TRUSTED_ADDRESSES", "127.0.0.1:8000, Intranet.example:80")
    settings = load()
    assert settings.outlets == (Path("one"), Path("two"))
    assert settings.trusted_addresses == {"127.0.0.1:8000", "intranet.example:80"}


def test_an_empty_value_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "")
    monkeypatch.setenv("PORT", "")
    assert load().slack_app_token is None
    assert load().port is None


def test_overrides_win_over_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1234")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "abc")
    settings = load(port=None, slack_signing_secret=None, language="ko")
    assert settings.port is None
    assert settings.slack_signing_secret is None
    assert settings.language == "ko"


def test_a_misspelled_name_is_reported_with_the_nearest() -> None:
    nearest = dict(misspelled({"PACT_CHANEL": "C1", "PACT_CHANNEL": "C1", "HOME": "x", "PACT_QQQQQQ": "1"}))
    assert nearest == {"PACT_CHANEL": "PACT_CHANNEL", "PACT_QQQQQQ": None}


def test_the_table_names_every_setting_once() -> None:
    names = [name for row, _, _ in table() for name in row.split(", ")]
    assert len(names) == len(set(names))
    assert {"SLACK_BOT_TOKEN", "PACT_DATABASE_URL", "DATABASE_URL", "PACT_LOG_LEVEL"} <= set(names)
    assert all(meaning for _, meaning, _ in table())


def test_a_key_of_an_outlet_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PACT_NAVER_CLIENT_ID", " hush-1 ")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "PACT_NAVER_CLIENT_SECRET").write_text("hush-2\n")
    settings = load()
    keys = {name: key.get_secret_value() for name, key in settings.outlet_keys().items()}
    assert keys == {"PACT_NAVER_CLIENT_ID": "hush-1", "PACT_NAVER_CLIENT_SECRET": "hush-2"}
    assert "hush" not in f"{settings!r} {settings.outlet_keys()!r}"
    monkeypatch.setenv("PACT_NAVER_CLIENT_ID", "hush 1")
    with pytest.raises(BadSettings) as caught:
        load()
    assert "hush" not in str(caught.value)


def test_hubs_reach_us_only_where_http_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().hub_callbacks_at() is None
    monkeypatch.setenv("PACT_PUBLIC_URL", "https://pactbot.example.org/")
    assert load().hub_callbacks_at() == "https://pactbot.example.org"
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert load().hub_callbacks_at() is None
    monkeypatch.setenv("PORT", "0")
    assert load().hub_callbacks_at() == "https://pactbot.example.org"
