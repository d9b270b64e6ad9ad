"""``lang`` shows or changes the language of answers to a person, or of the channel."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, unclear
from handlers.verbs.near_word import unclear_word
from handlers.verbs.settings import AUTO, language_named, language_words
from handlers.verbs.verb import Verb

_CHANNEL = frozenset({"channel", "here", "채널", "여기"})


@dataclass(frozen=True, slots=True)
class Lang(Ask):
    """A request to see the languages, or to change the person's or the channel's."""

    language: str | None = None
    """``ko``, ``en``, ``auto`` (what Slack says of the person counts again), or None to see them."""
    channel: bool = False

    @property
    def changes_channel(self) -> bool:
        """A language changes, unless they are only shown."""
        return self.language is not None

    @property
    def configures(self) -> bool:
        """A person's own language is no setting of the channel."""
        return self.channel

    @property
    def shareable(self) -> bool:
        """It is about one person."""
        return False


def parse(line: Line) -> Ask:
    """``lang``, ``lang ko``, ``lang auto``, ``lang ko channel``."""
    if not line.words:
        return Lang()
    first = line.words[0]
    language = "auto" if first.word in AUTO else language_named(first.word)
    if language is None:
        example = line.offer(line.word_for("ko", "한국어"))
        return unclear_word(line, first, "settings_needs_language", language_words() | AUTO, example)
    channel = len(line.words) > 1 and line.words[1].word in _CHANNEL
    if channel and language == "auto":
        return unclear(first, "settings_needs_language", line.offer(line.word_for("ko channel", "한국어 채널")))
    return line.ends_after(3 if channel else 2, Lang(language, channel))


VERB = Verb(
    "lang",
    "언어",
    group="me",
    order=10,
    request=Lang,
    parse=parse,
    korean_words={"ko": "한국어", "en": "영어", "auto": "자동", "channel": "채널"},
    also=("language",),
)
