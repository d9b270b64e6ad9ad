"""``mute`` shows what is muted, or holds back a story, a subscription or an outlet in this channel for a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from handlers.requests import Ask, Unclear
from handlers.verbs.grammar import (
    FILLERS,
    Line,
    Token,
    duration_seconds,
    ends_here,
    is_korean,
    parse_story_number,
    unclear,
)
from handlers.verbs.times import said_span
from handlers.verbs.verb import Verb

MUTE_MAX_DAYS = 90
MUTE_MAX_SECONDS = MUTE_MAX_DAYS * 86_400
MUTE_SPANS = (
    ("hours", 4, 4 * 3_600), ("days", 1, 86_400), ("days", 3, 3 * 86_400), ("days", 7, 7 * 86_400),
    ("days", 30, 30 * 86_400),
)  # fmt: skip
"""How long a menu offers to mute: the unit, its number, and seconds. Card, shortcut and home tab offer the same."""

_STORY_WORDS = frozenset({"story", "소식", "기사", "기사묶음"})
_SUBSCRIPTION = re.compile(r"S[0-9]{1,9}", re.IGNORECASE)
_OUTLET_WORDS = frozenset({"outlet", "출처", "매체"})


TARGET_WORDS = {"story": "소식", "outlet": "매체", "for": ""}


@dataclass(frozen=True, slots=True)
class MuteTarget:
    """The story, subscription or outlet that a mute is about."""

    kind: Literal["story", "outlet", "subscription"]
    name: str
    """ST91, S12, or an outlet's key, name or host as it was typed."""


@dataclass(frozen=True, slots=True)
class Mute(Ask):
    """A request to mute a story, a subscription or an outlet for a time, or to see what is muted."""

    target: MuteTarget | None
    """None: what is muted is shown."""
    for_seconds: int

    @property
    def changes_channel(self) -> bool:
        """The channel gets less for a while, unless its mutes are only shown."""
        return self.target is not None

    @property
    def names_target(self) -> bool:
        """A person's own subscription is muted from any channel."""
        return self.target is not None and self.target.kind == "subscription"


def parse(line: Line) -> Ask:
    """``mute ST91 3d``, ``mute story ST91 for 3d``, ``mute S12 for 3d``, ``mute outlet asiae 4h``, ``mute asiae 4h``.

    ``mute`` alone shows what is muted.
    """
    if not line.words:
        return Mute(None, 0)
    named = target_of(line)
    if isinstance(named, Unclear):
        return named
    target, typed, words = named
    start = offer_target(line, target, typed)
    a_day = f"{start} {line.word_for('1d', '1일')}"
    if not words:
        return line.missing("mute_needs_end", a_day)
    seconds = duration_seconds(words[0].text)
    if seconds is None:
        said = said_span(line.text[words[0].position :], korean=is_korean(line.verb.text))
        if said is None:
            return unclear(words[0], "duration_wrong", a_day, example=True)
        return Unclear(words[0].position, said.length, "duration_wrong", f"{start} {said.meant}")
    if seconds > MUTE_MAX_SECONDS:
        longest = line.word_for(f"{MUTE_MAX_DAYS}d", f"{MUTE_MAX_DAYS}일")
        return unclear(words[0], "duration_too_long", f"{start} {longest}", example=True)
    return ends_here(words[1:], Mute(target, seconds), f"{start} {words[0].text}")


def target_of(line: Line, *, has_end: bool = True) -> tuple[MuteTarget, Token, tuple[Token, ...]] | Unclear:
    """Returns what the line names, its token, and the words after it; a line to offer ``has_end``, or has no time."""
    words = line.words_without(FILLERS)
    kind = words[0].word if words else ""
    if kind in _STORY_WORDS | _OUTLET_WORDS:
        words = words[1:]
    if not words or (len(words) == 1 and duration_seconds(words[0].text) is not None):
        span = (words[0].text if words else line.word_for("3d", "3일")) if has_end else None
        return line.missing("mute_needs", line.offer(*filter(None, ("ST91", span))))
    typed = words[0]
    if kind in _OUTLET_WORDS:
        name, after = _outlet_name(line, words, has_end=has_end)
        return MuteTarget("outlet", name.text), name, after
    if _SUBSCRIPTION.fullmatch(typed.text):
        return MuteTarget("subscription", typed.text.upper()), typed, words[1:]
    if parse_story_number(typed.text) is not None:
        return MuteTarget("story", typed.text.upper()), typed, words[1:]
    if kind in _STORY_WORDS or _begins_as_story(typed.text) or not any(letter.isalnum() for letter in typed.text):
        return unclear(typed, "story_wanted", line.offer("ST91"), example=True)
    name, after = _outlet_name(line, words, has_end=has_end)
    return MuteTarget("outlet", name.text), name, after


def _begins_as_story(text: str) -> bool:
    """Returns whether a word that names no story was meant as a story's number: ST, ST12x, 12; else it is a name."""
    number = re.sub(r"^st?", "", text, flags=re.IGNORECASE)
    return not number or number[0].isdigit()


def _outlet_name(line: Line, words: Sequence[Token], *, has_end: bool) -> tuple[Token, tuple[Token, ...]]:
    """Returns the outlet's name, which may have several words (Pacific Wire) before a time, and the words after it."""
    count = 1
    if not has_end:
        count = len(words)
    elif duration_seconds(words[-1].text) is not None:
        count = len(words) - 1
    first, last = words[0], words[count - 1]
    name = line.text[first.position : last.position + len(last.text)]
    return replace(first, text=name), tuple(words[count:])


def offer_target(line: Line, target: MuteTarget, typed: Token) -> str:
    """Returns the beginning of a line to offer, up to its target."""
    if target.kind == "subscription":
        return line.offer(typed.text)
    kind = line.word_for("story", "소식") if target.kind == "story" else line.word_for("outlet", "매체")
    return line.offer(kind, typed.text)


VERB = Verb("mute", "음소거", group="channel", order=40, request=Mute, parse=parse, korean_words=TARGET_WORDS)
