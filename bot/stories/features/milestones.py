"""Recognizes the milestone of a pact that a report tells of as news: a signing, a suspension, a restart, and so on.

Words of background ("signed in October", 지난해 체결한) are no milestone, and neither is what is only planned.
"""

from __future__ import annotations

import re
from typing import Literal

Milestone = Literal["suspension", "restart", "working_group", "signing", "committee"]


_PATTERNS: dict[Milestone, tuple[str, ...]] = {
    "suspension": (
        (
            r"(?:협정|합의|협약|mou|각서|이행|협의|협력|번영\S*)\s?[을를의이가]?\s?(?:전면\s?|일시\s?|잠정\s?)?"
            r"(?:중단|파기|보류|유예|동결)"
        ),
        r"\b(?:suspend(?:s|ed|ing)?|suspension|paus(?:es?|ed|ing)|halt(?:s|ed|ing)?|freez(?:es?|ing)|froze)\b",
        r"\b(?:on hold|terminat\w+|scrap(?:s|ped)?)\b",
    ),
    "restart": (
        r"(?:협정|합의|협의|이행|협상|논의|협력)\s?[을를의이가]?\s?(?:재개|복원)",
        r"\b(?:restart(?:s|ed|ing)?|resum(?:es?|ed|ing)|reviv(?:es?|ed|ing))\b",
    ),
    "working_group": (r"워킹\s?그룹", r"실무\s?그룹", r"실무협의체", r"working[\s-]group"),
    "signing": (
        r"(?:서명|체결|조인)(?=$|[\s.,!?’'\"…)]|식|했|하고|하며|됐|되었|으로|과|와|을|를|해)",
        r"협약\s?맺",
        r"\b(?:signs|sign|signed|signing|inks|inked|seals|sealed|concluded?)\b",
    ),
    "committee": (
        r"공동\s?위원회\S*\s(?:개최|열|출범|개막|진행)",
        r"joint committee (?:meeting )?(?:held|convene[sd]|opens|opened|meets|met)",
    ),
}
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_BACKGROUND = re.compile(
    r"(?:지난\s?(?:해|달|주|\d+월|\d+일)|작년|앞서|당시|이미|\d+월|\d+일)\S{0,2}(?:\s\S{1,12}){0,4}?\s?"
    r"(?:서명|체결|조인)(?:한|된|했던|됐던|했으며|\s?[‘'\"“])"
    r"|(?:서명|체결|조인)(?:한|된|했던|됐던)(?=\s(?!뒤|후|직후|것))"
    r"|(?:서명|체결|조인)\S{0,3}\s?(?:예정|전망|계획|방침|앞두|임박|추진|할 듯|될 듯|유력)"
    r"|(?:체결|서명)(?:할|될|하기로|키로|한다고)"
    r"|\b(?:to|will|would|could|may|plans?|planning|set|expected|poised|about|preparing|intends?|ready)\s(?:to\s)?"
    r"(?:be\s)?(?:sign|ink|seal|conclude|strike)(?:ed)?\b"
    r"|\b(?:signed|paused|suspended) (?:in|last|earlier|during|at) (?:the |last |this |early |late |mid-)?"
    rf"(?:{_MONTHS}|year|month|week|19\d\d|20\d\d)\b"
    r"|\b(?:paused|suspended) (?:last|in)\b"
    r"|\b(?:deal|pact|accord|agreement|memorandum|mou|document|text)s? (?:signed|concluded|inked|sealed)\b|\ba signed\b"
)
_SIGNING_AHEAD = re.compile(
    r"(?:서명|체결|조인)\S{0,3}\s?(?:예정|전망|계획|방침|앞두|앞둔|임박|추진|조율|초읽기|할 듯|될 듯|유력)"
    r"|(?:협정|협약|각서|mou|문서)\S{0,2}\s?(?:맺는다|맺을|맺기로|체결한다|서명한다)"
    r"|(?:체결|서명)(?:할|될|하기로|키로|한다고)"
    r"|\b(?:to|will|would|could|may|plans?|planning|set|expected|poised|about|prepar(?:es|ing)|intends?|ready)\s"
    r"(?:to\s)?(?:be\s)?(?:sign|ink|seal|conclude|strike|finali[sz]e)(?:ed)?\b"
    r"|\b(?:near(?:s|ing)?|eyes?|readies|close to|ahead of)\s(?:\S+\s){0,4}?"
    r"(?:signing|deal|pact|accord|agreement|memorandum|mou)\b|\bexpected (?:\S+\s){0,4}?to be signed\b"
)
_SIGNED = re.compile(
    r"(?:서명|체결|조인)(?:했|하였|됐|되었|하고|하며|을 마|을 끝|식(?:을|이|에서))|맺(?:었|고|으며)"
    r"|\b(?:signed|inked|sealed|concluded)\b"
)
_READ: dict[Milestone, re.Pattern[str]] = {name: re.compile("|".join(patterns)) for name, patterns in _PATTERNS.items()}


def milestone_of(headline: str, lead: str) -> Milestone | None:
    """Returns the milestone that a folded headline, or else the lead, gives as news; the most telling first."""
    for text in filter(None, (headline, lead)):
        news = _BACKGROUND.sub(" ", text)
        for name, pattern in _READ.items():
            if pattern.search(news):
                return None if name == "signing" and is_signing_ahead(headline, lead) else name
    return None


def is_signing_ahead(headline: str, lead: str) -> bool:
    """Whether a folded headline and lead tell of a signing that is planned, and of none as done."""
    texts = (headline, lead)
    if not any(map(_SIGNING_AHEAD.search, texts)):
        return False
    return not any(_SIGNED.search(_BACKGROUND.sub(" ", text)) for text in texts)
