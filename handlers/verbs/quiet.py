"""``quiet`` shows or sets the hours in which only major news is posted here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import OFF, Line, Token, clock_time, ends_here, tokens_from, unclear
from handlers.verbs.near_word import unclear_word
from handlers.verbs.times import said_clock
from handlers.verbs.verb import Verb

EXAMPLE_HOURS = "22:00-07:00"

_DASH = re.compile(r"[-~–]")
_SEPARATOR = re.compile(r"^\s*(?:[-~–]|to\s|until\s|부터|까지|and\s)?\s*", re.IGNORECASE)
_BETWEEN = frozenset({"from", "to", "until", "-", "~", "–", "부터", "까지"})


@dataclass(frozen=True, slots=True)
class Quiet(Ask):
    """A request to set the channel's quiet hours, HH:MM in its zone; None twice ends them, or shows them."""

    start: str | None
    end: str | None
    is_shown: bool = False
    """Whether they are only shown, as they are now."""

    @property
    def changes_channel(self) -> bool:
        """The quiet hours change, unless they are only shown."""
        return not self.is_shown


def parse(line: Line) -> Ask:
    """``22:00-07:00``, ``22:00 to 07:00``, ``22시부터 7시까지``, ``off``, or nothing to see them."""
    offer = line.offer(EXAMPLE_HOURS)
    if not line.words:
        return Quiet(None, None, is_shown=True)
    words = line.words_without(_BETWEEN)
    if not words:
        return line.missing("quiet_needs", offer)
    if words[0].word in OFF:
        return ends_here(words[1:], Quiet(None, None), line.offer(line.word_for("off", "끄기")))
    parts = [part for token in words for part in _DASH.split(token.word) if part]
    times = [clock_time(part.removesuffix("부터").removesuffix("까지")) for part in parts[:2]]
    if len(times) < 2 or None in times:
        return _in_words(line, words, offer)
    if times[0] == times[1]:
        return unclear(words[0], "quiet_same", offer, example=True)
    used = 1 if len(_DASH.split(words[0].word)) > 1 else 2
    return ends_here(words[used:], Quiet(times[0], times[1]), line.offer(f"{times[0]}-{times[1]}"))


def _in_words(line: Line, words: tuple[Token, ...], offer: str) -> Ask:
    """Understands hours that are said in another way (10pm to 7am); offers them where they leave a choice."""
    start = said_clock(line.text[words[0].position :])
    if start is None:
        return unclear_word(line, words[0], "quiet_needs", OFF, offer)
    rest = line.text[words[0].position + start.length :]
    gap = _SEPARATOR.match(rest)
    begin = words[0].position + start.length + (gap.end() if gap else 0)
    end = said_clock(line.text[begin:])
    if end is None or end.meant == start.meant:
        return unclear(words[0], "quiet_needs", offer, example=True)
    hours = line.offer(f"{start.meant}-{end.meant}")
    if not (start.exact and end.exact):
        return unclear(words[0], "quiet_needs", hours)
    return ends_here(tokens_from(line.tokens, begin + end.length), Quiet(start.meant, end.meant), hours)


VERB = Verb(
    "quiet",
    "방해금지",
    group="channel",
    order=60,
    request=Quiet,
    parse=parse,
    korean_words={"off": "끄기"},
    also=("조용히",),
)
