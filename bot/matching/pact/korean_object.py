"""Decides whether what stands before a Korean verb is the pact."""

from __future__ import annotations

import re

from bot.matching.pact.named_deals import Deal, NamedDeals
from bot.matching.pact.verbs import Verb
from bot.matching.text.lazy_pattern import lazy_pattern

_PARTICLE = lazy_pattern(
    r"(?:이라는|라는|으로부터|로부터|에서는|에서|에게|과의|와의|으로|에는|에도|까지|부터|만은|만|을|를|이|가|은"
    r"|는|의|도"
    r"|에|서|로|과|와)$"
)
_ADVERB = lazy_pattern(
    r"(?:[두세네석넉몇]|달|주|개월|기해|우리|한국|미국|상대국|이번에는|이번엔|각각|상호|함께|이달|내달|다음|내년"
    r"|올해|말|초|만인|모든"
    r"|역사|의해|통해|따라|더|이상|더는|더이상|전격|잠정|공식|결국|일방|사실상|완전"
    r"|전면|즉각|즉시"
    r"|끝내|최종|조기|돌연|임시|한시|무기한|오늘|내일|어제|이미|다시|먼저|정식"
    r"|추가|(?:미국|한국|정부|백악관|양국)의|모두|자정|일제히|최근|\d\S*|.*(?:에서|에|로|으로|서|에게|까지|부터"
    r"|만에|께|히|게|적|적인|뒤|후|간|일|월|전|고|와|과|현지시간))$"
)
_KOREAN_CARRIERS = lazy_pattern(
    r"(?:대한|관한|유효기간|기한|활동|일체|관계|이행|효력|시행|적용|참여|협력|가동|발효|의사|절차|조치|문서"
    r"|부속서|개정안|합의문|갱신본|연장|(?<![논협회심항])의|뜻|방침|종료|중단|파기|폐기|동결|정지|보류|중지"
    r"|탈퇴|해지|서명|서명식|공식|문안|서한|[한했된겠]다는?|따른)$"
)
_QUOTED = lazy_pattern(r"[다라]고$")
_ENDING = lazy_pattern(r"종료|중단|파기|폐기|탈퇴|해지|철회|끝|않|떼|빼|접|빠[지진질졌]")
_POSTPONED = lazy_pattern(r"유예|보류|연기|번복")
"""What is postponed is the end, not the deal: 중단을 유예했다."""
_PART = lazy_pattern(r" (?!이행|효력|참여|협력|활동|경주|서울|워싱턴)[가-힣]{2,8}에서 ?(?:손|발|빠|이탈|탈퇴|철수)")
"""A project or consortium of the deal, which somebody leaves."""
_CONCLUDING = ("서명", "체결", "조인", "타결")
"""A signature that falls through ends nothing."""
_ACTOR = lazy_pattern(r"(?:이|가|은|는|도)$")
_MOST_WORDS = 9


def is_korean_object(deals: NamedDeals, verb: Verb, begin: int) -> bool:
    """Is the pact what stands before a Korean verb, with only adverbs, actors and words like 이행 between them?"""
    at, acted, joins = verb.start, False, False
    for distance in range(_MOST_WORDS):
        deal = _ending_at(deals, begin, at)
        if deal is not None:
            beside = deals.text[deal.end : deal.end + 1] == " "
            if joins and deals.by_others(deal):
                return False
            return deal.ours and not (beside and (acted or _PART.match(deals.text, deal.end)))
        word = deals.text[begin:at].rstrip(" '\"()").rpartition(" ")[2]
        if not word:
            topic = _ending_at(deals, 0, begin - 2) if deals.text[:begin].endswith(", ") else None
            return topic.ours if topic is not None else verb.kind == "notice"
        at = deals.text.rindex(word, begin, at)
        if verb.kind == "notice" and _QUOTED.search(word):
            return _ENDING.search(deals.text, begin, verb.start) is not None and deals.any_ours()
        bare = _PARTICLE.sub("", word)
        if _ENDING.search(word) and _POSTPONED.match(deals.text, verb.start):
            return False
        if distance == 0 and verb.kind == "suspend" and bare in _CONCLUDING:
            return False
        known = _ADVERB.match(word) or _ADVERB.match(bare) or _KOREAN_CARRIERS.search(bare)
        acted, joins = acted or not known, joins or bare == "참여"
        if not (known or _acts(deals, verb, word)):
            return False
    return False


def _acts(deals: NamedDeals, verb: Verb, word: str) -> bool:
    """Is this word the one who acts, not what is acted on: 미국이 … 중단했다?"""
    passive = deals.text[verb.end : verb.end + 1] in ("됐", "된", "되", "돼")
    return bool(_ACTOR.search(word)) and not passive


def _ending_at(deals: NamedDeals, begin: int, at: int) -> Deal | None:
    """The deal whose words, with particles and a gloss in brackets, end at this place."""
    for deal in reversed(deals.all):
        if deal.end <= at and deal.start >= begin:
            rest = re.sub(r"\([^)]{0,30}\)", "", deals.text[deal.end : at]).strip(" '\"()")
            return deal if _PARTICLE.sub("", rest) in ("", "mou", "문", "서") else None
    return None
