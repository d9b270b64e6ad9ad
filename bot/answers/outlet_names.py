"""Finds the outlets that a typed name means, and the one that is most like it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.matching.query.evaluate import ArticleFacts, is_from_outlet
from handlers.verbs.near_word import nearest_by_letters
from scrapers.outlet import Outlet

_BEGINNING_CHARS = 2
"""A beginning of an outlet's name has at least so many letters."""


def outlets_called(outlets: Mapping[str, Outlet], typed: str) -> list[str]:
    """Returns the keys of the outlets whose articles ``outlet:`` with this value finds."""
    facts = {key: ArticleFacts(key, outlet.hosts, outlet_name=outlet.name) for key, outlet in outlets.items()}
    return [key for key, of_outlet in facts.items() if is_from_outlet(typed, of_outlet)]


def outlet_called(outlets: Mapping[str, Outlet], typed: str) -> str | None:
    """Returns the key of the one outlet of this key, name or host."""
    called, wanted = outlets_called(outlets, typed), typed.casefold()
    exact = (key for key in called if wanted in (key.casefold(), *outlets[key].hosts))
    return called[0] if len(called) == 1 else next(exact, None)


def outlet_named(outlets: Mapping[str, Outlet], typed: str) -> str | None:
    """Returns the key of the one outlet of this key, name or host, or of the one whose key or name begins so."""
    called, wanted = outlet_called(outlets, typed), typed.casefold()
    if called is not None or len(wanted) < _BEGINNING_CHARS:
        return called
    names = {key: (key.casefold(), outlet.name.casefold()) for key, outlet in outlets.items()}
    begun = [key for key, both in names.items() if any(name.startswith(wanted) for name in both)]
    return begun[0] if len(begun) == 1 else None


def nearest_outlet(outlets: Mapping[str, Outlet], typed: str) -> str | None:
    """Returns the key of the outlet whose key, name or word of its name is most like the typed one."""
    keys: dict[str, str] = {}
    for key, outlet in outlets.items():
        for name in (*outlet.name.split(), outlet.name, key):
            keys[name] = key
    near = nearest_by_letters(typed, keys)
    return keys[near] if near is not None else None
