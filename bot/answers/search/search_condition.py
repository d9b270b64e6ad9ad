"""Turns a query into a condition that the store can look for: every article that the query matches meets it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.answers.outlet_names import outlets_called
from bot.matching.query.nodes import And, FieldFilter, Not, Or, Phrase, Query, Term, Word
from bot.model import MentionKind
from bot.store.history import (
    ALWAYS,
    AboutPact,
    AllOf,
    AnyOf,
    AtLeastSevere,
    Condition,
    FromOutlets,
    HasLetters,
    InLanguage,
    Names,
    OfKind,
    pieces_of,
)
from scrapers.outlet import Outlet
from settings.lexicon import Lexicon

_KINDS: Mapping[str, MentionKind] = {"pact": "pact", "sister": "sister", "official": "official", "sector": "sector"}


def condition_of(query: Query, outlets: Mapping[str, Outlet], lexicon: Lexicon) -> Condition:
    """Returns a condition that is as narrow as the store can tell; what is excluded narrows nothing."""
    match query:
        case And(children):
            met = [condition_of(child, outlets, lexicon) for child in children]
            kept = tuple(condition for condition in met if condition != ALWAYS)
            return kept[0] if len(kept) == 1 else AllOf(kept)
        case Or(children):
            choices = tuple(condition_of(child, outlets, lexicon) for child in children)
            return ALWAYS if ALWAYS in choices else AnyOf(choices)
        case Not():
            return ALWAYS
        case Term(kind, topic, form):
            return Names(_KINDS[kind], (topic,), spelling=form)
        case Word(words) | Phrase(words):
            pieces = pieces_of(words)
            return HasLetters(pieces) if pieces else ALWAYS
        case FieldFilter():
            return _of_field(query, outlets, lexicon)


def _of_field(query: FieldFilter, outlets: Mapping[str, Outlet], lexicon: Lexicon) -> Condition:
    match query.name:
        case "topic" if query.value == "officials":
            return Names("official", tuple(official.name for official in lexicon.officials), passing_too=True)
        case "topic":
            return AboutPact() if query.value == "pact" else Names("sister", (query.value,))
        case "sector":
            return Names("sector", (query.value,))
        case "who":
            return Names("official", (query.value,))
        case "outlet":
            return FromOutlets((*outlets_called(outlets, query.value), query.value))
        case "lang":
            return InLanguage(query.value)
        case "kind":
            return OfKind(query.value)
        case _:
            return AtLeastSevere(int(query.value))
