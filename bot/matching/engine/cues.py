"""Names the cues that a decision asks for: words that decide, and the countries that they speak for."""

from __future__ import annotations

from collections.abc import Mapping

from settings.lexicon import Lexicon

KOREA = ("pair", "korea", "korea_marked")
US = ("us", "us_marked", "pair")
KOREA_SIDE = (*KOREA, "korean_official")
US_SIDE = (*US, "us_official")
Countries = Mapping[str, tuple[str, ...]]
"""The cues of each country that has a deal of this kind: ``korea``, and every sister's by its id."""


def countries_of(lexicon: Lexicon) -> Countries:
    """Korea and the countries of the lexicon's sisters: the cue ``sister_`` and its id speaks for each."""
    return {"korea": KOREA, **{sister.id: (f"sister_{sister.id}",) for sister in lexicon.sisters}}


CUES = frozenset(
    [
        "pair",
        "korea",
        "us",
        "us_marked",
        "us_pair",
        "others",
        "trilateral",
        "agreement",
        "tech_agreement",
        "group_agreement",
        "other_left",
        "other_deal",
        "old_era",
        "institution",
        "government",
        "state",
        "similar",
        "siblings",
        "beside",
        "money",
        "apart",
        "set_apart",
        "venue",
        "venue_apec",
        "paper",
        "signed_when",
        "binds_nobody",
        "two_governments",
        "science_ministry",
        "science_house",
        "follow_up",
        "after_sister",
        "next_stop",
        "owned",
        "plural",
        "background",
        "sign",
        "suspend",
        "doubtful",
        "undone",
        "notice",
        "committee",
        "held",
        "past",
        "ahead",
        "background_time",
    ]
)
"""Every name that a decision asks for; a lexicon's cue stands for one of them by its own name or by its topic."""
