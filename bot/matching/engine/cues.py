"""Names the cues that a decision asks for, and the countries that they stand for."""

from __future__ import annotations

from collections.abc import Mapping

from settings.lexicon import Lexicon

KOREA = ("pair", "korea", "korea_marked")
US = ("us", "us_marked", "pair")
KOREA_SIDE = (*KOREA, "korean_official")
US_SIDE = (*US, "us_official")
Countries = Mapping[str, tuple[str, ...]]
"""The cues of each country that has a deal of this kind: ``korea``, and the sisters by their ids."""


def countries_of(lexicon: Lexicon) -> Countries:
    """Korea and the countries of the lexicon's sisters, each with its cue ``sister_<id>``."""
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
        "committee",
        "held",
        "enacted",
        "biography",
        "history",
    ]
)
"""Every name that a decision asks for; a cue of the lexicon bears one of them as its name or as its topic."""
