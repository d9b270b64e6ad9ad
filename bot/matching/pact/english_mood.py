"""Decides from the words around an English verb whether its event is a fact of the day."""

from __future__ import annotations

from bot.matching.pact.verbs import Mood, inflected, verbs
from bot.matching.text.lazy_pattern import lazy_pattern

_BREAK = lazy_pattern(
    r"[;:…\n\"()]|, | - | but | when | because |(?<!happens) after | as | while | although | though | whereas "
)
_CLAUSE = lazy_pattern(
    r"[,;:…\n\"()] ?|(?<![\w'])(?:that|which|who|whose|whom|when|after|before|since|until|once|where|as|because) "
)
_TAIL_CHARS = 90

_DENYING = inflected(
    "deny dismiss refute rebuff reject refuse decline debunk avert avoid prevent block forbid prohibit bar spare"
    " survive"
)
_DENIED = lazy_pattern(
    rf"\b(?:{_DENYING}|not|never|neither|no (?:plans?|intention|decision|truth|talk|basis|word|notice|signs?)|denial"
    r"|rul(?:es?|ed|ing) out|no (?:indication|evidence|reason|need|thought)|without|nobody|no one|nothing"
    r"|few (?:expect|believe|think|see)\w*|hardly"
    r"|mistaken\w*|wrongly|erroneous\w*|apologi[sz]\w+|false|fake|hoax|untrue|fail(?:s|ed) to|short of"
    r"|instead of|rather than|contrary to"
    r"|brush\w* (?:off|aside)|back(?:s|ed)? (?:off|down|away) from|save[sd]? .* from"
    r"|(?:drop|abandon|shelve|scrap)(?:s|p?ed)? (?:a |its |the |his )?(?:threat|plan|idea|bid|proposal)s?)\b"
    r"|n't\b|\bno (?:formal |official )?$"
)
_ASKING = inflected(
    "urge ask demand want propose petition plead appeal advise recommend lobby campaign insist implore beg exhort seek"
    " favor favour oppose protest demonstrate rally"
)
_ASKED = lazy_pattern(
    rf"\b(?:{_ASKING}|should|must|ought|call(?:s|ed|ing)? (?:for|on)|push(?:es|ed|ing)? (?:for|to)|would like|sought"
    r"|press(?:es|ed|ing)?(?! conference| release| secretary)|opposition (?:leader|party|head|lawmaker|candidate)s?"
    r"|candidates?|contenders?|pressure (?:on|to|mounts|grows|builds)"
    r"|(?:bill|lawsuit|suit|motion|injunction|resolution|proposal|measure|amendment)s?"
    r" (?:introduced|to|that|which|would|ordering|requiring|calling|asking|urging|seeking)"
    r"|(?:introduc|submit|fil|tabl|draft)\w+ an? (?:[\w-]+ )?(?:bill|motion|resolution|suit|lawsuit))\b"
)
_IMAGINING = inflected(
    "fear risk threaten warn mull weigh contemplate muse ponder float flirt hint dread wonder rehearse"
    " hope simulate imagine speculate predict forecast doubt worry brace claim allege question debate suppose pretend"
)
_POSSIBLE = lazy_pattern(
    rf"\b(?:{_IMAGINING}|may(?! \d)|might|could|can|if|in case|in the event|assuming|provided|until|lets?"
    rf"|allow\w*|permit\w*|enabl\w*|empower\w*|whether|unless"
    rf"|would have"
    r"|consider\w*(?! (?:it|them)sel)|toy(?:s|ed|ing)? with|prepar(?:es?|ing|ed) (?:for|to)|discuss(?:es|ed"
    r"|ing)? (?:\w+ing|whether|how)|threats?|scenarios?|rumou?r\w*|speculation|talk of|afraid"
    r"|almost|nearly|close to|about to|(?:brink|verge) of|likel[yi]\w*|unlikely|possib\w+|potential\w*|prospect\w*"
    r"|bet(?:s|ting)? (?:on|that)|odds|chances?|what happens|how|why|whoever|polls?|mock|re-?enact\w*|model\w*)\b"
)
_EXPECTED = lazy_pattern(r"(?<=i)'d |\b(?:would|expect\w*|to be|seen|likely to)\b")
_SPEAKERS = (
    r"white house|ministry|department|president|trump|embassy|spokes\w+|officials?|minister|secretary|kratsios|ostp"
    r"|governments?|south korea|united states|seoul|washington|sides|countries|allies"
)
_PLEDGED = lazy_pattern(
    r"\b(?:sa(?:id|ys)|announc\w+|notif\w+|notice|told|tells?|confirm\w+|inform\w+|letter)\b.*"
    r"\b(?:it|they|(?<=trump said )he|(?<=president said )he) would\b"
    rf"|(?<!former )(?<!ex-)\b(?:{_SPEAKERS})\b.*\b(?:said|announced|told|confirmed|informed|notified)\b.* would\b"
)
_FICTION = lazy_pattern(
    r"\b(?:war games?|simulation|table-?top|thriller|novel|satire|deepfake|drama|alternate history)\b"
)
_ORDERED = lazy_pattern(
    r"\b(?:(?:order|direct|instruct)(?:s|ed|ing)?|tells?|told|(?:cabinet|government|council)\b[^,;]* vote[sd]?)"
    r" (?:[^,;]{2,40} )?to (?:[a-z]+ly )?$"
    r"|\b(?:visit|travel|fl(?:y|ies|ew)|arriv\w+|comes?|came|coming|go|heads?|headed|meets?|met|gather\w*"
    r"|trip)\b[^,;]{1,50} to $"
    r"|(?<!\ba )(?<!the )(?<!its )(?<!no )(?<!any )\bplan to $"
)
_WEEKDAY = lazy_pattern(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\btoday\b")
_PRESENT = lazy_pattern(r"[a-z]+s\b")
_AGO = lazy_pattern(r"\b(?:hours?|days?|weeks?|months?|years?) after $")
_TO = lazy_pattern(r"to (?:[a-z]+ly )?")
_HAD = lazy_pattern(r"\W*(?:had|were) ")
_REACTION = lazy_pattern(r"\b(?:regret\w*|welcom\w+|deplor\w+|condemn\w*|lament\w*|hail\w*)\b")
_IF_BEHIND = lazy_pattern(r"\b(?:if|unless)\b(?! only)")
"""A condition behind a verb that is no fact yet: will end the deal if Seoul votes for it."""
_TERMS = lazy_pattern(r"under (?:its|the) (?:[\w-]+ )?(?:clause|terms|text|provisions?)\b")
_POSSESSIVE = lazy_pattern(r"(?<!\bit)(?<!\bhe)(?<!she)(?<!that)(?<!who)'s $")
_FALSE = lazy_pattern(
    r"\b(?:false|fake|hoax|untrue|fabricated|den(?:y|ies|ied)|baseless|unfounded|groundless"
    r"|(?:is|was|are|were) (?:wrong|incorrect|inaccurate))\b"
)
_RECALLED = lazy_pattern(r"\b(?:recall\w*|remember\w*|recount\w*|look(?:s|ed|ing)? back|reminisc\w+)\b")
_RELATIVE = lazy_pattern(r"(?:which|who|whose|whom|when|since|once|where|before) $")
_BEHIND_NOUN = lazy_pattern(
    r"(?:deal|pact|accord|agreement|memorandum|memo|mou|document|text|memoranda|memos|deals|pacts|one|ones)s?\)? $"
)
_INFINITIVE = lazy_pattern(r"([\w.]+)(?: (?:on )?[a-z]+day)? to (?:[a-z]+ly )?$")
_RESOLVED = lazy_pattern(
    r"is|are|intends?|agree[sd]?|decide[sd]?|moves?|moved|vow(?:s|ed)|announce[sd]?|order(?:s|ed)|set"
    r"|due|plans|scheduled"
    r"|expected|ready"
    r"|pledge[sd]?|chose|opted|us|u\.s\.|states|washington|seoul|korea|house|trump|lee|governments?|allies|sides"
    r"|countries"
    r"|nations|administration|ministers?|deal|pact|accord|mou|memorandum|memo|agreement"
)
_LETTER = lazy_pattern(
    r"\b(?:letter|order|statement|note|notice|decree|proclamation|memo|cable)(?: [a-z]+| (?:from|by"
    r"|to) [^,;]{1,40})? $"
)
_PREPOSED = lazy_pattern(r"\b(?:over|about|amid|for|of|with) $")
_PRENOMINAL = lazy_pattern(r"(?:\b(?:the|an?|its|their|his|her|this|still|now|long)|'s)[ -]$")
_TIME_NOUN = lazy_pattern(
    r"(?<!this )(?<!last )(?<!day )\b(?:night|evening|afternoon|day|week|month|moment|morning|hour|spring|summer"
    r"|autumn|winter"
    r"|year|minute)s?"
    r" (?:(?:the|its?|he|she|they|both|seoul|washington|(?:south )?korea|u\.s\.|us)\b)"
)
MONTHS = (
    r"january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|aug|sept?|oct|nov|dec)\."
)
_TIME = lazy_pattern(
    rf"\b(?:(?:{MONTHS}) \d{{1,2}}, 20\d\d|(?:in|since|last|until|during|back in|early|late|mid-?) ?"
    rf"(?:{MONTHS}|spring|summer|autumn|fall|winter|20\d\d)(?! \d{{1,2}}\b(?! ?,? ?20))"
    r"|last (?:week|month|year)(?!'s)|(?:days?|weeks?|months?|years?) (?:ago|earlier|before)|earlier|previously"
    r"|at the time|in the space of)"
)
_OPENING_CHARS = 44
_OPENING_TIME = lazy_pattern(
    rf"(?:on this day,? )?(?:(?:in|last|back in|earlier|since) (?:early |late |mid-)?"
    rf"(?:{MONTHS}|spring|summer|fall|autumn|winter|week|month|year|20\d\d)"
    rf"|(?:on )?(?:{MONTHS}) \d{{1,2}}, 20\d\d|(?:just |exactly |only |for )?[\w-]+ (?:days?|weeks?|months?"
    rf"|years?) (?:ago|last|during))"
)
_FINITE_BEHIND = lazy_pattern(
    r"end|expire|lapse|collapse|resum|restart|c[ao]me|die|fell|unravel|crumble|cease|reopen|return|wound|beg[ai]n"
    r"|bec[ao]me|took|take|went|ran"
)
_AHEAD = lazy_pattern(r"\b(?:will|to|set|scheduled)\b")
_AUX = lazy_pattern(
    r"(?:is|are|was|were|be|been|being|get|gets|got|has|have|had|will|to|'s|now|formally|officially|and|also|today)"
    r"(?: [a-z]+ly)? $"
)
_BASE = lazy_pattern(r"^(?:opinion|column|editorial|commentary|op-ed)?[\s:\"']*$")
_ACT = lazy_pattern(
    r"\b(?:announc\w+|order\w*|confirm\w*|declar\w+|oversee\w*|oversaw|watch\w*|attend\w*|witness\w*|host\w*"
    r"|hold|holds|held"
    r"|complete\w*|call(?:s|ed) an?|notif\w+|presid\w+|hand(?:s|ed)?|convey\w*|submit\w*|present\w*|transmit\w*"
    r"|lodg\w+|fil(?:es|ed)|arriv\w+|land(?:s|ed)|sen[dt]s?|receiv\w+|gave|given|serv(?:es|ed)"
    r"|deliver\w*|issue\w*|notice|exchange\w*|put|affix\w*)\b"
)
_COMES = lazy_pattern(
    r"(?<!would )(?<!may )(?<!could )(?<!might )\b(?:t(?:akes?|ook|aking) (?:effect|place)|c(?:omes?"
    r"|ame) into force|beg(?:ins?|an)|lifted"
    r"|(?:is|was|were|been) (?:[a-z]+ly )?(?:announced|confirmed|declared|ordered|made|completed|held|notified))\b"
)
_PAST_FORMS = lazy_pattern(r"froze|broke|tore|struck|withdrew|blew|fell|left|sank|wound|undid|came|went|took")
_NOUN = lazy_pattern(
    r"(?:suspension|termination|withdrawal|dissolution|cancellation|resumption|revival|exit|signings?|signatures?|end"
    r"|(?:notice|letter) of \w+)$"
)
_BARE = lazy_pattern(r"freeze|pause|halt|exit|collapse|lapse|drop|stop|restart|thaw|renewal|notice")
_BEFORE_NOUN = lazy_pattern(
    r"\b(?:by|over|amid|despite|from|following|of|during|under|in|its|their|a|an|the|\w+'s)(?: \w+)? $"
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
    if text[start:end].endswith("s") and _TERMS.match(text, begin):
        return "possible"
    if (_is_base(text[start:end]) or _AHEAD.search(scope)) and _IF_BEHIND.search(text, end, stop):
        return "possible"
    if _HAD.match(scope) or _question(text, begin, end, stop) or _FICTION.search(text, begin, start):
        return "possible"
    clause = _clause_before(text, begin, start)
    if _is_background(text, begin, clause, start, end, stop, headline):
        return "past"
    return "fact"


def _clause_before(text: str, begin: int, start: int) -> tuple[int, str]:
    """Where the clause of a verb begins, and the word or mark that opens it."""
    cuts = list(_CLAUSE.finditer(text, begin, start))
    return (cuts[-1].end(), cuts[-1].group()) if cuts else (begin, "")


def _is_background(
    text: str, begin: int, clause: tuple[int, str], start: int, end: int, stop: int, headline: bool
) -> bool:
    at, opened_by = clause
    verb, before = text[start:end], text[at:start]
    if _is_subordinate(text, begin, clause, start, stop) or _RECALLED.search(before):
        return True
    if opened_by == "after ":
        return False
    if not headline and _TO.fullmatch(before):
        return True
    if infinitive := _INFINITIVE.search(before):
        if infinitive[1] == "decision":
            return _COMES.search(text, end, stop) is None and _REACTION.search(before) is None
        return not (_RESOLVED.fullmatch(infinitive[1]) or _ORDERED.search(before))
    if (_NOUN.match(verb) and not _AUX.search(before)) or (_BARE.fullmatch(verb) and _BEFORE_NOUN.search(before)):
        return not (_ACT.search(text, max(0, at - 60), start) or _COMES.search(text, end, stop))
    if verb.split()[0].endswith("ing") and _POSSESSIVE.search(before):
        return True
    if verb.split()[0].endswith("ing") and (before or opened_by != ", "):
        return not (_AUX.search(before) or _LETTER.search(before))
    if _participle(verb) and not before:
        return True
    if _PRENOMINAL.search(before) or (_participle(verb) and _PREPOSED.search(before)) or _TIME_NOUN.search(before):
        return True
    if opened_by == ", " and at - begin < _OPENING_CHARS and _OPENING_TIME.match(text, begin):
        return True
    if (
        not (headline or _FINITE_BEHIND.match(verb))
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


def _is_subordinate(text: str, begin: int, clause: tuple[int, str], start: int, stop: int) -> bool:
    """Does a relative clause, or one behind "after" or "when" without a day of this week, only tell the occasion?

    A present tense behind "after" is a headline's news of the day: Seoul protests after U.S. ends deal.
    """
    at, opened_by = clause
    if opened_by == "that ":
        return _BEHIND_NOUN.search(text, max(0, at - 24), at - 5) is not None
    dated = _WEEKDAY.search(text, begin, stop) is not None
    if opened_by == "after ":
        return not (dated or _PRESENT.match(text, start)) or _AGO.search(text, begin, at) is not None
    return _RELATIVE.match(opened_by) is not None and not (opened_by == "when " and dated)


def _participle(verb: str) -> bool:
    return verb.split()[0].endswith(("ed", "en", "rn", "n"))


def _is_base(verb: str) -> bool:
    word = verb.split()[0]
    return not word.endswith(("s", "ed", "ing", "n")) and not _PAST_FORMS.fullmatch(word)


def _question(text: str, begin: int, end: int, stop: int) -> bool:
    return text.find("?", end, min(stop + 1, end + _TAIL_CHARS)) >= 0
