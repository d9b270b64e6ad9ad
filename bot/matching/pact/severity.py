"""Decides the severity of an article about the pact: 1 for a signature, an end, a notice or a joint committee."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.matching.engine.cues import KOREA
from bot.matching.engine.evidence import Evidence
from bot.matching.pact.decision import PactDecision
from bot.matching.text.korean import is_hangul
from bot.model import Reason

_FIRST_PARAGRAPH_CHARS = 400
_SUBTITLE_CHARS = 70
_SUBTITLES = 6
_LEAD_SENTENCES = 3
_EVENTS = ("committee", "suspend", "notice")
_NEAR_CHARS = 60
_HELD_CHARS = 110
_TIME_BEFORE_CHARS = 48
_TIME_BEHIND_CHARS = 110
_SUBJECT_CHARS = 14
_PAST_BEFORE_CHARS = 24
_PAST_BEHIND_CHARS = 16
_PAST_GAP_CHARS = 12
_DOUBT_BEFORE_CHARS = 28
_DOUBT_BEHIND_CHARS = 24
_CLAUSE_END = re.compile(r"[…,\"]|지만|는데")
_AGAINST = re.compile(r"; | (?:but|while|whereas|though) |지만[, ]|[하되]자 |(?:[는은]|한|된) 반면|…")


def severity(fields: Sequence[Evidence], decision: PactDecision, official: bool) -> tuple[int, Reason | None]:
    """The severity, 0 or 1, and its reason; background ("signed in October") never counts."""
    if not decision.pact:
        return 0, None
    if official and _about_it(fields, decision):
        return 1, Reason("severity.official")
    for evidence in fields:
        for begin, stop in _lead(evidence, decision):
            of_other_deal = _of_sister(evidence, decision, begin, stop) or _of_another(evidence, decision, begin, stop)
            reason = None if of_other_deal else _event(evidence, begin, stop)
            if reason is not None:
                return 1, reason
    return 0, Reason("severity.none")


def _about_it(fields: Sequence[Evidence], decision: PactDecision) -> bool:
    """Is a document about the pact: does it name it first or twice, or does its headline tell what happens to it?"""
    head = fields[0]
    headline = len(head.field.text) if head.field.name == "headline" else 0
    if len(decision.pact) > 1 or head.cue(_EVENTS, 0, headline):
        return True
    evidence, mention = decision.pact[0]
    return evidence.field.name == "headline" or mention.start < evidence.field.sentences.around(0)[1]


def _lead(evidence: Evidence, decision: PactDecision) -> list[tuple[int, int]]:
    """The headline as a whole, or the sentences of the first paragraph that name the pact."""
    if evidence.field.name == "headline":
        return [(0, len(evidence.field.text))]
    stop = _first_paragraph(evidence.field.text)
    # where the headline names the pact, the first sentence continues it
    spans = [evidence.field.sentences.around(0)] if any(other is not evidence for other, _ in decision.pact) else []
    spans += [
        evidence.field.sentences.around(mention.start)
        for other, mention in decision.pact
        if other is evidence and mention.start < stop
    ]
    return list(dict.fromkeys(spans))[:_LEAD_SENTENCES]


def _first_paragraph(text: str) -> int:
    """Where the first paragraph ends: short lines before it are sub-headlines and belong to it."""
    end = 0
    for _ in range(_SUBTITLES):
        following = text.find("\n", end)
        following = len(text) if following < 0 else following
        if following - end >= _SUBTITLE_CHARS or following == len(text):
            return min(following, end + _FIRST_PARAGRAPH_CHARS)
        end = following + 1
    return end


def _event(evidence: Evidence, begin: int, stop: int) -> Reason | None:
    """The first event between two places that is neither denied nor background."""
    for name in ("suspend", "notice", "sign"):
        for start, end in evidence.places((name,), begin, stop):
            if _sisters_clause(evidence, start, begin, stop):
                continue
            denied = _denied(evidence, "undone" if name == "sign" else "doubtful", start, end, stop)
            if not denied and not _background(evidence, start, end, begin, stop):
                return Reason(f"severity.{name}", {"term": evidence.field.quote(start, end)})
    for start, end in evidence.places(("committee",), begin, stop):
        held = evidence.places(("held",), max(begin, start - _NEAR_CHARS), min(stop, end + _HELD_CHARS))
        if any(not _background(evidence, held_start, held_end, begin, stop) for held_start, held_end in held):
            return Reason("severity.committee", {"term": evidence.field.quote(start, end)})
    return None


def _sisters_clause(evidence: Evidence, at: int, begin: int, stop: int) -> bool:
    """Does the clause around a place name a sister alone, in a sentence that sets one thing against another?"""
    cuts = [match.span() for match in _AGAINST.finditer(evidence.field.text, begin, stop)]
    first = max((end for _, end in cuts if end <= at), default=begin)
    last = min((start for start, _ in cuts if start >= at), default=stop)
    return bool(cuts) and evidence.cue(evidence.sisters, first, last) and not evidence.cue(KOREA, first, last)


def _denied(evidence: Evidence, cue: str, start: int, end: int, stop: int) -> bool:
    """Does a word of this cue deny the event: feared, denied, asked about, postponed?

    In Korean such a word stands behind the event, in the same clause.
    """
    text = evidence.field.text
    clause = _CLAUSE_END.search(text, end, min(stop, end + _DOUBT_BEHIND_CHARS))
    far = clause.start() if clause else min(stop, end + _DOUBT_BEHIND_CHARS)
    before = (
        span
        for span in evidence.places((cue,), max(0, start - _DOUBT_BEFORE_CHARS), start)
        if not is_hangul(text[span[0]])
    )
    behind = evidence.places((cue,), end, far)
    return any(evidence.field.quote(*span) != "May" for span in (*before, *behind))


def _of_sister(evidence: Evidence, decision: PactDecision, begin: int, stop: int) -> bool:
    """Does the lead name a sister's country and not this pact? Then the event is the sister's."""
    if not evidence.cue(evidence.sisters, begin, stop):
        return False
    return not _names_pact(evidence, decision, begin, stop)


def _names_pact(evidence: Evidence, decision: PactDecision, begin: int, stop: int) -> bool:
    return any(other is evidence and begin <= mention.start < stop for other, mention in decision.pact)


def _of_another(evidence: Evidence, decision: PactDecision, begin: int, stop: int) -> bool:
    """Does a headline name another deal of the two countries (investment, tariffs) and not this pact?"""
    if evidence.field.name != "headline" or _names_pact(evidence, decision, begin, stop):
        return False
    others = list(evidence.places(("other_left",), begin, stop))
    deals = evidence.places(("agreement",), begin, stop)
    return any(0 <= deal - end <= _SUBJECT_CHARS for deal, _ in deals for _, end in others)


def _background(evidence: Evidence, start: int, end: int, begin: int, stop: int) -> bool:
    """Is the event only history: 지난해 서명한, "signed in October"?"""
    past = evidence.places(("past",), max(begin, start - _PAST_BEFORE_CHARS), end + _PAST_BEHIND_CHARS)
    korean = is_hangul(evidence.field.text[start])
    if any(past_end > start - _PAST_GAP_CHARS and (past_start <= end or not korean) for past_start, past_end in past):
        return True
    if evidence.cue(("ahead",), max(begin, start - _NEAR_CHARS), end + _NEAR_CHARS):
        return False
    return _long_ago(evidence, start, end, (begin, stop), korean)


def _long_ago(evidence: Evidence, start: int, end: int, sentence: tuple[int, int], korean: bool) -> bool:
    """Does a past time belong to this event, and not to another one between them (지난해 체결한 … 을 중단)?"""
    begin, stop = sentence
    # a Korean sentence has its time before the verb; what stands behind the verb belongs to the next one
    comma = evidence.field.text.find(",", end, min(stop, end + _TIME_BEHIND_CHARS))
    far = end if korean else (comma if comma >= 0 else min(stop, end + _TIME_BEHIND_CHARS))
    time_ends = (
        time_end for _, time_end in evidence.places(("background_time",), max(begin, start - _TIME_BEFORE_CHARS), far)
    )
    between = ((time_end, start) if time_end <= start else (end, time_end) for time_end in time_ends)
    return any(not evidence.cue(("past",), *gap) for gap in between)
