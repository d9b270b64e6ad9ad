"""Lines of ``settings``, ``lang``, ``request`` and ``sources`` become what they mean, or say what is missing."""

from __future__ import annotations

import pytest

from handlers.requests import Asker, Unclear
from handlers.verbs.lang import Lang
from handlers.verbs.parse import parse
from handlers.verbs.registry import korean_line
from handlers.verbs.request import MAX_CHARS, AskAdmins
from handlers.verbs.settings import MAX_PEOPLE, SettingChange, Settings
from handlers.verbs.sources import MAX_ADDRESS_CHARS, Sources

ASKER = Asker("T1", "U1", "C1", direct=False)


@pytest.mark.parametrize(
    ("line", "name", "value", "for_me"),
    [
        ("settings threads off", "threads", "off", False),
        ("설정 스레드 켜기", "threads", "on", False),
        ("settings broadcast on", "broadcast", "on", False),
        ("설정 채널전송 끔", "broadcast", "off", False),
        ("settings language ko", "language", "ko", False),
        ("설정 언어 영어", "language", "en", False),
        ("settings lang KO for me", "language", "ko", True),
        ("settings language auto for me", "language", "auto", True),
        ("settings zone Asia/Seoul", "zone", "Asia/Seoul", False),
        ("설정 시간대 America/New_York 나에게", "zone", "America/New_York", True),
        ("settings tz new york", "zone", "new york", False),
        ("settings who everyone", "who", "everyone", False),
        ("설정 권한 관리자", "who", "admins", False),
        ("settings who @U0ABCDE, @W0ABCDE @U0ABCDE", "who", "U0ABCDE W0ABCDE", False),
        ("settings mention @S0ABCDE", "mention", "S0ABCDE", False),
        ("settings mention off", "mention", "off", False),
        ("settings empty skip", "empty", "skip", False),
        ("설정 빈요약 이상없음", "empty", "clear", False),
        ("settings empty default", "empty", "usual", False),
    ],
)
def test_a_setting_is_changed_by_name_and_value(line: str, name: str, value: str, for_me: bool) -> None:
    ask, _ = parse(line, ASKER)
    assert isinstance(ask, Settings)
    assert isinstance(ask.change, SettingChange)
    assert (ask.change.name, ask.change.value, ask.change.for_me) == (name, value, for_me)
    assert (ask.changes_channel, ask.configures, ask.admins_only) == (True, not for_me, False)
    typed = line[ask.change.position : ask.change.position + ask.change.length]
    assert line.removesuffix(" for me").removesuffix(" 나에게").endswith(typed)


@pytest.mark.parametrize("line", ["settings", "설정"])
def test_settings_alone_shows_them(line: str) -> None:
    ask, _ = parse(line, ASKER)
    assert ask == Settings()
    assert (ask.changes_channel, ask.configures) == (False, False)


@pytest.mark.parametrize(
    ("line", "word", "code", "nearest"),
    [
        ("settings thraeds on", "thraeds", "settings_which", "settings threads on"),
        ("settings form now", "now", "not_taken", "settings form"),
        ("settings quiet 22:00-07:00", "quiet", "settings_elsewhere", "quiet 22:00-07:00"),
        ("설정 요약 매일 08:30", "요약", "settings_elsewhere", "요약 매일 08:30"),
        ("settings nonsense", "nonsense", "settings_which", None),
        ("settings threads", "", "settings_needs_threads", "settings threads on"),
        ("설정 스레드", "", "settings_needs_threads", "설정 스레드 켜기"),
        ("settings threads perhaps", "perhaps", "settings_needs_threads", "settings threads on"),
        ("settings threads on now", "now", "not_taken", "settings threads on"),
        ("settings language fr", "fr", "settings_needs_language", "settings language ko"),
        ("settings language auto", "auto", "settings_needs_language", "settings language ko"),
        ("settings zone for me", "", "settings_needs_zone", "settings zone Asia/Seoul"),
        ("settings who @dana", "@dana", "settings_needs_who", "settings who everyone"),
        ("settings who everyone @U0ABCDE", "everyone", "settings_needs_who", "settings who everyone"),
        ("settings who @S0ABCDE", "@S0ABCDE", "settings_needs_who", "settings who everyone"),
        ("settings mention @desk", "@desk", "settings_needs_mention", None),
        ("settings mention @U0ABCDE", "@U0ABCDE", "settings_needs_mention", None),
        ("settings mention @S0ABCDE|x", "@S0ABCDE|x", "settings_needs_mention", None),
        ("settings empty full", "full", "settings_needs_empty", "settings empty clear"),
        ("settings threads on for me", "for", "not_taken", "settings threads on"),
        ("lang fr", "fr", "settings_needs_language", "lang ko"),
        ("lang auto channel", "auto", "settings_needs_language", "lang ko channel"),
        ("언어 자동 채널", "자동", "settings_needs_language", "언어 한국어 채널"),
        ("lang ko channel now", "now", "not_taken", "lang ko channel"),
        ("sources add", "", "sources_needs_address", "sources add https://www.example.org"),
        ("출처 추가 nothing", "nothing", "sources_needs_address", "출처 추가 https://www.example.org"),
        ("sources add ftp://a.kr/", "ftp://a.kr/", "sources_needs_address", "sources add https://www.example.org"),
        (
            "sources add http://u:p@a.kr/",
            "http://u:p@a.kr/",
            "sources_needs_address",
            "sources add https://www.example.org",
        ),
        ("sources add a.kr b.kr", "b.kr", "not_taken", "sources add a.kr"),
        ("sources remove", "", "sources_needs_key", "sources remove asiae"),
        ("sources remove ../x", "../x", "sources_needs_key", "sources remove asiae"),
        ("sources https://a.kr", "https://a.kr", "sources_which", "sources add https://a.kr"),
        ("sources nonsense", "nonsense", "sources_which", None),
        ("sources 2 x", "x", "not_taken", "sources 2"),
        ("request", "", "request_needs", "request list all"),
        ("request " + "x" * (MAX_CHARS + 1), "x" * (MAX_CHARS + 1), "line_too_long", None),
    ],
)
def test_an_unclear_line_has_its_caret_and_a_line_to_offer(
    line: str, word: str, code: str, nearest: str | None
) -> None:
    ask, _ = parse(line, ASKER)
    assert isinstance(ask, Unclear)
    assert (ask.code, ask.nearest) == (code, nearest)
    assert line[ask.position : ask.position + ask.length] == word


@pytest.mark.parametrize(("people", "is_taken"), [(MAX_PEOPLE, True), (MAX_PEOPLE + 1, False)])
def test_so_many_people_may_be_named(people: int, is_taken: bool) -> None:
    ask, _ = parse("settings who " + " ".join(f"@U0ABC{n}" for n in range(people)), ASKER)
    assert isinstance(ask, Settings) == is_taken


@pytest.mark.parametrize(
    ("line", "ask"),
    [
        ("settings form", Settings(form=True)),
        ("설정 양식", Settings(form=True)),
        ("sources", Sources()),
        ("출처 2쪽", Sources(page=2)),
        ("sources add https://a.kr/rss", Sources("add", "https://a.kr/rss")),
        ("출처 추가 a.kr", Sources("add", "https://a.kr")),
        ("sources remove a-kr", Sources("remove", "a-kr")),
        ("lang", Lang()),
        ("lang ko", Lang("ko")),
        ("언어 영어", Lang("en")),
        ("lang auto", Lang("auto")),
        ("lang en channel", Lang("en", channel=True)),
        ("언어 한국어 채널", Lang("ko", channel=True)),
        ("request settings threads on", AskAdmins("settings threads on", 8)),
    ],
)
def test_other_lines(line: str, ask: object) -> None:
    assert parse(line, ASKER)[0] == ask


def test_only_the_channels_language_is_a_setting_of_the_channel() -> None:
    assert (Lang("ko").changes_channel, Lang("ko").configures) == (True, False)
    assert (Lang("ko", channel=True).configures, Lang().changes_channel) == (True, False)


@pytest.mark.parametrize(
    ("line", "korean"),
    [
        ("settings threads off", "설정 스레드 끄기"),
        ("settings zone Asia/Seoul for me", "설정 시간대 Asia/Seoul 나에게"),
        ("settings who admins", "설정 권한 관리자"),
        ("settings empty skip", "설정 빈요약 생략"),
        ("lang en channel", "언어 영어 채널"),
    ],
)
def test_a_line_to_type_is_shown_in_korean_and_means_the_same(line: str, korean: str) -> None:
    assert korean_line(line) == korean
    asked, said = parse(line, ASKER)[0], parse(korean, ASKER)[0]
    if isinstance(asked, Settings) and isinstance(said, Settings):
        assert asked.change is not None
        assert said.change is not None
        assert (asked.change.name, asked.change.value) == (said.change.name, said.change.value)
    else:
        assert asked == said


def test_the_longest_lines_that_are_taken() -> None:
    longest = "list all" + "x" * (MAX_CHARS - 8)
    assert parse(f"request {longest}", ASKER)[0] == AskAdmins(longest, 8)
    address = "https://a.kr/" + "x" * (MAX_ADDRESS_CHARS - 13)
    assert parse(f"sources add {address}", ASKER)[0] == Sources("add", address)
    assert isinstance(parse(f"sources add {address}x", ASKER)[0], Unclear)
