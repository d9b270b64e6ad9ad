"""Tells whether a report speaks of what is ahead or of what has happened, by the headline and the first sentences.

A preview and the event itself name the same people, places and figures, so the time that their clauses speak of tells
them apart. ``unknown`` is neutral: it agrees with either.
"""

from __future__ import annotations

import re
from typing import Literal

Relation = Literal["ahead", "happened", "unknown"]

_AHEAD = re.compile(
    r"예정|앞두고|앞둔|앞둬|임박|초읽기|추진|전망|검토|방침|조율|유력|물망|이르면|[하되]기로|키로|[할될칠릴]\s?(?:듯|것으로|전망|예정|계획)|"
    r"(?:오는|내달|다음\s?달|내주|다음\s?주|조만간|곧)\s|(?:나선다|맺는다|연다|찾는다|만난다|[한된]다)(?=$|[\s…,.\"'’”](?:\s?[-–…]|$))|"
    r"\b(?:near(?:s|ing)?|will|would|could|may|might|to be|set to|poised|plans?(?: to)?|planning|expected|"
    r"due to|about to|close to|ahead of|upcoming|next (?:week|month|year)|as early as|prepar(?:e|es|ing)|weighs?|"
    r"mulls?|considers?|considering|likely|seeks? to|aims? to|intends?|scheduled|slated|eyes|eyeing|readies|ready to|"
    r"looks? to|vows? to)\b"
)
_TO_VERB = re.compile(r"(?<!\bhow)(?<!\bdecides)(?<!\bagrees)(?<!\bable)\sto\s[a-z]{3,}")
_HAPPENED = re.compile(
    r"(?:[했됐였섰났갔왔봤줬졌]|었|렸|쳤|혔|냈|뺐|샀|겼|폈|켰)(?:다|으며|고|지만|는데|으나|던)|"
    r"(?:체결|서명|타결|확정|출범|개최|합의|발사|성공|완료|착공|준공|철회|중단|승인|통과|가결|판결|선고|수주|인수|개막|발표|취임|임명)(?=$|[…,.\s\"'’”]|식)|"
    r"\b(?:signed|signs|inked|inks|sealed|held|opened|opens|launched|launches|announced|announces|agreed|agree|agrees|approved|"
    r"approves|passed|passes|struck|strikes|won|wins|met|meets|began|begins|ruled|rules|finalized|completed|formed|forms|"
    r"revoked|revokes|suspended|suspends|lifted|lifts|imposed|imposes|named|names|told|unveiled|unveils|closed|ended|ends|fell|rose)\b"
)
_PLANNED = re.compile(r"\S{1,12}\s?(?:예정|전망|계획|방침|앞두|앞둔|임박|추진|조율|유력)")
"""A noun of what is only planned: 서명 예정."""


def time_relation(headline: str, lead: str) -> Relation:
    """Returns what the headline speaks of; where it is silent or says both, the first sentences decide."""
    for text, is_headline in ((headline, True), (lead, False)):
        ahead = _AHEAD.search(text) is not None or (is_headline and _TO_VERB.search(text) is not None)
        happened = _HAPPENED.search(_PLANNED.sub(" ", text)) is not None
        if ahead != happened:
            return "ahead" if ahead else "happened"
    return "unknown"
