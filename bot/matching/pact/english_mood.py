"""Decides from the words around an English verb whether its event is a fact of the day."""

from __future__ import annotations

import re

from bot.matching.pact.verbs import Mood, verbs

_BREAK = re.compile(r"[;:…\n\"()]|, | - | but | while | although | though | whereas ")
_CLAUSE = re.compile(
    r"[,;:…\n\"()] ?|(?<![\w'])(?:that|which|who|whose|whom|when|after|before|since|until|once|where|as|because) "
)
_TAIL_CHARS = 90

_DENIED = re.compile(
    r"\b(?:not|never|neither|no (?:plans?|intention|decision|truth|talk)|den(?:y|ies|ied|ying|ial)|dismiss\w*|refut\w+"
    r"|rebuff\w*|reject\w*|rul(?:es?|ed|ing) out|refus\w+|declin\w+|debunk\w*|without|false|fake|hoax|untrue"
    r"|fail(?:s|ed) to|stops? short of|instead of)\b|n't\b"
)
_ASKED = re.compile(
    r"\b(?:should|must|ought|urg(?:es?|ed|ing)|ask(?:s|ed|ing)?|demand\w*|call(?:s|ed|ing)? (?:for|on)|want(?:s|ed)?"
    r"|press(?:es|ed|ing)?(?! conference| release| secretary)|propos\w+|petition\w*|plead\w*|appeal\w*|advis\w+"
    r"|recommend\w*|lobb\w+|bills?|campaign\w*|insist\w*)\b"
)
_POSSIBLE = re.compile(
    r"\b(?:may|might|could|can|if|whether|unless|would have|fear\w*|risk\w*|threat\w*|warn\w*|mull\w*"
    r"|consider\w*(?! (?:it|them)sel)"
    r"|weigh\w*|hop(?:es?|ed|ing)|almost|nearly|close to|about to|(?:brink|verge) of|simulat\w+|imagin\w+|scenario\w*"
    r"|rumou?r\w*|speculat\w+|talk of|likel[yi]\w*|unlikely|possib\w+|potential\w*|prospect\w*|predict\w+|forecast\w*"
    r"|doubt\w*|worr\w+|brace\w*|bet(?:s|ting)? (?:on|that)|odds|chances?|what happens|how|why|whoever|poll\w*"
    r"|mock|re-?enact\w*|pretend\w*|claim\w*|alleg\w+|question\w*|debat\w+|model\w*|suppos\w+)\b"
)
_EXPECTED = re.compile(r"(?<=i)'d |\b(?:would|expect\w*|to be|seen|likely to)\b")
_PLEDGED = re.compile(
    r"\b(?:sa(?:id|ys)|announc\w+|notif\w+|notice|told|tells?|confirm\w+|inform\w+|letter)\b.*"
    r"\b(?:it|they|(?<=trump said )he|(?<=president said )he) would\b"
)
_FALSE = re.compile(r"\b(?:false|fake|hoax|untrue|fabricated|den(?:y|ies|ied)|baseless|unfounded)\b")
_RELATIVE = re.compile(r"(?:which|who|whose|whom|when|since|once|where|before) $")
_BEHIND_NOUN = re.compile(
    r"(?:deal|pact|accord|agreement|memorandum|memo|mou|document|text|memoranda|memos|deals|pacts|one|ones)s?\)? $"
)
_INFINITIVE = re.compile(r"([\w.]+)(?: (?:on )?[a-z]+day)? to (?:[a-z]+ly )?$")
_RESOLVED = re.compile(
    r"agree[sd]?|decide[sd]?|moves?|moved|vow(?:s|ed)|announce[sd]?|order(?:s|ed)|set|due|plans|scheduled|expected|ready"
    r"|pledge[sd]?|chose|opted|us|u\.s\.|states|washington|seoul|korea|house|trump|lee|governments?|allies|sides|countries"
    r"|nations|administration|ministers?"
)
_LETTER = re.compile(r"\b(?:letter|order|statement|note|notice|decree|proclamation)(?: [a-z]+)? $")
_PRENOMINAL = re.compile(r"(?:\b(?:the|an?|its|their|his|her|this|still|now|long)|'s)[ -]$")
_TIME_NOUN = re.compile(
    r"(?<!this )(?<!last )\b(?:night|day|week|month|moment|morning|hour|spring|summer|autumn|winter|year|minute)s?"
    r" (?:(?:the|its?|he|she|they|both|seoul|washington|(?:south )?korea|u\.s\.|us)\b)"
)
_MONTHS = (
    r"january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|oct|nov|dec)\."
)
_TIME = re.compile(
    r"\b(?:(?:in|since|last|until|during|back in|early|late|mid-?) ?"
    rf"(?:{_MONTHS}|spring|summer|autumn|fall|winter|20\d\d)(?! \d{{1,2}}\b(?! ?,? ?20))"
    r"|last (?:week|month|year)|(?:days?|weeks?|months?|years?) (?:ago|earlier|before)|earlier|previously|at the time)"
)
_OPENING_CHARS = 32
_OPENING_TIME = re.compile(
    rf"(?:in|last|back in|earlier) (?:early |late |mid-)?(?:{_MONTHS}|spring|summer|fall|winter|year|20\d\d)\b"
)
_INTRANSITIVE = re.compile(r"end|expire|lapse|collapse|resum|restart|came")
_AHEAD = re.compile(r"\b(?:will|to|set|scheduled)\b")
_AUX = re.compile(
    r"(?:is|are|was|were|be|been|being|get|gets|got|has|have|had|will|to|'s|now|formally|officially|and|also|today)"
    r"(?: [a-z]+ly)? $"
)
_BASE = re.compile(r"^(?:opinion|column|editorial|commentary|op-ed)?[\s:\"']*$")
_ACT = re.compile(
    r"\b(?:announc\w+|order\w*|confirm\w*|declar\w+|oversee\w*|oversaw|watch\w*|attend\w*|witness\w*|host\w*|hold|holds|held"
    r"|complete\w*|notif\w+|presid\w+|deliver\w*|issue\w*|notice|exchange\w*|put|affix\w*)\b"
)
_IN_FORCE = re.compile(r"\b(?:t(?:akes?|ook|aking) effect|c(?:omes?|ame) into force|beg(?:ins?|an))\b")
_NOUN = re.compile(
    r"(?:suspension|termination|withdrawal|dissolution|cancellation|resumption|revival|exit|signings?|signatures?|end)$"
)


def english_mood(text: str, begin: int, start: int, end: int, stop: int, headline: bool) -> Mood:
    """The mood of the event at this place of the sentence from ``begin`` to ``stop``."""
    cuts = [match.end() for match in _BREAK.finditer(text, begin, start)]
    scope = text[cuts[-1] if cuts else begin : start]
    tail = text[end : min(stop, end + _TAIL_CHARS)]
    if _DENIED.search(scope) or _FALSE.search(tail):
        return "denied"
    if _ASKED.search(scope) or (_BASE.match(scope) and _is_base(text[start:end]) and headline):
        return "asked"
    if _POSSIBLE.search(scope) or (
        _EXPECTED.search(scope) and not _PLEDGED.search(scope) and "sign" not in text[start:end]
    ):
        return "possible"
    if _question(text, begin, end, stop):
        return "possible"
    clause = _clause_before(text, begin, start)
    if _is_background(text, clause, start, end, stop, headline):
        return "past"
    return "fact"


def _clause_before(text: str, begin: int, start: int) -> tuple[int, str]:
    """Where the clause of a verb begins, and the word or mark that opens it."""
    cuts = list(_CLAUSE.finditer(text, begin, start))
    return (cuts[-1].end(), cuts[-1].group()) if cuts else (begin, "")


def _is_background(text: str, clause: tuple[int, str], start: int, end: int, stop: int, headline: bool) -> bool:
    at, opened_by = clause
    verb, before = text[start:end], text[at:start]
    if _RELATIVE.match(opened_by):
        return True
    if opened_by == "that " and _BEHIND_NOUN.search(text, max(0, at - 24), at - 5) is not None:
        return True
    if opened_by == "after " and not verb.endswith("s"):
        return True
    if infinitive := _INFINITIVE.search(before):
        return _RESOLVED.fullmatch(infinitive[1]) is None
    if _NOUN.match(verb):
        return not (_ACT.search(text, max(0, at - 60), start) or _IN_FORCE.search(text, end, stop))
    if verb.split()[0].endswith("ing") and (before or opened_by != ", "):
        return not (_AUX.search(before) or _LETTER.search(before))
    if _participle(verb) and not before:
        return True
    if _PRENOMINAL.search(before) or _TIME_NOUN.search(before):
        return True
    if opened_by == ", " and _OPENING_TIME.match(text[max(0, at - _OPENING_CHARS) : at].rpartition(". ")[2]):
        return True
    if (
        not headline
        and not _INTRANSITIVE.match(verb)
        and not _AUX.search(before)
        and _participle(verb)
        and (_BEHIND_NOUN.search(before) or not before)
    ):
        return True
    closes = _CLAUSE.search(text, end, stop)
    until = next((other.start for other in verbs(text, end, stop)), stop)
    follows = text[end : min(until, closes.start() if closes else stop, end + _TAIL_CHARS)]
    if _AHEAD.search(text, at, end):
        return False
    return _TIME.search(before) is not None or _TIME.search(follows) is not None


def _participle(verb: str) -> bool:
    return verb.split()[0].endswith(("ed", "en", "rn", "n"))


def _is_base(verb: str) -> bool:
    word = verb.split()[0]
    return not word.endswith(("s", "ed", "ing", "n", "ze", "ore", "oke", "uck", "rew"))


def _question(text: str, begin: int, end: int, stop: int) -> bool:
    return text.find("?", end, min(stop + 1, end + _TAIL_CHARS)) >= 0
