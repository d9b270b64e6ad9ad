"""Decides the severity of an article about the pact: 1 for a signature, an end, a notice or a joint committee."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.matching.engine.evidence import Evidence
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
_IN_PASSING = lazy_pattern(r"\b(?:noted|mention(?:s|ed|ing)?)\b [^,;]*$")
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
    return 0, unreal or Reason("severity.none")


def _names_others_only(headline: Evidence, decision: PactDecision) -> bool:
    """Does the headline name deals, but not the pact?"""
    if headline_of_another(headline, None):
        return True
    text = headline.field.text[:HEADLINE_CHARS]
    deals = NamedDeals(headline, text, decision, 0, len(text), False)
    return deals.are_others_only()


def _about_it(fields: Sequence[Evidence], decision: PactDecision) -> bool:
    """Is a document about the pact: does its headline tell what happens to it, does it name it twice or first?

    A call for applications is about its call, unless its headline names the pact.
    """
    head = fields[0]
    names_it = any(evidence.field.name == "headline" for evidence, _ in decision.pact)
    if head.field.name == "headline" and not names_it and _CALL.search(head.field.text):
        return False
    if len(decision.pact) > 1:
        return True
    if head.field.name == "headline" and any(True for _ in _events(head, decision, 0, HEADLINE_CHARS)):
        return True
    if head.field.name == "headline" and head.cue(("committee",), 0, len(head.field.text)):
        return True
    evidence, mention = decision.pact[0]
    if evidence.field.name == "headline":
        return True
    begin, stop = evidence.field.sentences.around(0)
    return mention.start < stop and _IN_PASSING.search(evidence.field.text, begin, mention.start) is None


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
