"""Recognizes the type of the event that a report tells of, and the concepts that it names in either language.

A signing and the meeting that prepared it name the same pact, people and sectors within two days; the event type tells
them apart. The patterns are applied to folded text (lower case, dots as spaces). Words of background ("signed in
October", 지난해 체결한) are not the event.
"""

from __future__ import annotations

import re
from typing import Literal

EventType = Literal[
    "fact_sheet",
    "suspension",
    "restart",
    "working_group",
    "preview",
    "signing",
    "committee",
    "visit",
    "meeting",
    "follow_up",
]

_PATTERNS: dict[EventType, tuple[str, ...]] = {
    "fact_sheet": (r"fact\s?sheet", r"팩트\s?시트", r"설명\s?자료"),
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
    "preview": (
        (
            r"(?:서명|체결|조인|타결|합의|각서|협정|협약)\S{0,3}\s?(?:체결\s?|서명\s?)?"
            r"(?:예정|전망|계획|방침|앞두|임박|추진|할 듯|될 듯|유력)"
        ),
        r"(?:체결|서명)(?:할|될|하기로|키로|한다고|한다(?=$|\s|[.,’'\"]))",
        (
            r"\b(?:to|will|would|could|may|plans?|planning|set|expected|poised|about|preparing|intends?|ready)\s(?:to\s)?"
            r"(?:be\s)?(?:sign|ink|seal|conclude|unveil|strike)(?:ed)?\b"
        ),
    ),
    "signing": (
        r"(?:서명|체결|조인)(?=$|[\s.,!?’'\"…)]|식|했|하고|하며|됐|되었|으로|과|와|을|를|해)",
        r"협약\s?맺",
        r"\b(?:signs|sign|signed|signing|inks|inked|seals|sealed|concluded?)\b",
    ),
    "committee": (
        r"공동\s?위원회\S*\s(?:개최|열|출범|개막|진행)",
        r"joint committee (?:meeting )?(?:held|convene[sd]|opens|opened|meets|met)",
    ),
    "visit": (
        r"방한|방미|방일|방문|출국|도착|입국",
        r"\b(?:visit(?:s|ed|ing)?|arriv(?:es|ed|ing)|trip to|lands in)\b",
    ),
    "meeting": (
        r"면담|회담|회동|회의|간담회|만나|만났|대화|공동의장",
        r"\b(?:meets|met|meeting|talks|co-?chair\w*|summit|dialogue|discuss(?:es|ed)?|hearing|testif\w+)\b",
    ),
    "follow_up": (r"후속|이행", r"\b(?:follow[\s-]?up|implement\w*)\b"),
}
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_BACKGROUND = re.compile(
    r"(?:지난\s?(?:해|달|주|\d+월|\d+일)|작년|앞서|당시|이미|\d+월|\d+일)\S{0,2}(?:\s\S{1,12}){0,4}?\s?"
    r"(?:서명|체결|조인)(?:한|된|했던|됐던|했으며|\s?[‘'\"“])"
    r"|(?:서명|체결|조인)(?:한|된|했던|됐던)(?=\s(?!뒤|후|직후|것))"
    r"|\b(?:signed|paused|suspended) (?:in|last|earlier|during|at) (?:the |last |this |early |late |mid-)?"
    rf"(?:{_MONTHS}|year|month|week|19\d\d|20\d\d)\b"
    r"|\b(?:paused|suspended) (?:last|in)\b"
)
_READ: dict[EventType, re.Pattern[str]] = {name: re.compile("|".join(patterns)) for name, patterns in _PATTERNS.items()}

_CONCEPTS: tuple[str, ...] = (
    r"뉴델리|인도(?=\s|에|에서|의|와|,|$)|new delhi|\bindia\b",
    r"경주|gyeongju",
    r"워싱턴|washington",
    r"서울|\bseoul\b",
    r"도쿄|일본|\btokyo\b|\bjapan\b",
    r"런던|영국|\blondon\b|\bbritain\b|\buk\b|united kingdom",
    r"인천|송도|incheon|songdo",
    r"\bapec\b|에이펙",
    r"\bgpai\b",
    r"인공지능\S{0,6}\s?(?:영향|정상회의)|ai (?:action|impact|safety) summit",
    r"공동\s?위원회|joint committee",
    r"관세|tariff",
    r"잠수함|submarine",
    r"팍스\s?실리카|pax silica",
    r"플랫폼\s?법|온플법|platform (?:law|act|bill|regulation)",
    r"쿠팡|coupang",
    r"민감\s?국가|sensitive countr",
    r"에너지부|department of energy|\bdoe\b",
    r"데이터\s?센터|data cent(?:er|re)",
    r"아마존|\baws\b|amazon",
    r"아르테미스|artemis",
    r"큐브샛|큐브위성|cubesat",
    r"제네시스 미션|genesis mission",
    r"공동\s?성명|joint statement",
    r"행정\s?명령|executive order",
    r"청문회|hearing",
    r"투자|investment",
    r"조선소|shipyard",
    r"\bgpus?\b|그래픽처리장치",
    r"엔비디아|nvidia",
    r"오픈\s?ai|openai",
    r"희토류|rare earth",
    r"핵융합|nuclear fusion",
    r"위성|satellite",
    r"큐비트|qubit",
    r"오픈\s?랜|open[\s-]?ran\b",
    r"표준|standard",
    r"정상회담|summit",
)
_READ_CONCEPTS = tuple(re.compile(pattern) for pattern in _CONCEPTS)

_NUMBERS: dict[EventType, int] = {name: number for number, name in enumerate(_PATTERNS, start=1)}
_NAMES: dict[int, EventType] = {number: name for name, number in _NUMBERS.items()}
FIRST_CONCEPT = 64


def number_of(event_type: EventType) -> int:
    """Returns the number that stands for an event type in a fingerprint."""
    return _NUMBERS[event_type]


def event_type_of(fingerprint: tuple[int, ...]) -> EventType | None:
    """Returns the event type that a fingerprint holds, or None."""
    return next((_NAMES[number] for number in fingerprint[:1] if number in _NAMES), None)


def same_event_type(first: EventType | None, second: EventType | None) -> bool:
    """Whether two event types may be those of one event: a visit is also reported by its meetings."""
    return first == second or {first, second} == {"visit", "meeting"}


def event_types_in(text: str) -> list[EventType]:
    """Returns every event type that a folded text gives as news, the most telling first."""
    news = _BACKGROUND.sub(" ", text)
    return [name for name, pattern in _READ.items() if pattern.search(news)]


def main_event_type(headline: str, lead: str) -> EventType | None:
    """Returns the event type of the headline, or where it has none, of the lead."""
    for text in (headline, lead):
        if event_types := event_types_in(text):
            return event_types[0]
    return None


def concepts_of(text: str) -> set[int]:
    """Returns the numbers of the concepts that a folded text names, the same in both languages."""
    return {FIRST_CONCEPT + at for at, pattern in enumerate(_READ_CONCEPTS) if pattern.search(text)}
