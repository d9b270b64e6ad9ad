"""How urgent an article about the pact is: 1 when its main event is a signature, an end, a notice or the committee."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.matching.engine.cues import KOREA
from bot.matching.engine.evidence import Evidence
from bot.matching.pact.decision import PactDecision
from bot.matching.text.korean import is_hangul
from bot.model import Reason

_FIRST_PARAGRAPH = 400
_TITLE = 70
_HAPPENS = ("committee", "suspend", "notice")
_CLOSE = 60
_HELD = 110
_BEFORE = 48
_BEHIND = 110
_OWN_WORDS = 14
_TOLD = 24
_DOUBT = 28
_DOUBT_BEHIND = 24
_CLAUSE_END = re.compile(r"[…,\"]|지만|는데")
_AGAINST = re.compile(r"; | (?:but|while|whereas|though) |지만[, ]|[하되]자 |(?:[는은]|한|된) 반면|…")


def severity(evidence: Sequence[Evidence], decision: PactDecision, official: bool) -> tuple[int, Reason | None]:
    """The severity and its reason; background ("signed in October") never counts."""
    if not decision.pact:
        return 0, None
    if official and _about_it(evidence, decision):
        return 1, Reason("severity.official")
    for own in evidence:
        for begin, stop in _lead(own, decision):
            elsewhere = _of_sister(own, decision, begin, stop) or _of_another(own, decision, begin, stop)
            reason = None if elsewhere else _event(own, begin, stop)
            if reason is not None:
                return 1, reason
    return 0, Reason("severity.none")


def _about_it(evidence: Sequence[Evidence], decision: PactDecision) -> bool:
    """Is a document about the pact: does it speak of it first, or twice, or is its headline what happens to it?"""
    head = evidence[0]
    headline = len(head.field.text) if head.field.name == "headline" else 0
    if len(decision.pact) > 1 or head.cue(_HAPPENS, 0, headline):
        return True
    own, mention = decision.pact[0]
    return own.field.name == "headline" or mention.start < own.field.sentences.around(0)[1]


def _lead(own: Evidence, decision: PactDecision) -> list[tuple[int, int]]:
    """The headline, and those sentences of the first paragraph that speak of the pact."""
    if own.field.name == "headline":
        return [(0, len(own.field.text))]
    stop = _first_paragraph(own.field.text)
    # what the headline names, the first sentence goes on to tell
    spans = [own.field.sentences.around(0)] if any(e is not own for e, _ in decision.pact) else []
    spans += [own.field.sentences.around(m.start) for e, m in decision.pact if e is own and m.start < stop]
    return list(dict.fromkeys(spans))[:3]


def _first_paragraph(text: str) -> int:
    """Where the first paragraph ends: short lines before it are sub-headlines and belong to it."""
    end = 0
    for _ in range(6):
        following = text.find("\n", end)
        following = len(text) if following < 0 else following
        if following - end >= _TITLE or following == len(text):
            return min(following, end + _FIRST_PARAGRAPH)
        end = following + 1
    return end


def _event(own: Evidence, begin: int, stop: int) -> Reason | None:
    for name in ("suspend", "notice", "sign"):
        for start, end in own.places((name,), begin, stop):
            if _sisters_clause(own, start, begin, stop):
                continue
            denied = _denied(own, "undone" if name == "sign" else "doubtful", start, end, stop)
            if not denied and not _background(own, start, end, begin, stop):
                return Reason(f"severity.{name}", {"term": own.field.quote(start, end)})
    for start, end in own.places(("committee",), begin, stop):
        held = own.places(("held",), max(begin, start - _CLOSE), min(stop, end + _HELD))
        if any(not _background(own, s, e, begin, stop) for s, e in held):
            return Reason("severity.committee", {"term": own.field.quote(start, end)})
    return None


def _sisters_clause(own: Evidence, at: int, begin: int, stop: int) -> bool:
    """Where a sentence sets one thing against another: does this part of it speak of a sister alone?"""
    cuts = [(found.start(), found.end()) for found in _AGAINST.finditer(own.field.text, begin, stop)]
    first = max((end for _, end in cuts if end <= at), default=begin)
    last = min((start for start, _ in cuts if start >= at), default=stop)
    return bool(cuts) and own.cue(own.sisters, first, last) and not own.cue(KOREA, first, last)


def _denied(own: Evidence, cue: str, start: int, end: int, stop: int) -> bool:
    """Does a word of this cue take the event back: feared, denied, asked about, put off?

    In Korean such a word stands behind it, in its own clause.
    """
    text = own.field.text
    clause = _CLAUSE_END.search(text, end, min(stop, end + _DOUBT_BEHIND))
    far = clause.start() if clause else min(stop, end + _DOUBT_BEHIND)
    before = (span for span in own.places((cue,), max(0, start - _DOUBT), start) if not is_hangul(text[span[0]]))
    behind = own.places((cue,), end, far)
    return any(own.field.quote(*span) != "May" for span in (*before, *behind))


def _of_sister(own: Evidence, decision: PactDecision, begin: int, stop: int) -> bool:
    """A lead that names the sister's country and not this pact tells the sister's event."""
    if not own.cue(own.sisters, begin, stop):
        return False
    return not any(e is own and begin <= mention.start < stop for e, mention in decision.pact)


def _of_another(own: Evidence, decision: PactDecision, begin: int, stop: int) -> bool:
    """A headline of another deal of the two countries (investment, tariffs) that does not name this pact."""
    if own.field.name != "headline" or any(e is own and begin <= m.start < stop for e, m in decision.pact):
        return False
    others = list(own.places(("other_left",), begin, stop))
    deals = own.places(("agreement",), begin, stop)
    return any(0 <= deal - end <= _OWN_WORDS for deal, _ in deals for _, end in others)


def _background(own: Evidence, start: int, end: int, begin: int, stop: int) -> bool:
    """An event that is only told as history: 지난해 서명한, "signed in October"."""
    told = own.places(("past",), max(begin, start - _TOLD), end + 16)
    korean = is_hangul(own.field.text[start])
    if any(e > start - 12 and (s <= end or not korean) for s, e in told):
        return True
    if own.cue(("ahead",), max(begin, start - _CLOSE), end + _CLOSE):
        return False
    return _long_ago(own, start, end, (begin, stop), korean)


def _long_ago(own: Evidence, start: int, end: int, sentence: tuple[int, int], korean: bool) -> bool:
    """Does a time of the past belong to the event, and not to another one between them (지난해 체결한 … 을 중단)?"""
    begin, stop = sentence
    # a Korean sentence says when before the verb; what stands behind it belongs to what follows
    comma = own.field.text.find(",", end, min(stop, end + _BEHIND))
    far = end if korean else (comma if comma >= 0 else min(stop, end + _BEHIND))
    times = (e for _, e in own.places(("background_time",), max(begin, start - _BEFORE), far))
    return any(not own.cue(("past",), *((e, start) if e <= start else (end, e))) for e in times)
