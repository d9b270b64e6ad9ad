"""What a person typed, as an Ask: the verb is understood here, a query is handed on with its place in the line.

Nothing is guessed on a change: a word typed with the keyboard in the other mode is understood for a reading verb and
only offered for a changing one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers.keyboard import has_lone_jamo, keys_of
from handlers.requests import (
    Ask,
    Asker,
    Digest,
    Help,
    ListSubscriptions,
    Mute,
    Quiet,
    Rest,
    Status,
    Subscribe,
    Unclear,
    Undo,
    Unmute,
    Unsubscribe,
    Why,
)
from handlers.verbs import VERBS, Verb, is_korean, nearest_verb, verb_by_keys, verb_named

LINE_MAX_CHARS = 2_500
MUTE_MAX_SECONDS = 90 * 86_400
DIGEST_AT = "08:30"
QUIET = "22:00-07:00"

_UNITS = {"m": 60, "분": 60, "h": 3_600, "시간": 3_600, "d": 86_400, "일": 86_400, "w": 604_800, "주": 604_800}
_DURATION = re.compile(r"(\d{1,4})(m|h|d|w|분|시간|일|주)(?:간|동안)?", re.IGNORECASE)
_TIME = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d)|시(?:([0-5]?\d)분)?)")
_TO = re.compile(r"[-~–]")
_SUBSCRIPTION = re.compile(r"S?(\d{1,9})", re.IGNORECASE)
_STORY = re.compile(r"ST(\d{1,9})", re.IGNORECASE)
_ALL = frozenset({"all", "everything", "모두", "전부", "전체"})
_RECEIPT = frozenset({"receipt", "기록", "발송기록"})
_SURE = frozenset({"sure", "yes", "네", "확인"})
_NOW, _DAILY, _OFF = frozenset({"now", "지금"}), frozenset({"daily", "매일"}), frozenset({"off", "끄기", "끔"})
_BETWEEN = frozenset({"from", "to", "until", "-", "~", "–", "부터", "까지"})
_FILLERS = frozenset({"for", "동안", "at", "에"})
_STORY_WORDS, _OUTLET_WORDS = frozenset({"story", "기사", "기사묶음"}), frozenset({"outlet", "출처", "매체"})
_IN_KOREAN = {
    "quantum": "양자컴퓨터",
    "list": "목록",
    "now": "지금",
    "off": "끄기",
    "daily": "매일",
    "story": "기사",
    "outlet": "매체",
    "1d": "1일",
    "3d": "3일",
    "90d": "90일",
}
_FOR_ME = re.compile(r"(?:^|\s)(?:for\s+me|나에게|내게)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the line and where it begins."""

    text: str
    at: int

    @property
    def word(self) -> str:
        return self.text.casefold()


def parse(line: str, asker: Asker) -> tuple[Ask, Asker]:
    """The ask that a line (without the command's name) stands for; a Korean verb makes the answer Korean.

    Positions in the ask are those of ``understood(line)``, which is the line itself unless the keyboard was in the
    other mode.
    """
    meant = understood(line)
    tokens = tokens_of(meant)
    if len(meant) > LINE_MAX_CHARS:
        return Unclear(LINE_MAX_CHARS, 1, "line_too_long"), asker
    if not tokens:
        return Help(), asker
    first = tokens[0]
    verb = verb_named(first.text)
    if is_korean(first.text) and (verb or by_keyboard(meant) is None):
        asker = replace(asker, language="ko")
    if not isinstance(verb, Verb):
        return _no_verb(meant, first, verb), asker
    return _READERS[verb.name](meant, tokens), asker


def understood(line: str) -> str:
    """The line as it is acted on: itself, or the corrected one when a reading verb was typed in the other mode."""
    corrected = by_keyboard(line)
    if corrected is None:
        return line
    ask = _READERS[_first_verb(corrected).name](corrected, tokens_of(corrected))
    return corrected if reads_only(ask) else line


def by_keyboard(line: str) -> str | None:
    """The line with its verb as typed in the keyboard's other mode; None when the verb is fine or nobody can say."""
    tokens = tokens_of(line[:LINE_MAX_CHARS])
    if not tokens or verb_named(tokens[0].text) != ():
        return None
    found = verb_by_keys(tokens[0].text)
    if found is None:
        return None
    first = tokens[0]
    rest = line[first.at + len(first.text) :]
    if not first.text.isascii():
        rest = re.sub(r"\S+", lambda token: keys_of(token[0]) if has_lone_jamo(token[0]) else token[0], rest)
    return line[: first.at] + found[1] + rest


def reads_only(ask: Ask) -> bool:
    """Whether an ask changes nothing, so that understanding it wrongly does no harm."""
    if isinstance(ask, Digest):
        return ask.when == "now"
    return not isinstance(ask, Subscribe | Unsubscribe | Mute | Unmute | Quiet | Undo | Unclear)


def tokens_of(line: str) -> list[Token]:
    """The words of a line with their places."""
    return [Token(found[0], found.start()) for found in re.finditer(r"\S+", line)]


def duration_seconds(word: str) -> int | None:
    """Seconds of ``3d``, ``4h``, ``30m``, ``2w``, ``3일``, ``4시간``; None for anything else."""
    found = _DURATION.fullmatch(word)
    return int(found[1]) * _UNITS[found[2].casefold()] if found and int(found[1]) else None


def clock_time(word: str) -> str | None:
    """HH:MM of ``8:30``, ``08:30``, ``8시``, ``8시30분``; None for anything else."""
    found = _TIME.fullmatch(word)
    return f"{int(found[1]):02}:{int(found[2] or found[3] or 0):02}" if found else None


def _first_verb(line: str) -> Verb:
    verb = verb_named(tokens_of(line)[0].text)
    return verb if isinstance(verb, Verb) else VERBS[0]


def _no_verb(line: str, first: Token, candidates: tuple[Verb, ...]) -> Unclear:
    """An unknown, ambiguous or mistyped verb: what was probably meant is offered, never run."""
    rest = line[first.at + len(first.text) :]
    if candidates:
        named = (each for each in candidates[0].words if each.startswith(first.word))
        return Unclear(first.at, len(first.text), "verb_ambiguous", next(named, candidates[0].name) + rest)
    corrected = by_keyboard(line)
    if corrected is not None:
        return Unclear(first.at, len(first.text), "keyboard", corrected.strip())
    near = nearest_verb(first.text)
    return Unclear(first.at, len(first.text), "verb_unknown", near + rest if near else None)


def _unclear(token: Token, code: str, nearest: str | None = None) -> Unclear:
    return Unclear(token.at, len(token.text), code, nearest)


def _missing(line: str, code: str, nearest: str | None = None) -> Unclear:
    """Something is wanted after the end of the line."""
    return Unclear(len(line.rstrip()) + 1, 1, code, nearest)


def _offer(verb: Token, *words: str) -> str:
    """A line to offer, in the language that its verb was typed in."""
    return " ".join([verb.text, *(_korean_too(verb, word) for word in words)])


def _korean_too(verb: Token, word: str) -> str:
    return _IN_KOREAN.get(word, word) if is_korean(verb.text) else word


def _rest(line: str, tokens: list[Token]) -> Rest:
    if len(tokens) < 2:
        return Rest("", len(line.rstrip()))
    return Rest(line[tokens[1].at :].rstrip(), tokens[1].at)


def _nothing_after(tokens: list[Token], ask: Ask, used: int) -> Ask:
    """The ask, unless something follows that its verb does not take."""
    return _unclear(tokens[used], "not_taken", " ".join(t.text for t in tokens[:used])) if len(tokens) > used else ask


def _help(line: str, tokens: list[Token]) -> Ask:
    if len(tokens) == 1:
        return Help()
    verb = verb_named(tokens[1].text)
    if isinstance(verb, Verb):
        return _nothing_after(tokens, Help(verb.name), 2)
    near = nearest_verb(tokens[1].text)
    return _unclear(tokens[1], "verb_unknown", f"{tokens[0].text} {near}" if near else None)


def _status(line: str, tokens: list[Token]) -> Ask:
    return Status(_rest(line, tokens))


def _subscribe(line: str, tokens: list[Token]) -> Ask:
    rest = _rest(line, tokens)
    mine = _FOR_ME.search(rest.text)
    if mine:
        rest = Rest(rest.text[: mine.start()].rstrip(), rest.offset)
    if not rest.text:
        return _missing(line, "subscribe_needs", _offer(tokens[0], "quantum"))
    return Subscribe(rest, for_me=mine is not None)


def _unsubscribe(line: str, tokens: list[Token]) -> Ask:
    if len(tokens) == 1:
        return _missing(line, "unsubscribe_needs", _korean_too(tokens[0], "list"))
    what = tokens[1]
    if what.word in _ALL:
        sure = len(tokens) > 2 and tokens[2].word in _SURE
        return _nothing_after(tokens, Unsubscribe(None, everything=True, sure=sure), 3 if sure else 2)
    number = _SUBSCRIPTION.fullmatch(what.text)
    if number is None:
        return _unclear(what, "subscription_wanted", _korean_too(tokens[0], "list"))
    return _nothing_after(tokens, Unsubscribe(int(number[1])), 2)


def _list(line: str, tokens: list[Token]) -> Ask:
    words = tokens[1:]
    everywhere = bool(words) and words[0].word in _ALL
    if everywhere:
        words = words[1:]
    page = 1
    if words and (number := re.fullmatch(r"([1-9]\d{0,3})쪽?", words[0].text)):
        page, words = int(number[1]), words[1:]
    return _nothing_after(tokens, ListSubscriptions(everywhere, page), len(tokens) - len(words))


def _digest(line: str, tokens: list[Token]) -> Ask:
    words = [token for token in tokens[1:] if token.word not in _FILLERS]
    if not words or words[0].word in _NOW:
        return _over(words[1:], Digest("now"), _offer(tokens[0], "now"))
    if words[0].word in _OFF:
        return _over(words[1:], Digest("off"), _offer(tokens[0], "off"))
    times = words[1:] if words[0].word in _DAILY else words
    if not times:
        return Digest("daily", DIGEST_AT)
    at = clock_time(times[0].text)
    if at is None:
        code = "time_wrong" if words[0].word in _DAILY else "digest_when"
        return _unclear(times[0], code, _offer(tokens[0], "daily", DIGEST_AT))
    return _over(times[1:], Digest("daily", at), _offer(tokens[0], "daily", at))


def _over(words: list[Token], ask: Ask, nearest: str) -> Ask:
    return _unclear(words[0], "not_taken", nearest) if words else ask


def _why(line: str, tokens: list[Token]) -> Ask:
    if len(tokens) == 1:
        return _missing(line, "why_needs")
    receipt = len(tokens) > 2 and tokens[2].word in _RECEIPT
    return _nothing_after(tokens, Why(tokens[1].text, receipt), 3 if receipt else 2)


def _target(line: str, tokens: list[Token]) -> tuple[str, Token, list[Token]] | Unclear:
    """What is muted: story or outlet, its token, and what follows."""
    words = [token for token in tokens[1:] if token.word not in _FILLERS]
    kind = "outlet" if words and words[0].word in _OUTLET_WORDS else "story"
    if words and words[0].word in _STORY_WORDS | _OUTLET_WORDS:
        words = words[1:]
    if not words:
        return _missing(line, "mute_needs", _offer(tokens[0], "ST91", "3d"))
    if kind == "story" and not _STORY.fullmatch(words[0].text):
        return _unclear(words[0], "story_wanted", _offer(tokens[0], "outlet", words[0].text))
    return kind, words[0], words[1:]


def _mute(line: str, tokens: list[Token]) -> Ask:
    found = _target(line, tokens)
    if isinstance(found, Unclear):
        return found
    kind, target, words = found
    start = _offer(tokens[0], kind, target.text)
    if not words:
        return _missing(line, "mute_needs_end", f"{start} {_korean_too(tokens[0], '1d')}")
    seconds = duration_seconds(words[0].text)
    if seconds is None:
        return _unclear(words[0], "duration_wrong", f"{start} {_korean_too(tokens[0], '1d')}")
    if seconds > MUTE_MAX_SECONDS:
        return _unclear(words[0], "duration_too_long", f"{start} {_korean_too(tokens[0], '90d')}")
    name = target.text.upper() if kind == "story" else target.text
    return _over(words[1:], Mute("story" if kind == "story" else "outlet", name, seconds), f"{start} {words[0].text}")


def _unmute(line: str, tokens: list[Token]) -> Ask:
    found = _target(line, tokens)
    if isinstance(found, Unclear):
        return found
    kind, target, words = found
    name = target.text.upper() if kind == "story" else target.text
    ask = Unmute("story" if kind == "story" else "outlet", name)
    return _over(words, ask, _offer(tokens[0], kind, target.text))


def _quiet(line: str, tokens: list[Token]) -> Ask:
    """``22:00-07:00``, ``22:00 to 07:00``, ``22시부터 7시까지``, or ``off``."""
    offer = _offer(tokens[0], QUIET)
    words = [token for token in tokens[1:] if token.word not in _BETWEEN]
    if not words:
        return _missing(line, "quiet_needs", offer)
    if words[0].word in _OFF:
        return _over(words[1:], Quiet(None, None), _offer(tokens[0], "off"))
    parts = [part for token in words for part in _TO.split(token.word) if part]
    times = [clock_time(part.removesuffix("부터").removesuffix("까지")) for part in parts[:2]]
    if len(times) < 2 or None in times:
        return _unclear(words[0], "quiet_needs", offer)
    if times[0] == times[1]:
        return _unclear(words[0], "quiet_same", offer)
    used = 1 if len(_TO.split(words[0].word)) > 1 else 2
    return _over(words[used:], Quiet(times[0], times[1]), f"{tokens[0].text} {times[0]}-{times[1]}")


def _undo(line: str, tokens: list[Token]) -> Ask:
    if len(tokens) == 1:
        return _missing(line, "undo_needs")
    number = re.fullmatch(r"#?(\d{1,9})", tokens[1].text)
    if number is None:
        return _unclear(tokens[1], "undo_needs")
    return _nothing_after(tokens, Undo(int(number[1])), 2)


_READERS: dict[str, Callable[[str, list[Token]], Ask]] = {
    "help": _help,
    "status": _status,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "list": _list,
    "digest": _digest,
    "why": _why,
    "mute": _mute,
    "unmute": _unmute,
    "quiet": _quiet,
    "undo": _undo,
}
