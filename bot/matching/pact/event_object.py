"""Decides whose deal an event happens to: the pact, a sister, another agreement, or no agreement at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.matching.engine.cues import KOREA, KOREA_SIDE, US, US_SIDE
from bot.matching.engine.evidence import Evidence
from bot.matching.pact.decision import PactDecision
from bot.matching.pact.other_deals import objection_to
from bot.matching.pact.verbs import Verb, verbs

_DEALS = ("agreement", "tech_agreement")
_PAPER = re.compile(
    r"\b(?:documents?|memos?|texts?|arrangement|understanding|annex|extension|amendment|protocol)\b"
    r"|문서|문건|부속서|개정안|갱신본|연장안|약속"
)
_ABOUT = re.compile(
    r"(?: of understanding| of cooperation)?(?: (?:on|covering|for) [^.;:]{2,60}(?= (?:called|named|known as|dubbed)))?"
    r"(?:,| on| of| for| to| called| known as| dubbed| regarding| under| named)? ?"
    r"(?:the |a |its |their |\"|')*"
)
_WEAK = re.compile(
    r"[;:…\n\"]|, (?!the |which|that)|(?<![\w'])(?:that|when|after|before|since|until|as|while|but|because|if) "
)
_PREPOSITION = re.compile(r"(?:on|under|of|in|for|about|within|with|at|over|made|tied|linked|by|from|behind|into)$")
_CARRIERS = re.compile(
    r"(?:work|implementation|cooperation|participation|annex|extension|amendment|protocol|renewal|activity|activities|everything|all|out"
    r"|signing|signature|suspension|termination|end|notice|membership|commitments?|obligations|plug|plan|hold|freeze|pause|halt|revision|version)$"
)
_BESIDE = re.compile(
    r"(?:with|between|and|the|on|in|of|under|by|to|was|were|is|are|be|been|being|has|have|had|will|would|may|not|never|now"
    r"|itself|officially|formally|effectively|temporarily|indefinitely|finally|abruptly|today|goes|go|put|gets|get|got"
    r"|south|korean?|united|states|u\.s\.?|us|american|washington|seoul|rok|technology|prosperity|deal|pact|memorandum"
    r"|agreement|accord|mou|understanding)?$"
)
"""The words that may stand between a deal and its verb."""
_PASSIVE = re.compile(r"(?:\b(?:was|were|is|are|been|being|be|gets?|got)\b|'s)(?: [a-z]+ly| now)? ?$")
_INTRANSITIVE = re.compile(
    r"end|expire|lapse|die|collapse|resum|restart|back|dead|moribund|go|thaw|came|come|on|part|off|over|void|finished|lift"
    r"|went|put|pause|fall|fell|unravel|crumble|cease|no |done|reopen|w(?:in|oun)d|took|take|became|become"
    r"|enter|live|in |running|working|alive|once|again|up and|history|in abey|s[aiu]nk|stop"
)
_PARTICIPLE = re.compile(r"(?:ed|en|rn|wn)$")
_OWN = re.compile(r"(?:from|on|of|to|with|off)$")
"""The prepositions that belong to a verb: withdraw from."""
_HOLD = re.compile(r"\b(?:hold|freeze|pause|halt|suspension)\b")
_TO = re.compile(r"(?:threat|plan|bid|move|vow|pledge|proposal|motion|attempt|call|effort|idea|intention)s? to ")
_IT = re.compile(r" it\b")
_QUALIFIED = re.compile(
    r"(?<![\w.])(?!(?:the|this|that|its|their|a|an|no|such|whole|entire|korea|korean|us|seoul) )[a-z-]+ $"
)
"""A word that tells a deal from the technology deal beside it: guardrail deal."""
_RENEWED = re.compile(r"[ '\"]*(?:(?:개정|수정|갱신|신규|새|2기|revised|new|amended) )?")
_INDEFINITE = re.compile(r"\W*an? (?:[\w.-]+ ){0,2}")
_THEN = re.compile(r" and [a-z]+(?:ed|s) ")
_OBJECT_OF = re.compile(
    r"(?<![\w-])(?!us |states )(?:[a-z]{3,}s|on|over|under|from|with|by|for|about) (?:the |a |its )?(?:korea )?$"
)
"""A headline's deal is the object of a verb before it: court upholds tech deal signed last year."""
_HEAD = re.compile(r"([\w-]+) (?:of|under|on|for|in|from|about|over|to|by) (?:[\w.'-]+ ){0,5}$")

_PARTICLE = re.compile(
    r"(?:이라는|라는|으로부터|로부터|에서는|에서|에게|으로|에는|에도|까지|부터|만은|만|을|를|이|가|은|는|의|도|에|서|로|과|와)$"
)
_ADVERB = re.compile(
    r"(?:[두세네석넉몇]|달|주|개월|기해|더|이상|더는|더이상|전격|잠정|공식|결국|일방|사실상|완전|전면|즉각|즉시|끝내|최종|조기|돌연|임시|한시|무기한|오늘|내일|어제|이미|다시|먼저|정식"
    r"|추가|(?:미국|한국|정부|백악관|양국)의|모두|자정|일제히|최근|\d\S*|.*(?:에서|에|로|으로|서|에게|까지|부터|만에|께|히|게|적|적인|뒤|후|간|일|월|전|고|와|과|현지시간))$"
)
_KOREAN_CARRIERS = re.compile(
    r"(?:대한|관한|활동|일체|관계|이행|효력|시행|적용|참여|협력|가동|발효|의사|절차|조치|문서|부속서|개정안|합의문|갱신본|연장|의|뜻|방침|종료|중단|파기|폐기|동결|정지|보류|중지"
    r"|탈퇴|해지|서명|서명식|공식|문안|서한|[한했된겠]다는?|따른)$"
)
_QUOTED = re.compile(r"[다라]고$")
_ENDING = re.compile(r"종료|중단|파기|폐기|탈퇴|해지|철회|끝|않|떼|빼|접|빠[지진질졌]")
_CONCLUDING = ("서명", "체결", "조인", "타결")
"""A signature that falls through ends nothing."""
_ACTOR = re.compile(r"(?:이|가|은|는|도)$")
_MOST_WORDS = 9
_NOUN_CHARS = 20
_LISTED = re.compile(r"(?: [\w.'-]+){1,3}(?:, [\w.'-]+(?: [\w.'-]+)?){1,5},? and (?:[\w.'-]+ ){1,3}")
"""The fields before a deal: AI, quantum and 6G pact."""
_MODIFIES = re.compile(
    r"(?:'s?)? (?:[\w-]+ )?(?:offices?|panels?|groups?|task force|committees?|websites?|hotlines?|projects?|meetings?"
    r"|talks|sessions?|teams?|events?|funds?|budgets?|programs?|programmes?|visits?|trips?|forums?|conferences?|seminars?|workshops?"
    r"|tracks?|staff|desks?|envoys?|advis\w+|negotiations?|bills?|laws?|hearings?|reviews?|reports?|guidelines?|drafts?|calls?)\b"
)
"""A deal's name before a noun: what is ended is the office, the panel or the meeting, not the deal."""


@dataclass(frozen=True, slots=True)
class _Deal:
    start: int
    end: int
    ours: bool


class EventObjects:
    """The deals that one field names, and the question which of them a verb is about."""

    def __init__(
        self, evidence: Evidence, text: str, decision: PactDecision, begin: int, stop: int, other_above: bool
    ) -> None:
        self._evidence, self._text = evidence, text
        self._begin, self._stop, self._other_above = begin, stop, other_above
        self._headline = evidence.field.name == "headline"
        ours = [(name.start, name.end) for other, name in decision.pact if other is evidence]
        others = [
            (name.start, name.end)
            for names in decision.sisters.values()
            for other, name in names
            if other is evidence and (name.start, name.end) not in ours
        ]
        known = [_Deal(*span, True) for span in ours] + [_Deal(*span, False) for span in others]
        papers = [match.span() for match in _PAPER.finditer(self._text, begin, stop)]
        for start, end in sorted((*evidence.places(_DEALS, begin, stop), *papers)):
            if all(end <= deal.start or deal.end <= start for deal in known) and not self._is_gloss(start, known):
                known.append(_Deal(start, end, self._is_ours(start, end, ours)))
        self._deals = sorted(
            (d for d in known if begin <= d.start < stop and text[d.start] != " "), key=lambda deal: deal.start
        )

    def names_others_only(self) -> bool:
        """Are there deals, but none of them the pact?"""
        return bool(self._deals) and not any(deal.ours for deal in self._deals)

    def _is_gloss(self, start: int, known: Sequence[_Deal]) -> bool:
        """Does a word only repeat a deal's kind in brackets: 양해각서(MOU)?"""
        return self._text[max(0, start - 1) : start] == "(" and any(0 < start - deal.end <= 2 for deal in known)

    def _is_ours(self, start: int, end: int, named: Sequence[tuple[int, int]]) -> bool:
        """Is an agreement without the pact's name the pact: no other country's, on no other subject, between states?

        Where the pact's name stands beside it, it is another agreement, but for a paper about the pact.
        """
        if named and _PAPER.match(self._text, start) is None:
            if any(name_end <= start and _RENEWED.fullmatch(self._text, name_end, start) for _, name_end in named):
                return True
            return any(_ABOUT.fullmatch(self._text[end:name]) for name, _ in named if name >= end)
        if self._other_above:
            return False
        if not named and self._headline and _INDEFINITE.fullmatch(self._text[self._begin : start]):
            return False
        tech = self._evidence.is_on_technology(start, end)
        if (
            not named
            and not tech
            and not self._evidence.cue((*KOREA_SIDE, *US_SIDE, "government", "state"), self._begin, self._stop)
        ):
            return False
        beside_tech = not tech and self._evidence.cue(("tech_agreement",), self._begin, self._stop)
        if beside_tech and _QUALIFIED.search(self._text, self._begin, start) and not _PAPER.match(self._text, start):
            return False
        begin, stop = self._clause(start, end)
        beside = (max(begin, start - _NOUN_CHARS), start)
        third = self._evidence.cue((*self._evidence.sisters, "others"), *beside)
        if third and not all(self._evidence.cue(side, *beside) for side in (KOREA, US)):
            return False
        sisters = self._evidence.cue(self._evidence.sisters, begin, stop)
        if sisters and not self._evidence.cue(KOREA, begin, stop):
            return False
        return objection_to(self._evidence, start, end, begin, stop, listed=True) is None

    def _clause(self, start: int, end: int) -> tuple[int, int]:
        before = [match.end() for match in _WEAK.finditer(self._text, self._begin, start)]
        behind = _WEAK.search(self._text, end, self._stop)
        return before[-1] if before else self._begin, behind.start() if behind else self._stop

    def english(self, verb: Verb, headline: bool) -> bool:
        """Is the pact the object of an English verb, or the subject of its passive?"""
        begin, stop = self._clause(verb.start, verb.end)
        if self._text.startswith("lift", verb.start) and not _HOLD.search(self._text, begin, stop):
            return False
        if _IT.match(self._text, verb.end):
            named = [deal for deal in self._deals if deal.end <= verb.start]
            return bool(named) and named[-1].ours
        behind = next((deal for deal in self._deals if verb.end <= deal.start), None)
        if behind is not None and behind.start >= stop and not _LISTED.fullmatch(self._text, verb.end, behind.start):
            behind = None
        if behind is not None and self._follows(verb, behind):
            return behind.ours
        before = next((deal for deal in reversed(self._deals) if begin <= deal.start and deal.end <= verb.start), None)
        if before is None:
            return verb.kind == "notice" and any(deal.ours for deal in self._deals)
        return before.ours and self._precedes(verb, before, begin, headline)

    def _follows(self, verb: Verb, deal: _Deal) -> bool:
        if _MODIFIES.match(self._text, deal.end):
            return False
        nearer = (self._text[other.start : other.end] for other in verbs(self._text, verb.end, deal.start))
        if _TO.search(self._text, verb.end, deal.start):
            return False
        if not all(_CARRIERS.match(word) or _PARTICIPLE.search(word) for word in nearer) or _THEN.search(
            self._text, verb.end, deal.start
        ):
            return False
        words = self._text[verb.end : deal.start].split()
        if len(words) > _MOST_WORDS:
            return False
        return all(
            not _PREPOSITION.match(word)
            or (word == "from" and self._text.startswith("withdr", verb.start))
            or (_CARRIERS.match(words[number - 1]) if number else _OWN.match(word))
            for number, word in enumerate(words)
        )

    def _precedes(self, verb: Verb, deal: _Deal, begin: int, headline: bool) -> bool:
        gap = self._text[deal.end : verb.start]
        if not all(_BESIDE.match(word.strip(",()'")) for word in gap.split()):
            return False
        head = _HEAD.search(self._text[begin : deal.start])
        if head and (not _CARRIERS.match(head[1]) or (verb.kind == "suspend" and head[1].startswith("sign"))):
            return False
        told = self._text[verb.start : verb.end]
        if headline and _PARTICIPLE.search(told.split()[0]) and _OBJECT_OF.search(self._text, begin, deal.start):
            return False
        return bool(
            (headline and _PARTICIPLE.search(told.split()[0])) or _PASSIVE.search(gap) or _INTRANSITIVE.match(told)
        )

    def korean(self, verb: Verb, begin: int) -> bool:
        """Is the pact what stands before a Korean verb, with only adverbs, actors and words like 이행 between them?"""
        at, acted = verb.start, False
        for distance in range(_MOST_WORDS):
            deal = self._ending_at(begin, at)
            if deal is not None:
                return deal.ours and not (acted and self._text[deal.end : deal.end + 1] == " ")
            word = self._text[begin:at].rstrip(" '\"()").rpartition(" ")[2]
            if not word:
                topic = self._ending_at(0, begin - 2) if self._text[:begin].endswith(", ") else None
                return topic.ours if topic is not None else verb.kind == "notice"
            at = self._text.rindex(word, begin, at)
            if verb.kind == "notice" and _QUOTED.search(word):
                return _ENDING.search(self._text, begin, verb.start) is not None and any(d.ours for d in self._deals)
            bare = _PARTICLE.sub("", word)
            if distance == 0 and verb.kind == "suspend" and bare in _CONCLUDING:
                return False
            known = _ADVERB.match(word) or _ADVERB.match(bare) or _KOREAN_CARRIERS.search(bare)
            acted = acted or not known
            if not (known or self._acts(verb, word)):
                return False
        return False

    def _acts(self, verb: Verb, word: str) -> bool:
        """Is this word the one who acts, not what is acted on: 미국이 … 중단했다?"""
        passive = self._text[verb.end : verb.end + 1] in ("됐", "된", "되", "돼")
        return bool(_ACTOR.search(word)) and not passive

    def _ending_at(self, begin: int, at: int) -> _Deal | None:
        """The deal whose words, with particles and a gloss in brackets, end at this place."""
        for deal in reversed(self._deals):
            if deal.end <= at and deal.start >= begin:
                rest = re.sub(r"\([^)]{0,30}\)", "", self._text[deal.end : at]).strip(" '\"()")
                return deal if _PARTICLE.sub("", rest) in ("", "mou", "문", "서") else None
        return None
