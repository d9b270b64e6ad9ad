"""Finds the verbs of the events that are urgent: concluding, ending or resuming a deal, and giving notice.

A verb counts only where its object is the pact (``event_object``), so that common words like "drop" or 접다 may stand
here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal

from bot.matching.text.lazy_pattern import lazy_pattern

_VOWELS, _DOUBLED = "aeiou", "pntld"
_HOLD = r"(?:[\w'-]+ ){0,3}(?:hold|freeze|pause|suspension|halt)\b(?: on| of)?"
_OVER = r"(?= [^.;]{3,70}? "
"""A verb whose meaning stands behind its object: put the deal on hold."""

_REGULAR = {
    "sign": "sign ink seal conclude clinch cinch finalize finalise formalize formalise initial renew extend"
    " cement forge complete land prolong",
    "suspend": "suspend terminate halt scrap pause end shelve cancel rescind revoke abandon discontinue dissolve annul "
    "ditch dump axe ax junk bin drop kill mothball torpedo abrogate void exit jettison expire lapse collapse "
    "nix yank unwind nullify invalidate repudiate renounce disavow sever scuttle sunset deactivate shutter "
    "disband dismantle unravel crumble discard relinquish retire bury cease stop sideline derail "
    "trash torch nuke spike chuck cull liquidate retract quash repeal vacate disown scotch scupper wreck destroy "
    "demolish shred overturn finish",
    "resume": "resume restart revive reinstate restore reactivate relaunch unfreeze thaw lift reopen rekindle rejoin "
    "unpause reboot resuscitate resurrect normalize normalise",
    "notice": "notify",
}  # fmt: skip
_IRREGULAR = {
    "sign": (
        r"str(?:ikes?|uck|iking)|signings?|signatures?|put(?:s|ting)? pen to paper(?: on)?|enter(?:s|ed|ing)? into"
        r"|(?:put(?:s|ting)?|add(?:s|ed)?|affix(?:es|ed)?) (?:its|their|his|her) (?:names?|signatures?) (?:to|on)"
        r"|(?:exchang|trad)(?:es?|ed) (?:(?:signed )?copies of|signatures(?: on)?)"
        r"|sign(?:s|ed|ing)? (?:off on|on to|onto)|agree[sd]?(?: on| to)?(?= (?:an? |tech))|(?<=deal )done"
        r"|nail(?:s|ed) down|reach(?:es|ed|ing)?(?! out)|initialled"
    ),
    "suspend": (
        r"(?:pull|yank|take|took|drag|kick|boot|throw|threw)(?:s|ed|ing)?(?= [^.;,]{2,40}? out of)"
        r"|pull(?:s|ed|ing)? (?:the )?(?:plug|rug)(?: on)?"
        r"|(?:pull|walk|back|bow|opt|step|drop|bail)(?:s|ed|ing)? (?:out|away|back)(?: of| from| on)?"
        r"|withdr(?:aws?|ew|awn|awing)(?: from)?|quit(?:s|ting)?"
        r"|le(?:aves?|aving|ft)(?! open| behind| out"
        r"| [^.;,]{2,60}? (?:untouched|intact|alone|in (?:place|force)|as it))"
        r"|g(?:ives?|ave|iving) up(?: on)?|br(?:eaks?|oke|oken|eaking) off|(?:call|cut)(?:s|ed|ting|ing)? off"
        r"|(?:t(?:ears?|ore|orn|earing)|rip(?:s|ped|ping)?|bl(?:ows?|ew|own)) (?:up|apart)|bail(?:s|ed)? on"
        r"|w(?:inds?|ound|inding) (?:down|up)|f(?:alls?|ell|allen) (?:apart|through)|und(?:oes|id|one|oing)"
        r"|s(?:inks?|ank|unk)|call(?:s|ed|ing)? (?:time|a halt|it quits)(?: on| to)?"
        r"|(?:clos|shut|turn)(?:es?|s|ed)? the (?:books?|door|file|page|chapter) on|dr(?:aws?|ew) a line under"
        r"|turn(?:s|ed)? (?:its|their|his) back on"
        r"|(?:drop|lower|br(?:ings?|ought) down|r(?:ings?|ang) down)(?:s|p?ed)? (?:the )?curtain on"
        r"|(?:put|bring)(?:s|ting|ing)? (?:an end|a stop|a halt) to"
        r"|brought an end to|(?:says?|said|bids?|bade|wav(?:es?|ed)|kiss(?:es|ed)) (?:goodbye|farewell)(?: to)?"
        r"|(?:hit|slam|put|pump|stamp)(?:s|m?ed)? (?:on )?(?:the )?(?:brakes?|handbrake|pause(?: button)?)(?: on)?"
        r"|fr(?:eezes?|oze|ozen|eezing)|put(?:s|ting)? on (?:hold|ice)|go(?:es)? on ice"
        rf"|(?:put(?:s|ting)?|placed?|places|placing){_OVER}(?:on (?:hold|ice)|in abeyance))"
        rf"|(?:br(?:ings?|ought|inging)){_OVER}to (?:an? )?(?:end|halt|close|stop|standstill)\b)"
        rf"|declar(?:es?|ed|ing){_OVER}(?:dead|null|void|over|finished|terminated|invalid|defunct)\b)"
        rf"|(?:la(?:ys?|id)|put|consign(?:s|ed)|relegat(?:es|ed)|s(?:ends?|ent)){_OVER}to (?:rest|sleep|history|bed"
        r"|the (?:dustbin|grave|freezer|scrap heap|shredder|trash)))"
        rf"|(?:lets?|allow(?:s|ed|ing)?){_OVER}(?:to )?(?:lapse|die|expire)\b)|(?:lets?|allow(?:s"
        rf"|ed) to) (?:lapse|die|expire)"
        r"|roll(?:s|ed|ing)? back|(?:toss|throw)(?:es|s|ed)? out|thr(?:ew|own) out|wr(?:ites?|ote|itten) off"
        r"|(?:snuff|wip)(?:es?|s|ed) out|finish(?:es|ed) off|shut(?:s|ting)? down|d(?:oes|id|o) away with"
        r"|g(?:ets?|ot) rid of"
        r"|(?!emerg|aris|keep|leav|grow|com)(?:[a-z]{2,10}(?:ed|es|s|ing)|broke|got|went|split|swept|set|cast)"
        r" (?:out of|away from|aside|(?:it|them)sel(?:f|ves) (?:from|out of))"
        r"|(?:split|seced|resign|bolt|disengag|divorc)(?:es|s|ed)? from|broke with|unplug(?:s|ged|ging)?"
        r"|g(?:oes?|one) into the freezer|went cold|go(?:es)? dormant|in abeyance"
        r"|on (?:ice|hold)|part(?:s|ed|ing) (?:ways|company)(?: on| over)?|no more"
        r"|no longer (?:a? ?part(?:y|ner)? (?:to|of|in)|bound by|in (?:force|effect)|valid|binding"
        r"|(?:exist|stand|honou?r|implement|recogni[sz]e)(?:s|ing)?|applies)"
        r"|c(?:omes?|ame|oming) to an end|(?<=is )(?:off|over|void|finished|history)(?! the)"
        r"|cancelled|cancelling|moribund"
        r"|dead|suspension|termination|withdrawal|dissolution|cancellation|abrogation"
    ),
    "force": (
        r"t(?:akes?|ook|aking) effect|(?:c(?:omes?|ame|oming)|enter(?:s|ed|ing)?|g(?:oes?|one|oing)|went) into"
        r" (?:force|effect|operation)|bec(?:omes?|ame) (?:effective|operative|operational|binding)|goes live"
        r"|went live"
        r"|(?<=now )(?:in force|live|in effect|operative)"
    ),
    "resume": (
        rf"(?:lift|end|revers)(?:e?s|ed|ing)? {_HOLD}|resumption|revival|(?:(?<=is )|(?<=was )|(?<=pact )"
        rf"|(?<=deal ))back on|beg(?:an|ins?) again|unfroze|unfrozen"
        rf"|back (?:in force|on track|in business|from the dead)|br(?:ings?|ought) back"
        rf"|re-?enter(?:s|ed)?|went back to"
        r"|breath(?:es|ed|ing) (?:new |fresh )?life (?:back )?into"
        r"|(?:running|working|alive) again"
        r"|(?:once )?(?:again|back) (?:in|into) operation|up and running"
        rf"|br(?:ings?|ought){_OVER}back(?: to life| into force| from| online))|return(?:s|ed)? to(?= the| its"
        rf"| their| normal| operation| force)"
    ),
    "notice": (
        r"(?:formal|written|official|termination|exit|withdrawal|days?'?|\d+-day) (?:notice|letter|note)"
        r"|(?:notice|letter) of (?:termination|withdrawal|exit)|serv(?:es?|ed|ing) notice|g(?:ives?|ave|iving) notice"
        r"|exercis(?:es?|ed|ing) (?:its|the|their) (?:right|option)"
        r"|(?:invok|trigger)(?:es?|s|ed|ing) (?:the|its|an?) (?:[\w'-]+ ){0,3}"
        r"(?:exit|termination|withdrawal)(?: clause)?"
    ),
}
_KOREAN = {
    "resume": (
        "재개|되살|복원|(?:정상 ?|재)가동(?:에 들어)?|해제|부활|정상화|복귀|재시동|해동|시동을? [걸건켰]"
        "|빗장을? [풀푼]|살려[냈낸]|풀(?=[었렸린]|기로)|가동에 들어"
        "|다시 (?:돌|가동|시작|움직|굴러|이행)"
    ),
    "notice": (
        "통보|통지|통고"
        "|(?:서한|탈퇴서|문서|공문|통지문)[을를] (?:[^ .,]*[^ .,고며서] ){0,3}?(?=보[내냈낸]|전달|접수"
        "|건[네넸넨]|제출)"
    ),
    "force": "발효|효력을? ?(?:갖|가지|발생|얻|발휘)|효력이 (?:생[기겼긴]|발생)",
    "sign": (
        "서명|체결|조인|타결|사인|성사|署名|맺(?=[는었을어기고겠으])|이름을 올|도장을? (?=[찍쾅])|펜을? [들든]|교환"
        "|주고받|날인|연장|갱신"
    ),
    "suspend": (
        "중단|파기|폐기|정지|보류|철회|탈퇴|종료|해지|무산|백지화|동결|중지|취소|무효|결별|절연|손절|폐지|종결"
        "|종식|청산|포기|사문화|하차|퇴장|철수|停止|凍結"
        "|유예|좌초|파탄|소멸|만료|실효|결렬"
        "|없(?:었)?던 일|그만|올?스톱|종지부|마침표|손을? ?[떼뗀뗐뗄털턴]|발을? ?[빼뺀뺐뺄떼뗐]"
        "|접(?=[었는기을겠으고])|끝[내낸냈낼났]"
        "|멈춰 ?세[우운웠울]|멈[추춘췄춰출]|얼[려렸]|(?:이행|참여|지키)하?지 않"
        "|등을? 돌[리린렸릴]|끊(?=[었는기긴을어])|뒤집(?=[었고어])"
        "|이탈|빠(?=[지진질졌])|찢|깨(?=[졌진겠기고뜨])|[깬깰]|깼|거둬들|걷어들|걷어[차찼찬]|저?버[리렸린]"
        "|내(?:던[졌지진]|팽개)|뒤?엎[었는은]|무너[뜨졌]|끝장|매듭"
        "|떠[나났난]|물러[나났난]|없[애앴앤]|문을? 닫|작별|사[형망] ?선고|플러그를? 뽑|(?<=이행을 )거부"
        "|원점(?=으로 돌)|백지(?=로)|종잇조각|막을? ?내[려렸린]"
        "|효력을 (?:잃|상실|다[했하])"
        "|사라[지졌진질]|역사 속으로(?=$|[…\"'])|휴면|휴지 ?조각|물거품"
        "|끝(?=[\"'…]|$|이다)"
    ),
}

Mood = Literal["fact", "denied", "asked", "possible", "past"]
"""fact: it happens today or is announced; denied: somebody says that it does not happen; asked: somebody wants it;
possible: feared, expected, imagined; past: background, or only the topic of something else."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb with its place in the folded text."""

    kind: str
    """sign, force, suspend, resume or notice: the end of the reason's code."""
    start: int
    end: int


def inflected(bases: str) -> str:
    """The inflections of regular English verbs as a pattern, grouped by their first letter, because that is fast."""
    letters = groupby(sorted(bases.split()), key=itemgetter(0))
    return "|".join(f"{letter}(?:{'|'.join(_forms(base)[1:] for base in group)})" for letter, group in letters)


def _forms(base: str) -> str:
    short = 3 <= len(base) <= 5 and base[-2] in _VOWELS and base[-3:-2] not in _VOWELS
    doubled = f"{base[-1]}?" if short and base[-1] in _DOUBLED else ""
    if base.endswith("y") and base[-2] not in _VOWELS:
        return f"{base[:-1]}(?:y|ies|ied|ying)"
    if base.endswith("e"):
        return f"{base[:-1]}(?:es?|ed|ing)"
    return f"{base}(?:(?:e?s)?|{doubled}(?:ed|ing))"


def _english(kind: str) -> str:
    return f"(?P<{kind}>{'|'.join(filter(None, (_IRREGULAR[kind], inflected(_REGULAR.get(kind, '')))))})"


_KINDS = ("force", "resume", "notice", "sign", "suspend")
# a word's beginning is tested first, because only such a pattern is searched fast
_VERBS = lazy_pattern(
    rf"(?<![\w-])(?=[a-z\d])(?:{'|'.join(map(_english, _KINDS))})(?![\w-])"
    rf"|(?![\x00-\x7f])(?:{'|'.join(f'(?P<{kind}_ko>{_KOREAN[kind]})' for kind in _KINDS)})"
)


def verbs(text: str, begin: int, stop: int) -> Iterator[Verb]:
    """Every verb of an urgent event between two places of a folded text."""
    for match in _VERBS.finditer(text, begin, stop):
        yield Verb(str(match.lastgroup).removesuffix("_ko"), *match.span())
