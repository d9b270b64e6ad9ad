"""Finds the deals that a span names, and which of them are the pact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.matching.engine.cues import KOREA, KOREA_SIDE, US, US_SIDE
from bot.matching.engine.evidence import Evidence
from bot.matching.pact.decision import PactDecision
from bot.matching.pact.other_deals import objection_to
from bot.matching.text.lazy_pattern import lazy_pattern

_DEALS = ("agreement", "tech_agreement")
_PAPER = lazy_pattern(
    r"\b(?:documents?|memos?|texts?|arrangement|(?<!memorandum of )(?<!memoranda of )understanding|annex"
    r"|extension|amendment|protocol|(?:action|implementation) plan|plan(?= to (?:carry out|implement)))\b"
    r"|문서|문건|부속서|개정안|갱신본|연장안|약속|(?:이행|실행|시행) ?계획"
)
_ABOUT = lazy_pattern(
    r"(?: of understanding| of cooperation)?"
    r"(?:(?: with [\w' ]{2,40}?)?(?: (?:on|covering|for) [^.;:]{2,60}?)?(?= ?-* ?(?:called|named|known as|dubbed)))?"
    r"(?: with [\w' ]{2,30}(?=, the ))?"
    r"(?:,| on| of| for| to| ?-* ?called| ?-* ?known as| dubbed| regarding| under| named)? ?"
    r"(?:the |a |its |their |\"|')*"
)
_WEAK = lazy_pattern(
    r"[;:…\n\"]|, (?!the |which|that)|(?<![\w'])(?:that|when|after|before|since|until|as|while|but|because|if) "
)
_QUALIFIED = lazy_pattern(
    r"(?<![\w.])(?!(?:the|this|that|its|their|a|an|no|such|whole|entire|korea|korean|us|seoul) )[a-z-]+ $"
)
"""A word that tells a deal from the technology deal beside it: guardrail deal."""
_WITH = lazy_pattern(r"[와과](?:의)? (?:맺은 |체결한 |서명한 )?$")
_PARTNER_CHARS = 70
_PARTNER_ENDS = lazy_pattern(r"[;.]| but | while |, (?=[a-z]{3,}s )")
_RENEWED = lazy_pattern(r"[ '\"]*(?:(?:개정|수정|갱신|신규|새|2기|revised|new|amended) )?")
_PLATFORM = lazy_pattern(r"platforms?$")
"""No party of a deal, but the law on platforms over which one ends."""
_MANNER = lazy_pattern(r"합의(?:로|하에|에 따라)")
"""By agreement, not an agreement."""
_INDEFINITE = lazy_pattern(r"\W*an? (?:[\w.-]+ ){0,2}")
_NOUN_CHARS = 20
_TOUCHING_CHARS = 3


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal's place in the folded text, and whether it is the pact."""

    start: int
    end: int
    ours: bool


class NamedDeals:
    """The deals that one span of a field names, in order."""

    def __init__(
        self, evidence: Evidence, text: str, decision: PactDecision, begin: int, stop: int, other_above: bool
    ) -> None:
        self._evidence, self.text = evidence, text
        self._begin, self._stop, self._other_above = begin, stop, other_above
        self._headline = evidence.field.name == "headline"
        ours = [(name.start, name.end) for other, name in decision.pact if other is evidence]
        others = [
            (name.start, name.end)
            for names in decision.sisters.values()
            for other, name in names
            if other is evidence and (name.start, name.end) not in ours
        ]
        known = [Deal(*span, not self._with_another(*span)) for span in ours] + [Deal(*span, False) for span in others]
        papers = [match.span() for match in _PAPER.finditer(self.text, begin, stop)]
        for start, end in sorted((*evidence.places(_DEALS, begin, stop), *papers)):
            if _MANNER.match(text, start):
                continue
            if all(end <= deal.start or deal.end <= start for deal in known) and not self._is_gloss(start, known):
                here = ours
                if evidence.is_on_technology(start, end):
                    here = [name for name in ours if begin <= name[0] < stop]
                known.append(Deal(start, end, self._is_ours(start, end, here)))
        self.all = sorted(
            (d for d in known if begin <= d.start < stop and text[d.start] != " "), key=lambda deal: deal.start
        )

    def are_others_only(self) -> bool:
        """Are there deals, but none of them the pact?"""
        return bool(self.all) and not any(deal.ours for deal in self.all)

    def by_others(self, deal: Deal) -> bool:
        """Does somebody but a government act before a deal: SK텔레콤이 협약 참여를 …?"""
        governments = (*KOREA_SIDE, *US_SIDE, "government", "two_governments")
        acted = self.text[self._begin : deal.start].strip() not in ("", "한미", "한·미", "한-미")
        return acted and not self._evidence.cue(governments, self._begin, deal.start - _TOUCHING_CHARS)

    def lists_fields(self, deal: Deal) -> bool:
        """Does a field stand directly before a deal: AI, quantum pact?"""
        before = self._evidence.of_kind("sector", max(0, deal.start - _NOUN_CHARS), deal.start)
        return any(deal.start - sector.end <= 1 for sector in before)

    def any_ours(self) -> bool:
        """Is one of them the pact?"""
        return any(deal.ours for deal in self.all)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """The English clause around a place."""
        before = [match.end() for match in _WEAK.finditer(self.text, self._begin, start)]
        behind = _WEAK.search(self.text, end, self._stop)
        return before[-1] if before else self._begin, behind.start() if behind else self._stop

    def _with_another(self, start: int, end: int) -> bool:
        """Is another country alone the partner: the deal with Australia, 호주와 맺은 협정?"""
        others = (*self._evidence.sisters, "others")
        if self.text.startswith(" with ", end):
            ends = _PARTNER_ENDS.search(self.text, end, end + _PARTNER_CHARS)
            partners = (end, ends.start() if ends else end + _PARTNER_CHARS)
        elif _WITH.search(self.text, max(self._begin, start - _NOUN_CHARS), start):
            partners = (max(self._begin, start - _NOUN_CHARS), start)
        else:
            return False
        return self._evidence.cue(others, *partners) and not self._evidence.cue(KOREA, *partners)

    def _is_gloss(self, start: int, known: Sequence[Deal]) -> bool:
        """Does a word only repeat a deal's kind in brackets: 양해각서(MOU)?"""
        return self.text[max(0, start - 1) : start] == "(" and any(0 < start - deal.end <= 2 for deal in known)

    def _is_ours(self, start: int, end: int, named: Sequence[tuple[int, int]]) -> bool:
        """Is an agreement without the pact's name the pact: no other country's, on no other subject, between states?

        Where the pact's name stands beside it, it is another agreement, but for a paper about the pact.
        """
        if named and _PAPER.match(self.text, start) is None:
            if any(name_end <= start and _RENEWED.fullmatch(self.text, name_end, start) for _, name_end in named):
                return True
            return any(_ABOUT.fullmatch(self.text[end:name]) for name, _ in named if name >= end)
        if any(_ABOUT.fullmatch(self.text[end:name]) for name, _ in named if name >= end):
            return True
        if self._other_above or self._with_another(start, end):
            return False
        if not named and self._headline and _INDEFINITE.fullmatch(self.text[self._begin : start]):
            return False
        tech = self._evidence.is_on_technology(start, end)
        if (
            not named
            and not tech
            and not self._evidence.cue((*KOREA_SIDE, *US_SIDE, "government", "state"), self._begin, self._stop)
        ):
            return False
        beside_tech = not tech and self._evidence.cue(("tech_agreement",), self._begin, self._stop)
        if beside_tech and _QUALIFIED.search(self.text, self._begin, start) and not _PAPER.match(self.text, start):
            return False
        begin, stop = self.clause(start, end)
        beside = (max(begin, start - _NOUN_CHARS), start)
        third = self._evidence.cue((*self._evidence.sisters, "others"), *beside)
        if third and not all(self._evidence.cue(side, *beside) for side in (KOREA, US)):
            return False
        sisters = self._evidence.cue(self._evidence.sisters, begin, stop)
        if sisters and not self._evidence.cue(KOREA, begin, stop):
            return False
        reason = objection_to(self._evidence, start, end, begin, stop, listed=True)
        return reason is None or _PLATFORM.match(str(reason.args["term"]).casefold()) is not None
