"""Reads the few facts on which outlets may disagree: place, kind of document, amount, day and signatory.

They stand in the head, which is the headline and the lead sentence. What is kept is short and bounded; the caller keeps
it only where the outlet's terms allow its text to be stored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast

from bot.model import Mention
from bot.stories.facts.instruments import instrument_of
from bot.stories.facts.place_and_day import ACTS, event_days, event_places
from bot.stories.features.article_features import plain, sentences_of
from bot.stories.features.numbers import written_figures

FactKind = Literal["place", "instrument", "amount", "day", "signatory"]

MOST_FACTS = 8
LONGEST_FACT = 40
LEAD_CHARACTERS = 300
"""A mention further behind stands in no lead."""
_CURRENCIES = frozenset({"usd", "krw", "gbp", "jpy", "eur"})
MOST_RATIO = 2.0
"""Amounts that are further apart are of two things."""
ROUNDING = 0.01
_SIGNING = re.compile(r"서명|체결|\bsign(?:s|ed|ing)?\b|\bink(?:s|ed)\b", re.IGNORECASE)


class Fact(NamedTuple):
    """One fact, in a form that is alike in both languages, and as the article writes it."""

    kind: FactKind
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A fact that outlets tell differently, each version with the number of outlets."""

    kind: FactKind
    versions: tuple[tuple[str, int], ...]
    """As the first outlet wrote it; instruments by their kinds, signatories by their names; the most told first."""


def fact_from(row: Sequence[str]) -> Fact:
    """Returns a fact from its stored form."""
    kind, value, text = row
    return Fact(cast("FactKind", kind), value, text)


def head_facts(headline: str, text: str, mentions: Iterable[Mention]) -> tuple[Fact, ...]:
    """Returns the facts of an article's headline and lead sentence, each once."""
    head = plain(" \n ".join(sentences_of(headline, text)[:2]))
    found = dict.fromkeys([*_circumstances(head), *_amounts(head), *_signatories(mentions)])
    return tuple(found)[:MOST_FACTS]


def _circumstances(head: str) -> Iterator[Fact]:
    for place in event_places(head):
        yield Fact("place", f"{place.act}:{place.value}", place.written[:LONGEST_FACT])
    for day in event_days(head):
        yield Fact("day", f"{day.act}:{day.value}", day.written[:LONGEST_FACT])
    if instrument := instrument_of(head):
        yield Fact("instrument", instrument, instrument)


def _amounts(head: str) -> Iterator[Fact]:
    for figure, written in written_figures(head):
        if figure.partition(":")[0] in _CURRENCIES:
            yield Fact("amount", figure, " ".join(written.split())[:LONGEST_FACT])


def _signatories(mentions: Iterable[Mention]) -> Iterator[Fact]:
    for mention in mentions:
        is_head = mention.field == "headline" or mention.start < LEAD_CHARACTERS
        if mention.kind == "official" and is_head and not mention.passing and _SIGNING.search(mention.context):
            yield Fact("signatory", mention.topic[:LONGEST_FACT], mention.topic[:LONGEST_FACT])


class OutletFacts(NamedTuple):
    """The facts of an outlet's articles, and the time zone in which it tells days."""

    zone: str
    facts: Sequence[Fact]


def disagreements(outlets: Sequence[OutletFacts]) -> list[Disagreement]:
    """Returns what outlets tell differently."""
    currencies = sorted({fact.value.partition(":")[0] for outlet in outlets for fact in outlet.facts} & _CURRENCIES)
    found = [
        *(_differing("place", outlets, f"{act}:") for act in ACTS),
        _differing("instrument", outlets, ""),
        *(_differing("amount", outlets, f"{currency}:", _are_amounts_apart) for currency in currencies),
        *(_differing("day", outlets, f"{act}:", _are_days_apart) for act in ACTS),
        _differing_signatories([outlet.facts for outlet in outlets]),
    ]
    return [each for each in found if each is not None]


class _Told(NamedTuple):
    zone: str
    fact: Fact


def _differing(
    kind: FactKind,
    outlets: Sequence[OutletFacts],
    prefix: str,
    are_apart: Callable[[_Told, _Told], bool] = lambda _one, _other: True,
) -> Disagreement | None:
    """Compares the outlets that name exactly one such fact: of several, nobody knows which one belongs to the event.

    Two values differ if they are ``are_apart``; those that differ from no other are left out.
    """
    told: list[_Told] = []
    for outlet in outlets:
        own = {fact.value: fact for fact in outlet.facts if fact.kind == kind and fact.value.startswith(prefix)}
        told += [_Told(outlet.zone, fact) for fact in own.values()] if len(own) == 1 else []
    disputed = {
        one.fact.value for one in told for other in told if one.fact.value != other.fact.value and are_apart(one, other)
    }
    counts = Counter(each.fact.value for each in told if each.fact.value in disputed)
    written = {each.fact.value: each.fact.text for each in reversed(told)}
    versions = tuple((written[value], count) for value, count in counts.most_common())
    return Disagreement(kind, versions) if versions else None


def _are_amounts_apart(one: _Told, other: _Told) -> bool:
    """Whether two amounts of one currency are neither the same, one of them rounded, nor those of two things."""
    small, large = sorted(float(_number(each)) for each in (one, other))
    digits = min(_significant_digits(_number(each)) for each in (one, other))
    is_rounded = large - small <= ROUNDING * large or f"{small:.{digits}g}" == f"{large:.{digits}g}"
    return 0 < large <= MOST_RATIO * small and not is_rounded


def _significant_digits(number: str) -> int:
    return len(number.partition("e")[0].replace(".", "").strip("0")) or 1


def _are_days_apart(one: _Told, other: _Told) -> bool:
    """Whether two days differ by more than the night between the zones of two outlets."""
    apart = abs(int(_number(one)) - int(_number(other)))
    return apart > 1 or one.zone == other.zone


def _number(told: _Told) -> str:
    return told.fact.value.partition(":")[2]


def _differing_signatories(facts_of_outlets: Sequence[Sequence[Fact]]) -> Disagreement | None:
    """Two outlets differ where they share a signatory and each names one whom the other does not."""
    each = [{fact.value for fact in facts if fact.kind == "signatory"} for facts in facts_of_outlets]
    disputed = {name for a in each for b in each if a & b and a - b and b - a for name in a ^ b}
    counts = Counter(name for names in each for name in sorted(names & disputed))
    return Disagreement("signatory", tuple(counts.most_common())) if counts else None
