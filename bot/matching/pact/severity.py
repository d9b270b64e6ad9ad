"""Decides the severity of an article about the pact: 1 for a signature, an end, a notice or a joint committee."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.matching.engine.evidence import Accepted, Evidence
from bot.matching.pact.clauses import HEADLINE_CHARS, korean_clause, lead, without_asides
from bot.matching.pact.committee import committees
from bot.matching.pact.decision import PactDecision
from bot.matching.pact.english_mood import english_mood
from bot.matching.pact.english_object import is_english_object
from bot.matching.pact.korean_mood import korean_mood
from bot.matching.pact.korean_object import is_korean_object
from bot.matching.pact.named_deals import NamedDeals
from bot.matching.pact.other_deals import headline_of_another
from bot.matching.pact.verbs import Mood, Verb, verbs
from bot.matching.text.lazy_pattern import lazy_pattern
from bot.model import Reason

_ENDS = ("severity.suspend", "severity.notice")
_PASSING_BEFORE = lazy_pattern(
    r"\b(?:(?:noted|mention(?:s|ed|ing)?)\b [^,;]*"
    r"|(?:under|through|within|pursuant to|in (?:line|accordance|keeping) with|thanks to|based on|(?:as )?part of"
    r"|[a-z]+(?:ed|t) (?:for )?(?:in|by|under)) (?:(?:the|its|their|our|a) )?(?:[\w.'-]+ ){0,3})$"
)
_PASSING_BEHIND = lazy_pattern(
    r"\S{0,6}?(?:에 (?:따라|따른|의해|의한|의거|근거|힘입)|[을를] (?:바탕|근거|계기|토대)|[이가] (?:정한|마련한)"
    r"|(?:의|에 따른)? ?(?:[가-힣]+ ){0,2}(?:일환|후속 ?(?:조치|사업)|[가-힣]*(?:과제|사업))(?:으로|로|인|[을를이])?"
    r"|[으로]{1,2} (?:[가-힣]+ )?[가-힣]+(?:된|한|은) )"
)
"""The pact is only the ground for what a document tells: done under it, as agreed in it, 협약에 따라."""
_TOGETHER = lazy_pattern(
    r"\b(?:met|meets?|meeting|talks|dialogue|convened?|spoke|delegations?)\b|회의|회담|면담|협의|통화|만나|만났"
)
"""Governments that meet under the pact do what it is for."""
_FRAME = lazy_pattern(
    r"^\W{0,3}(?:opinion|column|editorial|commentary|op-ed|letters?|explainer|fact[- ]check|poll|interview|analysis"
    r"|essay|correction|retraction|review|old photo|archive|throwback|flashback)\b ?[:\])|]"
    r"|\b(?:war game|thriller|novel|satire|memoir|(?:new|stage) play|musical|movie)\b"
    r"|\bon this day\b|[\[<](?:사설|팩트체크|해설|르포|인터뷰|대담|연재|기획|특집"
    r"|[^\]>]{0,8}칼럼|기고|시론|오피니언|기자수첩|논단|독자)[^\]>]{0,8}[\]>]"
    r"|[가-힣]보니$|드라마|영화|소설|연극|웹툰|만우절|회고록|모의"
)
"""A headline over an opinion, an explanation, a correction or a story: what happens there is no news of the day."""

_CALL = lazy_pattern(
    r"공모|모집|(?:신청|접수) ?(?:안내|공고)|\bproposals? (?:are )?invited\b|\bcalls? for (?:proposals|applications)\b"
    r"|\binvit(?:es|ing) (?:proposals|applications)\b|\bfunding opportunit(?:y|ies)\b"
)
"""A headline that invites to apply: a document about its call, also where the call is made under the pact."""


def severity(fields: Sequence[Evidence], decision: PactDecision, official: bool) -> tuple[int, Reason | None]:
    """The severity, 0 or 1, and its reason; background ("signed in October") never counts."""
    if not decision.pact:
        return 0, None
    if official and _about_it(fields, decision):
        return 1, Reason("severity.official")
    if fields[0].field.name == "headline" and _FRAME.search(fields[0].field.text):
        return 0, Reason("severity.none")
    unreal: Reason | None = None
    denied = False
    for evidence in fields:
        above = fields[0] if evidence is not fields[0] else None
        for span in lead(evidence, decision):
            for mood, reason in (*_events(evidence, decision, *span, above), *committees(evidence, *span)):
                if mood == "fact":
                    return 1, reason
                unreal = unreal or Reason(f"severity.{mood}", reason.args)
                denied = denied or (mood == "denied" and reason.code in _ENDS)
        if denied:
            break
    return 0, unreal or Reason("severity.ground" if official else "severity.none")


def _names_others_only(headline: Evidence, decision: PactDecision) -> bool:
    """Does the headline name deals, but not the pact?"""
    if headline_of_another(headline, None):
        return True
    text = headline.field.text[:HEADLINE_CHARS]
    deals = NamedDeals(headline, text, decision, 0, len(text), False)
    return deals.are_others_only()


def _about_it(fields: Sequence[Evidence], decision: PactDecision) -> bool:
    """Is a document about the pact: does its headline name it or tell what happens to it, or its first sentence?

    A document about something else that is done under the pact is not; neither is one that only mentions it once.
    """
    head = fields[0]
    if head.field.name == "headline":
        if any(evidence is head for evidence, _ in decision.pact):
            return True
        if any(True for _ in _events(head, decision, 0, HEADLINE_CHARS)):
            return True
        if head.cue(("committee",), 0, len(head.field.text)):
            return True
        if _CALL.search(head.field.text):
            return False
    told = [(evidence, name) for evidence, name in decision.pact if not _is_ground(evidence, name)]
    return len(told) > 1 or any(name.start < evidence.field.sentences.around(0)[1] for evidence, name in told)


def _is_ground(evidence: Evidence, name: Accepted) -> bool:
    """Does a text name the pact only as the ground for something else, or in passing?"""
    text = evidence.field.text
    begin, stop = evidence.field.sentences.around(name.start)
    if _TOGETHER.search(text, begin, stop):
        return False
    return bool(_PASSING_BEFORE.search(text, begin, name.start) or _PASSING_BEHIND.match(text, name.end))


def _events(
    evidence: Evidence, decision: PactDecision, begin: int, stop: int, above: Evidence | None = None
) -> Iterator[tuple[Mood, Reason]]:
    """What happens to the pact between two places, with its mood; ``above`` is the headline of a text."""
    deals: NamedDeals | None = None
    text = without_asides(evidence.field.text[: stop + 1], begin)
    for verb in verbs(text, begin, stop):
        if deals is None:
            other_above = above is not None and _names_others_only(above, decision)
            deals = NamedDeals(evidence, text, decision, begin, stop, other_above)
        mood = _mood(text, evidence.field.name == "headline", deals, verb, begin, stop)
        if mood is not None:
            yield mood, Reason(f"severity.{verb.kind}", {"term": evidence.field.quote(verb.start, verb.end)})


def _mood(text: str, headline: bool, deals: NamedDeals, verb: Verb, begin: int, stop: int) -> Mood | None:
    """The mood of a verb whose object is the pact; None if its object is something else."""
    if text[verb.start].isascii():
        if not is_english_object(deals, verb, headline):
            return None
        return english_mood(text, begin, verb.start, verb.end, stop, headline)
    clause = korean_clause(text, begin, verb.start)
    if not is_korean_object(deals, verb, clause):
        return None
    return korean_mood(text, clause, verb.start, verb.end, stop)
