"""Finds whose deal a name of the pact is: Korea's or a sister's, by the countries nearest to it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.matching.engine.cues import KOREA
from bot.matching.engine.evidence import Accepted, Evidence
from bot.matching.pact.coreference import joined_with, listed_from
from bot.matching.pact.decision import PactDecision
from bot.matching.text.korean import is_hangul
from bot.matching.text.lazy_pattern import lazy_pattern
from bot.model import Reason

_BESIDE_CHARS = 34
_LIST_CHARS = 120
_SENTENCE_CHARS = 420
_CLAUSE_CHARS = 12
_NEXT_STOP_CHARS = 24
_NAMES_APART_CHARS = 60
_PAIR_GAP_CHARS = 3
_TAIL_CHARS = 26
_MADE_BY = lazy_pattern(r"[을를에]? ?(?:맺은|체결한|서명한) ")
_JOINS_CHARS = 14
_JOINS = lazy_pattern(r"\b(?:join|follow)(?:s|ed|ing)? (?:the )?$")
"""Joining somebody in a deal makes the one who joins a party of it."""
_WITH_US = lazy_pattern(r" with (?:the )?(?:u\.?s\b|united states|washington|america)")
_CLAUSE = lazy_pattern(r" (?:while|whereas|but|though|although|as) |; ")


def by_name(fields: Sequence[Evidence], names: list[tuple[Evidence, Accepted]], decision: PactDecision) -> None:
    """Adds every name to the decision, under the country or countries that it belongs to."""
    previous: tuple[Evidence, int, frozenset[str]] | None = None
    for evidence, name in names:
        after = previous[1] if previous and previous[0] is evidence else 0
        countries = _beside(evidence, name, after)
        if not countries and previous and previous[0] is evidence and name.start - previous[1] <= _NAMES_APART_CHARS:
            countries = previous[2]
        countries = countries or _in_sentence(evidence, name) or _in_article(fields) or _at_home(evidence, name)
        previous = (evidence, name.end, countries)
        for country in sorted(countries):
            if country == "korea":
                decision.pact.append((evidence, name))
            else:
                decision.sisters.setdefault(country, []).append((evidence, name))
    if decision.pact:
        evidence, name = decision.pact[0]
        decision.reasons.append(Reason("pact.named", {"term": evidence.field.quote(name.start, name.end)}))
    for sister, places in sorted(decision.sisters.items()):
        evidence, name = places[0]
        args = {"sister": sister, "term": evidence.field.quote(name.start, name.end)}
        decision.reasons.append(Reason("sister.named", args))


def _beside(evidence: Evidence, name: Accepted, after: int) -> frozenset[str]:
    """The countries directly at the name: 한미 …, U.S.–UK …, … with Britain, 영국과의 …"""
    begin, stop = evidence.field.sentences.around(name.start)
    reach = _LIST_CHARS if evidence.cue(("after_sister",), begin, stop) else _BESIDE_CHARS
    left = max(begin, after, name.start - reach)
    tail = evidence.field.text[name.end : name.end + _TAIL_CHARS]
    listed = any(word in tail for word in (" with ", " between ", "(with"))
    other_clause = _CLAUSE.search(evidence.field.text, name.end, stop)
    stop = other_clause.start() if other_clause else stop
    right = min(stop, name.end + _BESIDE_CHARS) if listed else name.end
    if _MADE_BY.match(evidence.field.text, name.end):
        # 기술번영 MOU를 맺은 한국: the party stands behind the name
        right = min(stop, name.end + 2 * _CLAUSE_CHARS)
    nearest: dict[str, int] = {}
    for country, cues in evidence.countries.items():
        for start, end in evidence.places(cues, left, right):
            gap = name.start - end if end <= name.start else start - name.end
            nearest[country] = min(gap, nearest.get(country, 1 << 30))
    if not nearest:
        return frozenset()
    pairs = [country for country, gap in nearest.items() if gap <= _PAIR_GAP_CHARS]
    named = frozenset(nearest if evidence.cue(("plural",), left, right) else pairs or nearest)
    low, high = max(begin, after, left - _LIST_CHARS), min(stop, max(right, name.end) + _LIST_CHARS)
    sisters = evidence.places(evidence.sisters, begin, stop)
    if "korea" not in named and any(
        _JOINS.search(evidence.field.text[max(begin, start - _JOINS_CHARS) : start]) for start, _ in sisters
    ):
        named |= _countries_between(evidence, begin, name.start)
    return named.union(*(joined_with(evidence, country, name.start, low, high) for country in named))


def _countries_between(evidence: Evidence, begin: int, stop: int) -> frozenset[str]:
    return frozenset(country for country, cues in evidence.countries.items() if evidence.cue(cues, begin, stop))


def _in_sentence(evidence: Evidence, name: Accepted) -> frozenset[str]:
    """The countries of the name's sentence; Korea alone where it is one of them and no plural joins them."""
    begin, stop = evidence.field.sentences.around(name.start)
    begin, stop = max(begin, name.start - _SENTENCE_CHARS), min(stop, name.end + _SENTENCE_CHARS)
    countries = set(_countries_between(evidence, begin, stop))
    if len(countries) > 1 and _only_visited(evidence, begin, stop):
        countries.discard("korea")
    if not countries and evidence.cue(("korean_official",), begin, stop):
        countries.add("korea")
    if "korea" in countries and not (
        evidence.cue(("plural",), begin, stop) or countries == listed_from(evidence, begin, stop)
    ):
        return frozenset({"korea"})
    return frozenset(countries)


def _only_visited(evidence: Evidence, begin: int, stop: int) -> bool:
    """Is Korea there only the next stop of a journey: "before heading to South Korea"?"""
    places = evidence.places(KOREA, begin, stop)
    return all(evidence.cue(("next_stop",), max(begin, start - _NEXT_STOP_CHARS), start + 1) for start, _ in places)


def _in_article(fields: Sequence[Evidence]) -> frozenset[str]:
    """The country of a name that stands alone: the headline's, else the one that the article mentions most."""
    for evidence in fields:
        counts = {
            country: sum(len(evidence.cues.get(cue, ())) for cue in cues)
            for country, cues in evidence.countries.items()
        }
        counts["korea"] += len(evidence.cues.get("korean_official", ()))
        best = max(counts.values())
        if best:
            if counts["korea"] == best:
                return frozenset({"korea"})
            return frozenset(country for country, count in counts.items() if count == best)
    return frozenset()


def _at_home(evidence: Evidence, name: Accepted) -> frozenset[str]:
    """Korea, where no country stands but the text is Korean, or names the working group or the U.S. as partner."""
    begin, stop = evidence.field.sentences.around(name.start)
    group = "working group" in evidence.field.text[name.start : name.end + 2 * _CLAUSE_CHARS]
    home = (
        group
        or _WITH_US.match(evidence.field.text, name.end)
        or any(map(is_hangul, evidence.field.text[begin : name.end + _CLAUSE_CHARS]))
    )
    return frozenset({"korea"} if home and not evidence.cue(("others", "old_era"), begin, stop) else ())
