"""Decides whether an English verb's object, or the subject of its passive, is the pact."""

from __future__ import annotations

from bot.matching.pact.named_deals import Deal, NamedDeals
from bot.matching.pact.verbs import Verb, verbs
from bot.matching.text.lazy_pattern import lazy_pattern

_PREPOSITION = lazy_pattern(
    r"(?:on|under|of|in|for|about|within|with|at|over|through|via|amid|during|against|towards?|made|tied|linked"
    r"|by|from|behind|into)$"
)
_CARRIERS = lazy_pattern(
    r"(?:effect|force|validity|operation|work|implementation|cooperation|participation|annex|extension|amendment"
    r"|protocol|renewal|activity"
    r"|activities|everything|all|out"
    r"|signing|signature|suspension|termination|end|notice|membership|commitments?|obligations|plug|plan|hold"
    r"|freeze|pause|halt|revision|version)$"
)
_BESIDE = lazy_pattern(
    r"(?:with|between|and|the|on|in|of|under|by|to|was|were|is|are|be|been|being|has|have|had|will|would|may|not"
    r"|never|now"
    r"|itself|[a-z]+ly|officially|formally|effectively|temporarily|indefinitely|finally|abruptly|today|goes|go"
    r"|put|gets"
    r"|get|got"
    r"|south|s\.|korean?|united|states|u\.s\.?|us|american|washington|seoul|rok|technology|prosperity|deal|pact"
    r"|memorandum"
    r"|agreement|accord|mou|understanding)?$"
)
"""The words that may stand between a deal and its verb."""
_PASSIVE = lazy_pattern(r"(?:\b(?:was|were|is|are|been|being|be|gets?|got)\b|'s)(?: [a-z]+ly| now)? ?$")
_INTRANSITIVE = lazy_pattern(
    r"return|beg[ai]n|end|expire|lapse|die|collapse|resum|restart|back|dead|moribund|go|thaw|came|come|on|part"
    r"|off|over|void"
    r"|finished|lift"
    r"|went|put|pause|fall|fell|unravel|crumble|cease|no |done|reopen|w(?:in|oun)d|took|take|became|become"
    r"|enter|live|in |running|working|alive|once|again|up and|history|in abey|s[aiu]nk|stop"
)
_PARTICIPLE = lazy_pattern(r"(?:ed|en|rn|wn)$")
_OWN = lazy_pattern(r"(?:from|on|of|to|with|off)$")
"""The prepositions that belong to a verb: withdraw from."""
_HOLD = lazy_pattern(r"\b(?:hold|freeze|pause|halt|suspension)\b")
_TO = lazy_pattern(r"(?:threat|plan|bid|move|vow|pledge|proposal|motion|attempt|call|effort|idea|intention)s? to ")
_IT = lazy_pattern(r" it\b")
_HAS_OBJECT = lazy_pattern(
    r" (?:its|his|her|their|our|the|[\w.]+'s|year|short of|at nothing|an? (?!year|month|week|day|decade)[a-z])"
)
"""The deal is what acts, not what happens: the deal ends Korea's isolation."""
_OBJECT_OF = lazy_pattern(
    r"(?<![\w-])(?!us |states )(?:[a-z]{3,}s|on|over|under|from|with|by|for|about) (?:the |a |its )?(?:korea )?$"
)
"""A headline's deal is the object of a verb before it: court upholds tech deal signed last year."""
_HEAD = lazy_pattern(r"([\w-]+) (?:of|under|on|for|in|from|about|over|to|by) (?:[\w.'-]+ ){0,5}$")
_LISTED = lazy_pattern(
    r"(?: [\w.'-]+){1,3}(?:, [\w.'-]+(?: [\w.'-]+)?){1,5},? and (?:[\w.'-]+ ){1,3}| [\w.'-]+(?:, [\w.'-]+){1,5} "
)
"""The fields before a deal: AI, quantum and 6G pact."""
_MODIFIES = lazy_pattern(
    r"(?:'s?)? (?:(?!over|amid|after|before|pending|under|on|in|for|with|by|as|at|and|to|until|despite|following"
    r"|of|ahead|during"
    r"|from|citing|because|while|through|via|into|without|against)[\w-]+ )?(?:offices?|panels?|groups?"
    r"|task force|committees?|websites?|hotlines?|projects?|meetings?"
    r"|talks|sessions?|teams?|events?|funds?|budgets?|programs?|programmes?|visits?|trips?|forums?|conferences?"
    r"|seminars?|workshops?"
    r"|tracks?|staff|desks?|envoys?|advis\w+|negotiations?|bills?|laws?|hearings?|reviews?|reports?|guidelines?"
    r"|drafts?|calls?)\b"
)
"""A deal's name before a noun: what is ended is the office, the panel or the meeting, not the deal."""
_MOST_WORDS = 9


def is_english_object(deals: NamedDeals, verb: Verb, headline: bool) -> bool:
    """Is the pact the object of an English verb, or the subject of its passive?"""
    begin, stop = deals.clause(verb.start, verb.end)
    if deals.text.startswith("lift", verb.start) and not _HOLD.search(deals.text, begin, stop):
        return False
    if _IT.match(deals.text, verb.end):
        named = [deal for deal in deals.all if deal.end <= verb.start]
        return bool(named) and named[-1].ours
    behind = next((deal for deal in deals.all if verb.end <= deal.start), None)
    if behind is not None and behind.start >= stop:
        listed = _LISTED.fullmatch(deals.text, verb.end, behind.start)
        if listed is None or not (" and " in listed[0] or deals.lists_fields(behind)):
            behind = None
    if behind is not None and _follows(deals, verb, behind):
        return behind.ours
    before = next((deal for deal in reversed(deals.all) if begin <= deal.start and deal.end <= verb.start), None)
    if before is None:
        return verb.kind == "notice" and deals.any_ours()
    return before.ours and _precedes(deals, verb, before, begin, headline)


def _follows(deals: NamedDeals, verb: Verb, deal: Deal) -> bool:
    if _MODIFIES.match(deals.text, deal.end):
        return False
    nearer = (deals.text[other.start : other.end] for other in verbs(deals.text, verb.end, deal.start))
    if _TO.search(deals.text, verb.end, deal.start):
        return False
    if not all(_CARRIERS.match(word) or _PARTICIPLE.search(word) for word in nearer):
        return False
    words = deals.text[verb.end : deal.start].split()
    if len(words) > _MOST_WORDS:
        return False
    return all(
        not (_PREPOSITION.match(word) or (word == "to" and number))
        or (word == "from" and deals.text.startswith("withdr", verb.start))
        or (_CARRIERS.match(words[number - 1]) if number else _OWN.match(word))
        for number, word in enumerate(words)
    )


def _precedes(deals: NamedDeals, verb: Verb, deal: Deal, begin: int, headline: bool) -> bool:
    gap = deals.text[deal.end : verb.start]
    if not all(_BESIDE.match(word.strip(",()'")) for word in gap.split()):
        return False
    head = _HEAD.search(deals.text[begin : deal.start])
    if head and (not _CARRIERS.match(head[1]) or (verb.kind == "suspend" and head[1].startswith("sign"))):
        return False
    told = deals.text[verb.start : verb.end]
    if _HAS_OBJECT.match(deals.text, verb.end):
        return False
    if (
        headline
        and not gap.strip()
        and _PARTICIPLE.search(told.split()[0])
        and _OBJECT_OF.search(deals.text, begin, deal.start)
    ):
        return False
    return bool((headline and _PARTICIPLE.search(told.split()[0])) or _PASSIVE.search(gap) or _INTRANSITIVE.match(told))
