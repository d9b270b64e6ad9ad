"""Finds a joint committee that is held or dated."""

from __future__ import annotations

from collections.abc import Iterator

from bot.matching.engine.cues import KOREA_SIDE
from bot.matching.engine.evidence import Evidence
from bot.matching.pact.clauses import korean_clause
from bot.matching.pact.english_mood import MONTHS, english_mood
from bot.matching.pact.korean_mood import korean_mood
from bot.matching.pact.verbs import Mood
from bot.matching.text.korean import is_hangul
from bot.matching.text.lazy_pattern import lazy_pattern
from bot.model import Reason

_OURS = (*KOREA_SIDE, "pair", "two_governments")
_SITTING = lazy_pattern(
    r"\b(?:(?:[a-z]+ed|picked|chose) (?!to )[^;.]{0,140}?(?<!be )(?:at|during)"
    r"|(?:arrived?s?|gather(?:s|ed)|fl(?:ew|ies)|land(?:s|ed)|met|sat down)\b[^;.]{0,60}? for) (?:an?|their|its|the)"
    r"(?: (?!next|coming|upcoming|planned)[\w-]+){0,3} $"
)
"""Something was done at it: picked 24 projects at their first joint committee."""
_SITTING_CHARS = 200
_DATED = lazy_pattern(r" (?:오는 |다음 ?달 |내달 |\d{1,2}월 )?\d{1,2}일[ ,]")
_AHEAD = lazy_pattern(r"(?:\d일|내일|모레|오늘|이날)[^.]{0,30}? (?:열리는|개최되는|열릴|개최될) [^.]{0,20}$")
_ON = lazy_pattern(rf"[^.;]*? on (?:{MONTHS}) \d{{1,2}}\b(?!, 20)")
_UNDATED = lazy_pattern(r"미정|불투명|no date|not (?:been )?set|undecided")
_BEFORE_IT = lazy_pattern(r"[가-힣]{0,3}[을를]? ?(?:앞두고|앞둔|준비 ?(?:회의|모임|단|팀)|의 [가-힣 ]{0,14}의제)")
_OF_DEAL = lazy_pattern(
    r" (?:under|of|on|for|that [a-z]+) (?:the|their|its) (?:[^,.;]|u\.s\.?){0,80}?\b(?:deal|pact|accord"
    r"|agreement|memorandum|mou)\b"
    r"(?: with \w+)?"
)
_FINITE = ("다", "고", "려", "로", "예정")
_APART = lazy_pattern(r"; | while | but ")
_NEAR_CHARS = 60
_BESIDE_CHARS = 40
_HELD_CHARS = 110


def committees(evidence: Evidence, begin: int, stop: int) -> Iterator[tuple[Mood, Reason]]:
    """A joint committee that is held or dated."""
    text = evidence.field.text
    for start, end in evidence.places(("committee",), begin, stop):
        beside = max(begin, start - _BESIDE_CHARS), min(stop, end + _BESIDE_CHARS)
        if evidence.cue(evidence.sisters, *beside) and not evidence.cue(_OURS, *beside):
            continue
        if _UNDATED.search(text, begin, stop) or _BEFORE_IT.match(text, end):
            continue
        if (
            _SITTING.search(text, max(begin, start - _SITTING_CHARS), start)
            or (evidence.field.name == "headline" and _DATED.match(text, end))
            or _AHEAD.search(text, max(begin, start - _NEAR_CHARS), start)
            or _ON.match(text, end, min(stop, end + _HELD_CHARS))
        ):
            yield "fact", Reason("severity.committee", {"term": evidence.field.quote(start, end)})
        for held_start, held_end in evidence.places(
            ("held",), max(begin, start - _NEAR_CHARS), min(stop, end + _HELD_CHARS)
        ):
            between = text[min(end, held_end) : max(start, held_start)]
            if _APART.search(between):
                continue
            reason = Reason("severity.committee", {"term": evidence.field.quote(start, end)})
            if is_hangul(text[held_start]) and text[held_start:held_end].endswith(_FINITE):
                yield "fact", reason
            elif is_hangul(text[held_start]):
                yield korean_mood(text, korean_clause(text, begin, held_start), held_start, held_end, stop), reason
            else:
                own = (
                    text[:end]
                    + _OF_DEAL.sub(lambda match: " " * len(match[0]), text[end:held_start])
                    + text[held_start:]
                )
                yield english_mood(own, begin, held_start, held_end, stop, evidence.field.name == "headline"), reason
