"""Finds whose deal a name of the pact is: Korea's or a sister's, by the countries nearest to it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.matching.engine.cues import KOREA
from bot.matching.engine.evidence import Accepted, Evidence
from bot.matching.pact.coreference import joined_with
from bot.matching.pact.decision import PactDecision
from bot.matching.text.korean import is_hangul
from bot.model import Reason

_BESIDE = 34
_AROUND = 420
_RELATIVE = 12
_NEXT_STOP = 24
_LIST = 120


def by_name(evidence: Sequence[Evidence], names: list[tuple[Evidence, Accepted]], decision: PactDecision) -> None:
    before: tuple[Evidence, int, frozenset[str]] | None = None
    for own, name in names:
        low = before[1] if before and before[0] is own else 0
        countries = _beside(own, name, low)
        if not countries and before and before[0] is own and name.start - before[1] <= 60:
            countries = before[2]
        countries = countries or _in_sentence(own, name) or _in_article(evidence) or _at_home(own, name)
        before = (own, name.end, countries)
        for country in sorted(countries):
            if country == "korea":
                decision.pact.append((own, name))
            else:
                decision.sisters.setdefault(country, []).append((own, name))
    if decision.pact:
        own, name = decision.pact[0]
        decision.reasons.append(Reason("pact.named", {"term": own.field.quote(name.start, name.end)}))
    for sister, found in sorted(decision.sisters.items()):
        own, name = found[0]
        decision.reasons.append(
            Reason("sister.named", {"sister": sister, "term": own.field.quote(name.start, name.end)})
        )


def _beside(own: Evidence, name: Accepted, low: int) -> frozenset[str]:
    """Countries that stand directly at the name: 한미 …, U.S.–UK …, … with Britain, 영국과의 …"""
    begin, stop = own.field.sentences.around(name.start)
    reach = _LIST if own.cue(("after_sister",), begin, stop) else _BESIDE
    left = max(begin, low, name.start - reach)
    tail = own.field.text[name.end : name.end + 26]
    right = min(stop, name.end + _BESIDE) if (" with " in tail or " between " in tail or "(with" in tail) else name.end
    if own.cue(("past",), name.end, name.end + _RELATIVE):
        # 기술번영 MOU를 맺은 한국: who made it stands behind it
        right = min(stop, name.end + 2 * _RELATIVE)
    nearest: dict[str, int] = {}
    for country, cues in own.countries.items():
        for start, end in own.places(cues, left, right):
            gap = name.start - end if end <= name.start else start - name.end
            nearest[country] = min(gap, nearest.get(country, 1 << 30))
    if not nearest:
        return frozenset()
    if own.cue(("plural",), left, right):
        return frozenset(nearest)
    pairs = [c for c, gap in nearest.items() if gap <= 3]
    named = frozenset(pairs or nearest)
    return named.union(*(joined_with(own, country, left, max(right, name.end)) for country in named))


def _in_sentence(own: Evidence, name: Accepted) -> frozenset[str]:
    begin, stop = own.field.sentences.around(name.start)
    begin, stop = max(begin, name.start - _AROUND), min(stop, name.end + _AROUND)
    found = {country for country, cues in own.countries.items() if own.cue(cues, begin, stop)}
    if len(found) > 1 and _only_visited(own, begin, stop):
        found.discard("korea")
    if not found and own.cue(("korean_official",), begin, stop):
        found.add("korea")
    if "korea" in found and not own.cue(("plural",), begin, stop):
        return frozenset({"korea"})
    return frozenset(found)


def _only_visited(own: Evidence, begin: int, stop: int) -> bool:
    """Does Korea stand there only as the next stop of a journey: "before heading to South Korea"?"""
    places = own.places(KOREA, begin, stop)
    return all(own.cue(("next_stop",), max(begin, start - _NEXT_STOP), start + 1) for start, _ in places)


def _in_article(evidence: Sequence[Evidence]) -> frozenset[str]:
    """The name stands alone: the headline's country, else the country that the article speaks of most."""
    for own in evidence:
        counts = {c: sum(len(own.cues.get(cue, ())) for cue in cues) for c, cues in own.countries.items()}
        counts["korea"] += len(own.cues.get("korean_official", ()))
        best = max(counts.values())
        if best:
            if counts["korea"] == best:
                return frozenset({"korea"})
            return frozenset(c for c, n in counts.items() if n == best)
    return frozenset()


def _at_home(own: Evidence, name: Accepted) -> frozenset[str]:
    """No country at all: in Korean, or with its working group, it is Korea's own pact."""
    begin, stop = own.field.sentences.around(name.start)
    group = "working group" in own.field.text[name.start : name.end + 2 * _RELATIVE]
    home = group or any(map(is_hangul, own.field.text[begin : name.end + _RELATIVE]))
    return frozenset({"korea"} if home and not own.cue(("others", "old_era"), begin, stop) else ())
