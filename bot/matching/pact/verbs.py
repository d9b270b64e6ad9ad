"""Finds the verbs of the events that are urgent: concluding, ending or resuming a deal, and giving notice.

A verb counts only where its object is the pact (``event_object``), so that common words like "drop" or 접다 may stand
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_VOWELS, _DOUBLED = "aeiou", "pntl"
_HOLD = r"(?:[\w'-]+ ){0,3}(?:hold|freeze|pause|suspension|halt)\b(?: on| of)?"

_REGULAR = {
    "sign": "sign ink seal conclude clinch finalize finalise initial ratify renew extend",
    "suspend": "suspend terminate halt scrap pause end shelve cancel rescind revoke abandon discontinue dissolve annul "
    "ditch dump axe junk bin drop kill mothball torpedo abrogate void exit jettison expire lapse collapse",
    "resume": "resume restart revive reinstate restore reactivate relaunch unfreeze thaw lift",
    "notice": "notify",
}  # fmt: skip
_IRREGULAR = {
    "sign": (
        r"str(?:ikes?|uck|iking)|signings?|signatures?|put(?:s|ting)? pen to paper(?: on)?|enter(?:s|ed|ing)? into"
        r"|put(?:s|ting)? (?:its|their|his|her) names? to"
        r"|(?:exchang|trad)(?:es?|ed) (?:signed copies of|signatures(?: on)?)"
    ),
    "suspend": (
        r"pull(?:s|ed|ing)?(?= [^.;,]{2,40}? out of)|pull(?:s|ed|ing)? the plug(?: on)?"
        r"|(?:pull|walk|back|bow|opt|step|drop)(?:s|ed|ing)? (?:out|away|back)(?: of| from)?"
        r"|withdr(?:aws?|ew|awn|awing)(?: from)?|quit(?:s|ting)?|le(?:aves?|aving|ft)(?! open| behind| out)"
        r"|g(?:ives?|ave|iving) up(?: on)?|br(?:eaks?|oke|oken|eaking) off|(?:call|cut)(?:s|ed|ting|ing)? off"
        r"|(?:t(?:ears?|ore|orn|earing)|rip(?:s|ped|ping)?) up"
        r"|fr(?:eezes?|oze|ozen|eezing)|put(?:s|ting)? on (?:hold|ice)|go(?:es)? on ice"
        r"|(?:put(?:s|ting)?|placed?|places|placing)(?= [^.;]{3,70}? on (?:hold|ice))"
        r"|g(?:oes?|one) into the freezer|went cold"
        r"|on (?:ice|hold)|part(?:s|ed|ing) (?:ways|company)(?: on| over)?"
        r"|c(?:omes?|ame|oming) to an end|(?<=is )(?:off|over|void|finished)(?! the)|cancelled|cancelling|moribund|dead"
        r"|suspension|termination|withdrawal|dissolution|cancellation"
    ),
    "resume": rf"(?:lift|end)(?:s|ed|ing)? {_HOLD}|resumption|revival|beg(?:an|ins?) again|back (?:in force|on track)"
    r"|unfroze|unfrozen",
    "notice": (
        r"(?:formal|written|official|termination|exit|days?'?|\d+-day) notice|notice of (?:termination|withdrawal|exit)"
        r"|serv(?:es?|ed|ing) notice|g(?:ives?|ave|iving) notice"
    ),
}
_KOREAN = {
    "resume": "재개|되살|복원|재가동|해제|부활|정상화|다시 (?:돌|가동|시작|움직)",
    "notice": "통보|통지|통고|(?:서한|탈퇴서|문서)[을를]? (?=보[내냈]|전달|접수)",
    "sign": "서명|체결|조인|타결|사인|성사|署名|맺(?=[는었을어기고])|이름을 올|도장을? (?=[찍쾅])|펜을? [들든]",
    "suspend": (
        "중단|파기|폐기|정지|보류|철회|탈퇴|종료|해지|무산|백지화|동결|중지|취소|무효|결별|폐지|停止|凍結"
        "|없(?:었)?던 일|그만|스톱|종지부|손을? ?[떼뗀뗐뗄]|발을? ?[빼뺀뺐뺄]|접(?=[었는기을])|끝[내낸냈났낼]"
        "|멈[추춘췄춰출]|얼려"
        "|이탈|빠(?=[지진질졌])|찢|깨[졌진]|깼|거둬들|막을? ?내[려렸린]|효력을 (?:잃|상실|다[했하])|끝(?=[\"'…]|$|이다)"
    ),
}

Mood = Literal["fact", "denied", "asked", "possible", "past"]
"""fact: it happens today or is announced; denied: somebody says that it does not happen; asked: somebody wants it;
possible: feared, expected, imagined; past: background, or only the topic of something else."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb with its place in the folded text."""

    kind: str
    """sign, suspend, resume or notice: the end of the reason's code."""
    start: int
    end: int


def _forms(base: str) -> str:
    """The inflections of a regular English verb as a pattern."""
    short = len(base) <= 5 and base[-2] in _VOWELS and base[-3] not in _VOWELS
    doubled = base[-1] if short and base[-1] in _DOUBLED else ""
    if base.endswith("y"):
        return f"{base[:-1]}(?:y|ies|ied|ying)"
    if base.endswith("e"):
        return f"{base[:-1]}(?:es?|ed|ing)"
    return f"{base}(?:e?s)?|{base}{doubled}(?:ed|ing)"


def _english(kind: str) -> str:
    return rf"(?P<{kind}>{'|'.join((_IRREGULAR[kind], *map(_forms, _REGULAR[kind].split())))})"


_KINDS = ("resume", "notice", "sign", "suspend")
# a word's beginning is tested first, because only such a pattern is searched fast
_VERBS = re.compile(
    rf"(?<![\w-])(?=[a-z\d])(?:{'|'.join(map(_english, _KINDS))})(?![\w-])"
    rf"|(?![\x00-\x7f])(?:{'|'.join(f'(?P<{kind}_ko>{_KOREAN[kind]})' for kind in _KINDS)})"
)


def verbs(text: str, begin: int, stop: int) -> Iterator[Verb]:
    """Every verb of an urgent event between two places of a folded text."""
    for match in _VERBS.finditer(text, begin, stop):
        yield Verb(str(match.lastgroup).removesuffix("_ko"), *match.span())
