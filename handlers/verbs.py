"""The verbs of the one command, in both languages: the single source of parsing, help and the README's table."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from handlers.keyboard import keys_of

Group = Literal["read", "channel", "me"]


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: its name, its Korean name and where help lists it."""

    name: str
    korean: str
    group: Group
    also: tuple[str, ...] = ()
    """Other words that people type for it."""

    @property
    def words(self) -> tuple[str, ...]:
        return (self.name, self.korean, *self.also)


VERBS: tuple[Verb, ...] = (
    Verb("status", "상태", "read", ("현황",)),
    Verb("why", "왜", "read"),
    Verb("list", "목록", "read"),
    Verb("help", "도움말", "read", ("도움", "?")),
    Verb("subscribe", "구독", "channel"),
    Verb("unsubscribe", "해지", "channel", ("구독해지",)),
    Verb("digest", "요약", "channel"),
    Verb("mute", "음소거", "channel"),
    Verb("unmute", "해제", "channel", ("음소거해제",)),
    Verb("quiet", "방해금지", "channel", ("조용히",)),
    Verb("undo", "되돌리기", "channel"),
)
"""Most used first within each group."""


def is_korean(word: str) -> bool:
    """Whether a word is written in Hangul syllables."""
    return any("가" <= letter <= "힣" for letter in word)


def verb_named(word: str) -> Verb | tuple[Verb, ...]:
    """The verb that a word names, whole or by a unique beginning; else every verb it could be (none, or several)."""
    wanted = unicodedata.normalize("NFC", word).casefold()
    whole = [verb for verb in VERBS if wanted in verb.words]
    found = whole or [verb for verb in VERBS if any(each.startswith(wanted) for each in verb.words)]
    return found[0] if len(found) == 1 else tuple(found)


def verb_by_keys(word: str) -> tuple[Verb, str] | None:
    """The verb meant when the keyboard was in the other mode, and its word: ``ㄴㅅㅁ션`` status, ``rnehr`` 구독.

    Two letters are too few to tell a slip from a word, so at least three keys are wanted; a whole word always counts.
    """
    keys = keys_of(word).casefold()
    for verb in VERBS:
        for name in verb.words:
            if name.isascii() == word.isascii():
                continue
            wanted = keys_of(name).casefold()
            if keys == wanted or (len(keys) >= 3 and wanted.startswith(keys)):
                return verb, name
    return None


def nearest_verb(word: str) -> str | None:
    """The verb's name that looks most like an unknown word, letter by letter (Hangul by its jamo).

    A verb that ends something is offered only for what is all but the verb itself.
    """
    spelled = {unicodedata.normalize("NFD", each): each for verb in VERBS for each in verb.words}
    typed = unicodedata.normalize("NFD", word.casefold())
    for close in get_close_matches(typed, spelled, n=3, cutoff=0.6):
        name = spelled[close]
        found = verb_named(name)
        ends = isinstance(found, Verb) and found.name == "unsubscribe"
        if not ends or abs(len(close) - len(typed)) + sum(a != b for a, b in zip(close, typed, strict=False)) <= 1:
            return name
    return None


def korean_line(line: str) -> str:
    """A line with its verb in Korean; what follows the verb is understood in both languages."""
    word, space, rest = line.partition(" ")
    verb = verb_named(word)
    return f"{verb.korean}{space}{rest}" if isinstance(verb, Verb) else line
