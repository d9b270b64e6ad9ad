"""``settings`` shows all settings of the channel, or changes one of them, or a person's language and zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from handlers.requests import Ask
from handlers.verbs.grammar import OFF, Line, Token, ends_here, unclear
from handlers.verbs.near_word import unclear_word
from handlers.verbs.verb import Verb

SettingName = Literal["threads", "broadcast", "mention", "empty", "language", "zone", "who"]

AUTO = frozenset({"auto", "default", "자동", "기본"})
MAX_PEOPLE = 20
_ON = frozenset({"on", "yes", "켜기", "켬", "켜짐"})
_ON_OFF = {"on": _ON, "off": OFF}
_NAMES: Mapping[SettingName, tuple[str, ...]] = {
    "threads": ("스레드", "threads", "thread"),
    "broadcast": ("채널전송", "broadcast"),
    "mention": ("호출", "mention", "멘션"),
    "empty": ("빈요약", "empty"),
    "language": ("언어", "language", "lang"),
    "zone": ("시간대", "zone", "timezone", "tz"),
    "who": ("권한", "who"),
}
"""The words for each setting, the Korean one first."""
_LANGUAGES = {
    "ko": frozenset({"ko", "kr", "korean", "한국어", "한글", "국문"}),
    "en": frozenset({"en", "english", "영어", "영문"}),
}
_WHO = {
    "everyone": frozenset({"everyone", "all", "anyone", "모두", "전원"}),
    "admins": frozenset({"admins", "admin", "관리자"}),
}
_EMPTY = {
    "skip": frozenset({"skip", "생략"}),
    "clear": frozenset({"clear", "all-clear", "이상없음"}),
    "usual": AUTO | {"usual"},
}
_FORM = frozenset({"form", "양식"})
_OWN_COMMANDS = frozenset({"quiet", "방해금지", "digest", "요약"})
"""Settings of a channel that verbs of their own change."""
_PERSON = re.compile(r"@[UW][A-Z0-9]{4,30}")
_GROUP = re.compile(r"@S[A-Z0-9]{4,30}")
_FOR_ME = re.compile(r"(?:^|\s)(?:for\s+me|나에게|내게)\s*$", re.IGNORECASE)
_KOREAN_VALUES = {
    "on": "켜기", "off": "끄기", "ko": "한국어", "en": "영어", "everyone": "모두", "admins": "관리자",
    "skip": "생략", "clear": "이상없음", "usual": "기본", "auto": "자동", "for me": "나에게",
    "@group": "@그룹", "form": "양식",
}  # fmt: skip
_EXAMPLES: Mapping[SettingName, str] = {
    "threads": "on", "broadcast": "on", "empty": "clear", "language": "ko", "zone": "Asia/Seoul",
    "who": "everyone",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SettingChange:
    """The new value of a setting."""

    name: SettingName
    value: str
    """``on``, ``off``, ``ko``, ``en``, ``everyone``, ``admins``, ``skip``, ``clear``, ``usual``, ``auto`` (the person's
    choice is taken back), people (``U1 U2``), a user group (``S1``), or a zone as it was typed."""
    position: int
    length: int
    """The place of the value in the line."""
    for_me: bool = False
    """Whether it is the person's own language or zone."""


@dataclass(frozen=True, slots=True)
class Settings(Ask):
    """A request to see the settings, or to change one."""

    change: SettingChange | None = None
    form: bool = False
    """Whether they are asked for as a form."""

    @property
    def changes_channel(self) -> bool:
        """A setting changes, unless they are only shown."""
        return self.change is not None

    @property
    def configures(self) -> bool:
        """A person's own language and zone are no setting of the channel."""
        return self.change is not None and not self.change.for_me

    @property
    def opens_modal(self) -> bool:
        """The form is a modal; the plain answer shows each setting with the line that changes it."""
        return self.form


def parse(line: Line) -> Ask:
    """``settings``, ``settings form``, ``settings threads off``, ``settings zone UTC for me``, ``settings who @a``."""
    if not line.words:
        return Settings()
    named = line.words[0]
    if named.word in _FORM:
        return line.ends_after(2, Settings(form=True))
    name = setting_named(named.word)
    if named.word in _OWN_COMMANDS:
        return unclear(named, "settings_elsewhere", " ".join(token.text for token in line.words))
    if name is None:
        return unclear_word(line, named, "settings_which", [word for words in _NAMES.values() for word in words])
    words = _without_for_me(line, name)
    if len(words) < 2:
        return line.missing(f"settings_needs_{name}", _example(line, name))
    values, for_me = words[1:], len(words) < len(line.words)
    value = _value(name, values, for_me=for_me)
    if value is None:
        return unclear_word(line, values[0], f"settings_needs_{name}", _words_of(name), _example(line, name))
    used = len(values) if name in ("who", "zone") else 1
    last = values[used - 1]
    length = last.position + len(last.text) - values[0].position
    ask = Settings(SettingChange(name, value, values[0].position, length, for_me))
    return ends_here(values[used:], ask, line.offer(named.text, *(token.text for token in values[:used])))


def setting_named(word: str) -> SettingName | None:
    """Returns the setting that a word names."""
    return next((name for name, words in _NAMES.items() if word in words), None)


def language_words() -> frozenset[str]:
    """Returns the words that name a language."""
    return _words_of("language")


def language_named(word: str) -> str | None:
    """Returns ``ko`` or ``en`` for a word that names a language."""
    return _key_of(_LANGUAGES, word)


def _without_for_me(line: Line, name: SettingName) -> tuple[Token, ...]:
    """Returns the words before ``for me``, which only a person's own settings take."""
    found = _FOR_ME.search(line.text) if name in ("language", "zone") else None
    return line.words if found is None else tuple(word for word in line.words if word.position < found.start())


def _value(name: SettingName, values: tuple[Token, ...], *, for_me: bool) -> str | None:
    """Returns the value that the words name; None where they name none of this setting's."""
    word = values[0].word
    if for_me and word in AUTO:
        return "auto"
    if name == "zone":
        return " ".join(token.text for token in values)
    if name == "language":
        return language_named(word)
    if name == "empty":
        return _key_of(_EMPTY, word)
    if name == "who":
        return _people(values) or (_key_of(_WHO, word) if len(values) == 1 else None)
    if word in OFF:
        return "off"
    if name == "mention":
        return values[0].text[1:] if _GROUP.fullmatch(values[0].text) else None
    return "on" if word in _ON else None


def _people(values: tuple[Token, ...]) -> str | None:
    """Returns the ids of people whom Slack has put in for their names."""
    ids = [token.text.removesuffix(",") for token in values]
    named = all(_PERSON.fullmatch(each) for each in ids) and len(ids) <= MAX_PEOPLE
    return " ".join(dict.fromkeys(each[1:] for each in ids)) if named else None


def _words_of(name: SettingName) -> frozenset[str]:
    """Returns the words for the values of a setting; none of one whose values are names."""
    of_setting = {"language": _LANGUAGES, "empty": _EMPTY, "who": _WHO, "threads": _ON_OFF, "broadcast": _ON_OFF}
    return frozenset().union(*of_setting.get(name, {"off": OFF}).values())


def _key_of(words: Mapping[str, frozenset[str]], word: str) -> str | None:
    return next((key for key, names in words.items() if word in names), None)


def _example(line: Line, name: SettingName) -> str | None:
    """Returns a line that sets the setting; None for a group, which only Slack's list can name."""
    korean = _NAMES[name][0]
    value = _EXAMPLES.get(name)
    if value is None:
        return None
    return line.offer(line.word_for(name, korean), line.word_for(value, _KOREAN_VALUES.get(value, value)))


VERB = Verb(
    "settings",
    "설정",
    group="channel",
    order=65,
    request=Settings,
    parse=parse,
    korean_words={**{name: words[0] for name, words in _NAMES.items()}, **_KOREAN_VALUES},
)
