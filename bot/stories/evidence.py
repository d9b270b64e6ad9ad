"""Weighs what two reports share: rare words of heads, figures, names, sounds, places, people and time, as numbers.

How rare a feature is comes from the window of recent stories (see ``rarity``), so a template weighs nothing.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from bot.stories.features.article_features import (
    ENTITY,
    FIGURE,
    HEAD,
    HEAD_ENTITY,
    HEAD_NAME,
    HEAD_SOUND,
    HEAD_TERM,
    KINDS,
    NAME,
    PERSON,
    SECTOR,
    SHIFT,
    SOUND,
    TERM,
    milestone_feature,
)
from bot.stories.features.background import pact_features
from bot.stories.weighed import IS_AHEAD, IS_SIGNED, WILL_BE_SIGNED, Rarities, Weighed, days_apart

CHANNELS = (
    ("head", HEAD, 6.0),
    ("figures", FIGURE, 3.0),
    ("names", NAME, 4.0),
    ("sounds", SOUND, 4.0),
    ("places", ENTITY, 5.0),
    ("terms", TERM, 6.0),
    ("head_places", HEAD_ENTITY, 3.0),
    ("head_terms", HEAD_TERM, 4.0),
    ("head_names", HEAD_NAME, 3.0),
    ("head_sounds", HEAD_SOUND, 3.0),
    ("people", PERSON, 2.0),
    ("sectors", SECTOR, 2.0),
)
"""Each channel of evidence: its name, its kind of feature, and the sum of rarities that counts as full."""
EVIDENCE = (
    "always",
    *(f"{name}_{measure}" for name, *_ in CHANNELS for measure in ("sum", "share")),
    "no_people",
    "no_sectors",
    "days_apart",
    "same_outlet",
    "other_figures",
    "specifics",
    "kinds",
    "no_head",
    "times_differ",
    "both_ahead",
    "same_milestone",
    "other_milestone",
    "same_source",
    "some_terms",
    "next_day",
    "event_key",
    "other_places",
    "other_names",
    "other_terms",
)
"""The names of the evidence, in the order of ``evidence``; the weights have the same names."""
SPECIFICS = frozenset({HEAD, FIGURE, NAME, SOUND, ENTITY, TERM})
"""Kinds that tell an event apart; people, pact, sectors and day do not."""
_WRITTEN = SPECIFICS - {SOUND}
"""Within one language names are spelled alike: their sounds say nothing more."""
_NAMING = frozenset({FIGURE, NAME, SOUND, ENTITY, TERM})
_SPECIFIC, _TELLING = 0.2, 0.4
"""A shared feature of the first rarity is a specific on which two reports agree; the second one tells more."""
_AGREEING = (FIGURE, NAME, SOUND, ENTITY, TERM, HEAD_ENTITY, HEAD_TERM, HEAD_NAME)
_HEADS = (HEAD, HEAD_ENTITY, HEAD_TERM, HEAD_NAME, HEAD_SOUND)
_ONCE = frozenset(milestone_feature(milestone) for milestone in ("signing", "suspension", "restart"))
"""Milestones that name an event; a working group and a committee are also named in other news of the pact."""
_SIGNED_AND_AHEAD = WILL_BE_SIGNED | IS_SIGNED
_KEY_SPECIFICS = 2
_FULL = {kind: full for _, kind, full in CHANNELS}
_OTHER = ((HEAD_ENTITY, 0.5), (HEAD_NAME, 0.5), (HEAD_TERM, 1.0))
"""The kinds that tell apart where heads share none, and the sum of rarities from which a head names any."""
_NEXT_DAY = 1.5
_NOTHING = (0.0, 0.0)
_MOST_SPECIFICS = 8.0
_SMOOTHING = 2.0
"""Added to the rarity of both reports, so that one shared word of two short heads is no full share."""


class Agreement(NamedTuple):
    """The evidence for two reports, and on how many specifics they agree."""

    evidence: list[float]
    specifics: int


def agreement(a: Weighed, rarities: Rarities, b: Weighed) -> Agreement:
    """Returns the evidence that two reports tell of one event; ``rarities`` are those of the first one's features."""
    a_sums, b_sums, days = a.sums, b.sums, days_apart(a, b)
    has_event_key = days <= 1.0 and _has_event_key(a, b)
    told = rarities if has_event_key else _without_name(rarities, a, b)
    shared, specifics, named = _shared_rarities(told, b, same_language=a.language == b.language)
    found = [1.0]
    for kind, full in _FULL.items():
        if rarity := shared[kind]:
            found += (
                rarity / full if rarity < full else 1.0,
                2.0 * rarity / (a_sums[kind] + b_sums[kind] + _SMOOTHING),
            )
        else:
            found += _NOTHING
    found += (
        float(not (a_sums[PERSON] and b_sums[PERSON])),
        float(not (a_sums[SECTOR] and b_sums[SECTOR])),
        days,
        float(bool(a.outlet) and a.outlet == b.outlet),
        float(a_sums[FIGURE] > 0 and b_sums[FIGURE] > 0 and not shared[FIGURE]),
        min(named, _MOST_SPECIFICS) / _MOST_SPECIFICS,
        sum([shared[kind] > _TELLING for kind in _AGREEING]) / len(_AGREEING),
        float(not any(map(shared.__getitem__, _HEADS))),
        float((a.times | b.times) & _SIGNED_AND_AHEAD == _SIGNED_AND_AHEAD),
        float(a.times & b.times & IS_AHEAD),
        *(_milestones(a, b) if a.milestone and b.milestone else _NOTHING),
        float(bool(a.after and b.after) and not set(a.after).isdisjoint(b.after)),
        # the first shared term tells more than the fifth, and the next day is another
        sqrt(min(shared[TERM], _FULL[TERM]) / _FULL[TERM]),
        float(days > _NEXT_DAY),
        float(has_event_key),
        # both heads name something of a kind and nothing in common, as two notices of one template do
        *[float(not shared[kind] and a_sums[kind] > least and b_sums[kind] > least) for kind, least in _OTHER],
    )
    return Agreement(found, specifics + _KEY_SPECIFICS * has_event_key)


def _without_name(rarities: Rarities, a: Weighed, b: Weighed) -> Rarities:
    """Returns the rarities without what names the pact that both reports are about: any two events of it share that.

    What happens to a pact only once is known by the pact's name, which then counts.
    """
    name = pact_features().get(a.pact_id) if a.pact_id == b.pact_id else None
    return {feature: rarities[feature] for feature in rarities.keys() - name} if name else rarities


def _shared_rarities(rarities: Rarities, b: Weighed, *, same_language: bool) -> tuple[list[float], int, int]:
    """Returns the sums of the rarities that a report shares, by kind, and how many specifics and names these are."""
    shared = [0.0] * KINDS
    named = specifics = 0
    counted = _WRITTEN if same_language else SPECIFICS
    for feature in rarities.keys() & b.features:
        kind = feature >> SHIFT
        weight = rarities[feature]
        shared[kind] += weight
        if weight > _SPECIFIC and kind in counted:
            specifics += 1
            named += weight > _TELLING and kind in _NAMING
    if same_language:
        shared[SOUND] = shared[HEAD_SOUND] = 0.0
    return shared, specifics, named


def _milestones(a: Weighed, b: Weighed) -> tuple[float, float]:
    """Returns whether two reports of one pact tell of the same milestone, and whether they tell of two."""
    if a.pact_id != b.pact_id:
        return _NOTHING
    is_other = a.milestone != b.milestone and a.milestone in _ONCE and b.milestone in _ONCE
    return float(a.milestone == b.milestone and bool(a.pact_id)), float(is_other)


def _has_event_key(a: Weighed, b: Weighed) -> bool:
    """Whether two reports tell of the same milestone of one pact, which happens once."""
    return a.milestone in _ONCE and a.milestone == b.milestone and bool(a.pact_id) and a.pact_id == b.pact_id
