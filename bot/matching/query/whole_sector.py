"""Widens a query from words that name a whole sector (원자력, 조선업) to the sectors themselves."""

from __future__ import annotations

import re

from bot.matching.query.nodes import And, FieldFilter, Or, Query, Term
from bot.matching.text.normalize import fold
from settings.lexicon import Lexicon
from settings.lexicon_entries import Topic

_SUFFIXES = ("", "업", "산업", "분야", "기술")
"""Behind a sector's Korean name they name the sector still: 조선업, 양자기술."""
_PARTS = re.compile(r"[^\W_]+")


def whole_sectors(query: Query, lexicon: Lexicon) -> Query | None:
    """Returns the query with each form that a sector's name shows as that sector; None where it has none.

    What is left out stays as it is, because to leave out more would find less.
    """
    widened = _widened(query, lexicon)
    return widened if widened != query else None


def _widened(query: Query, lexicon: Lexicon) -> Query:
    match query:
        case And(children):
            return And(tuple(_widened(child, lexicon) for child in children))
        case Or(children):
            return Or(tuple(_widened(child, lexicon) for child in children))
        case Term("sector", topic, form):
            sector = lexicon.sector(topic)
            return FieldFilter("sector", topic) if sector is not None and _is_name(form, sector) else query
        case _:
            return query


def _is_name(form: str, sector: Topic) -> bool:
    """Returns whether a form is the sector's name, a word of it, or the Korean name with a word for a field."""
    named, korean = fold(form), {fold(sector.ko), *_PARTS.findall(fold(sector.ko))}
    english = {fold(sector.en), *_PARTS.findall(fold(sector.en))}
    aliases = {fold(alias) for alias in sector.aliases}
    if named in english | aliases or f"{named}s" in english:
        return True
    return any(named == name + suffix for name in korean for suffix in _SUFFIXES)
