"""Decides the severity of an article about the pact: 1 for a signature, an end, a notice or a joint committee."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.matching.engine.evidence import Evidence
from bot.matching.pact.decision import PactDecision
from bot.matching.pact.english_mood import english_mood
from bot.matching.pact.event_object import EventObjects, korean_clause
from bot.matching.pact.korean_mood import korean_mood
from bot.matching.pact.verbs import Mood, Verb, verbs
from bot.matching.text.korean import is_hangul
from bot.model import Reason

_HEADLINE_CHARS = 400
_FIRST_PARAGRAPH_CHARS = 400
_SUBTITLE_CHARS = 70
_SUBTITLES = 6
_LEAD_SENTENCES = 3
_NEAR_CHARS = 60
_HELD_CHARS = 110
_FRAME = re.compile(
    r"^\W{0,3}(?:opinion|column|editorial|commentary|op-ed|letters?|explainer|fact[- ]check|poll|interview|analysis"
    r"|essay|correction|retraction|review)\b ?[:\])|]|\b(?:war game|thriller|novel|satire|memoir)\b"
    r"|[\[<](?:사설|[^\]>]{0,8}칼럼|기고|시론|오피니언|기자수첩|논단|독자)[^\]>]{0,8}[\]>]"
    r"|[가-힣]보니$|드라마|영화|소설|연극|웹툰|만우절|회고록|모의"
)
"""A headline over an opinion, an explanation, a correction or a story: what happens there is no news of the day."""


def severity(fields: Sequence[Evidence], decision: PactDecision, official: bool) -> tuple[int, Reason | None]:
    """The severity, 0 or 1, and its reason; background ("signed in October") never counts."""
    if not decision.pact:
        return 0, None
    if official and _about_it(fields, decision):
        return 1, Reason("severity.official")
    if fields[0].field.name == "headline" and _FRAME.search(fields[0].field.text):
        return 0, Reason("severity.none")
    unreal: Reason | None = None
    for evidence in fields:
        for span in _lead(evidence, decision):
            for mood, reason in (*_events(evidence, decision, *span), *_committees(evidence, *span)):
                if mood == "fact":
                    return 1, reason
                unreal = unreal or Reason(f"severity.{mood}", reason.args)
        if unreal is not None and unreal.code == "severity.denied":
            break
    return 0, unreal or Reason("severity.none")


def _about_it(fields: Sequence[Evidence], decision: PactDecision) -> bool:
    """Is a document about the pact: does it name it first or twice, or does its headline tell what happens to it?"""
    head = fields[0]
    if len(decision.pact) > 1:
        return True
    if head.field.name == "headline" and any(True for _ in _events(head, decision, 0, _HEADLINE_CHARS)):
        return True
    if head.field.name == "headline" and head.cue(("committee",), 0, len(head.field.text)):
        return True
    evidence, mention = decision.pact[0]
    return evidence.field.name == "headline" or mention.start < evidence.field.sentences.around(0)[1]


def _lead(evidence: Evidence, decision: PactDecision) -> list[tuple[int, int]]:
    """The headline as a whole, or the first sentence and those of the first paragraph that name the pact."""
    if evidence.field.name == "headline":
        return [(0, min(len(evidence.field.text), _HEADLINE_CHARS))]
    stop = _first_paragraph(evidence.field.text)
    spans = [evidence.field.sentences.around(0)]
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


def _events(evidence: Evidence, decision: PactDecision, begin: int, stop: int) -> Iterator[tuple[Mood, Reason]]:
    """What happens to the pact between two places, with its mood."""
    objects: EventObjects | None = None
    for verb in verbs(evidence.field.text, begin, stop):
        objects = objects or EventObjects(evidence, decision, begin, stop)
        mood = _mood(evidence, objects, verb, begin, stop)
        if mood is not None:
            yield mood, Reason(f"severity.{verb.kind}", {"term": evidence.field.quote(verb.start, verb.end)})


def _mood(evidence: Evidence, objects: EventObjects, verb: Verb, begin: int, stop: int) -> Mood | None:
    """The mood of a verb whose object is the pact; None if its object is something else."""
    text, headline = evidence.field.text, evidence.field.name == "headline"
    if text[verb.start].isascii():
        if not objects.english(verb, headline):
            return None
        return english_mood(text, begin, verb.start, verb.end, stop, headline)
    clause = korean_clause(text, begin, verb.start)
    if not objects.korean(verb, clause):
        return None
    return korean_mood(text, clause, verb.start, verb.end, stop)


def _committees(evidence: Evidence, begin: int, stop: int) -> Iterator[tuple[Mood, Reason]]:
    """A joint committee that is held or dated."""
    text = evidence.field.text
    for start, end in evidence.places(("committee",), begin, stop):
        for held_start, held_end in evidence.places(
            ("held",), max(begin, start - _NEAR_CHARS), min(stop, end + _HELD_CHARS)
        ):
            reason = Reason("severity.committee", {"term": evidence.field.quote(start, end)})
            if is_hangul(text[held_start]) and text[held_end - 1] in "다고려로정":
                yield "fact", reason
            elif is_hangul(text[held_start]):
                yield korean_mood(text, korean_clause(text, begin, held_start), held_start, held_end, stop), reason
            else:
                yield english_mood(text, begin, held_start, held_end, stop, evidence.field.name == "headline"), reason
