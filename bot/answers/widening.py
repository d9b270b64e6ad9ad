"""Words that stand in each other's way: the same query with any of its words instead of all of them."""

from __future__ import annotations

from bot.matching.query.nodes import And, FieldFilter, Not, Or, Query


def any_of(query: Query) -> Query | None:
    """Any of the query's wishes instead of all of them, exclusions kept; None where that is no other query.

    Fields that narrow (an outlet, a language, a kind) stay as they are.
    """
    if not isinstance(query, And):
        return None
    kept = tuple(child for child in query.children if _narrows(child))
    wishes = tuple(child for child in query.children if not _narrows(child))
    if len(wishes) < 2:
        return None
    return And((Or(wishes), *kept)) if kept else Or(wishes)


def _narrows(child: Query) -> bool:
    return isinstance(child, Not) or (
        isinstance(child, FieldFilter) and child.name in ("outlet", "lang", "kind", "severity")
    )
