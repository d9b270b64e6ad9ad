"""Reads the few facts on which outlets may disagree: place, kind of document, amount, day and signatory.

They stand in the head, which is the headline and the lead sentence. What is kept is short and bounded; the caller keeps
it only where the outlet's terms allow its text to be stored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast

from bot.model import Mention
from bot.stories.features import plain, sentences_of
from bot.stories.instruments import instrument_of
from bot.stories.numbers import written_figures
from bot.stories.places_of_event import ACTS, event_places

FactKind = Literal["place", "instrument", "amount", "day", "signatory"]

MOST_FACTS = 8
LONGEST_FACT = 40
LEAD_CHARACTERS = 300
"""A mention further behind stands in no lead."""
_CURRENCIES = frozenset({"usd", "krw", "gbp", "jpy", "eur"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_DAY = re.compile(rf"\b(?P<month>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.? (?P<day>[0-3]?\d)(?![\d,]*\d)\b")
_KOREAN_DAY = re.compile(r"(?<!\d)(?:(?P<month>1?\d)월 ?)?(?P<day>[0-3]?\d)일(?! ?(?:동안|간|째|까지|부터))")
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
    found = dict.fromkeys([*_circumstances(head), *_amounts(head), *_days(head), *_signatories(mentions)])
    return tuple(found)[:MOST_FACTS]


def _circumstances(head: str) -> Iterator[Fact]:
    for place in event_places(head):
        yield Fact("place", f"{place.act}:{place.city}", place.written[:LONGEST_FACT])
    if instrument := instrument_of(head):
        yield Fact("instrument", instrument, instrument)


def _amounts(head: str) -> Iterator[Fact]:
    for figure, written in written_figures(head):
        if figure.partition(":")[0] in _CURRENCIES:
            yield Fact("amount", figure, " ".join(written.split())[:LONGEST_FACT])


def _days(head: str) -> Iterator[Fact]:
    for pattern in (_ENGLISH_DAY, _KOREAN_DAY):
        for match in pattern.finditer(head):
            if 1 <= int(match["day"]) <= 31:
                yield Fact("day", match["day"].lstrip("0"), match.group()[:LONGEST_FACT].capitalize())


def _signatories(mentions: Iterable[Mention]) -> Iterator[Fact]:
    for mention in mentions:
        is_head = mention.field == "headline" or mention.start < LEAD_CHARACTERS
        if mention.kind == "official" and is_head and not mention.passing and _SIGNING.search(mention.context):
            yield Fact("signatory", mention.topic[:LONGEST_FACT], mention.topic[:LONGEST_FACT])


def disagreements(facts_of_outlets: Sequence[Sequence[Fact]]) -> list[Disagreement]:
    """Returns what outlets tell differently; ``facts_of_outlets`` holds the facts of each outlet's articles."""
    currencies = sorted({fact.value.partition(":")[0] for facts in facts_of_outlets for fact in facts} & _CURRENCIES)
    found = [
        *(_differing("place", facts_of_outlets, f"{act}:") for act in ACTS),
        _differing("instrument", facts_of_outlets, ""),
        *(_differing("amount", facts_of_outlets, f"{currency}:") for currency in currencies),
        _differing("day", facts_of_outlets, ""),
        _differing_signatories(facts_of_outlets),
    ]
    return [each for each in found if each is not None]


def _differing(kind: FactKind, facts_of_outlets: Sequence[Sequence[Fact]], prefix: str) -> Disagreement | None:
    """Compares the outlets that name exactly one such fact: of several, nobody knows which one belongs to the event."""
    told: list[Fact] = []
    for facts in facts_of_outlets:
        own = {fact.value: fact for fact in facts if fact.kind == kind and fact.value.startswith(prefix)}
        if len(own) == 1:
            told += own.values()
    counts = Counter(fact.value for fact in told)
    if len(counts) < 2:
        return None
    written = {fact.value: fact.text for fact in reversed(told)}
    return Disagreement(kind, tuple((written[value], count) for value, count in counts.most_common()))


def _differing_signatories(facts_of_outlets: Sequence[Sequence[Fact]]) -> Disagreement | None:
    """Two outlets differ where they share a signatory and each names one whom the other does not."""
    each = [{fact.value for fact in facts if fact.kind == "signatory"} for facts in facts_of_outlets]
    disputed = {name for a in each for b in each if a & b and a - b and b - a for name in a ^ b}
    counts = Counter(name for names in each for name in sorted(names & disputed))
    return Disagreement("signatory", tuple(counts.most_common())) if counts else None
