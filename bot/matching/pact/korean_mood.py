"""Decides from a Korean verb's ending, and from what stands before it, whether its event is a fact of the day."""

from __future__ import annotations

import re

from bot.matching.pact.verbs import Mood
from bot.matching.text.lazy_pattern import lazy_pattern

_BREAK = lazy_pattern(r"[…→\n.;:!]|, |지만|으나|는데|[했됐었]으며|[했됐었]고[ ,]")
_TAIL_CHARS = 60
_COMMENT_CHARS = 20
_DECISION_CHARS = 14
_TIME = lazy_pattern(
    r"(?:지난해|작년|재작년|앞서|당시|전날|지난주|지난달|지난 ?(?:\d+월|봄|여름|가을|겨울)"
    r"|20\d\d년(?!까지|부터)|\d+ ?(?:년|개월|달|주) 전)(?!의)"
)
_MADE = lazy_pattern(
    r"[가-힣]던 |(?:멈춘|깬|접은|끊은|끝낸|얼린) |(?:서명|체결|조인|맺|중단|채택|통보)(?:한|된|은|했던|됐던|하고"
    r"|되고)? "
)

_FINALS, _NIEUN, _PIEUP, _SSANG_SIOT = 28, 4, 17, 20
"""How many final consonants a syllable may have, and the numbers of three of them."""


def _with_final(final: int) -> str:
    """All syllables with one final consonant: those of past endings (했, 갔) or present ones (한, 간)."""
    return "".join(map(chr, range(ord("가") + final, ord("힣") + 1, _FINALS)))


_NOT = (
    r"없|않|아니[다라며고었]|아닌|부인|일축|사실무근|사실과 다|잘못|오보|허위|가짜|반박|낭설|선을 그|못[한했하]|불발"
    r"|(?<![가-힣])안 [한할했하해된됐될]"
)
_ASK = r"필요|촉구|요구|요청|주장|건의|호소|제안|권고|해야|돼야|하라|하자[고는]|청원|법안|소송|운동|반대|목소리|달라"
_RUMOUR = (
    r"보도|소문|설|주장|전망|관측|우려|말|의혹|글|루머|지적|걱정|경고|위협|가짜|허위"
    r"|진단|해석|평가|시각|오해|공약|답[했하]"
)
_HEARSAY = (
    r"소문|설(?=[이은을도과에 ]|$)|주장|전망|관측|우려|의혹|루머|지적|걱정|경고|위협|가짜|허위|진단|해석|평가|오해"
    r"|공약|분석|잘못|오보|예상|내다|요구|촉구|호소|답[했하]"
)
_MAYBE = (
    r"가능성|걸릴|배제|보류|유예(?!기간)|연기|미루|미뤘|번복|우려|전망|관측|시나리오|위기|수순|가정|예상|예측|걱정"
    r"|위협|경고"
    r"|압박|카드|기로에|고심|저울질|만지작"
    r"|고비|내다|논의|모색|공감|타진|조율|협의|루머|소문|설(?=$|[은이을에도과 ])|(?<!공식 )검토"
    r"|(?:할|될) ?(?:수|듯|뻔|지|까)|수 있|수도 |까\?|나(?:\?|$)|무엇을|왜 |어떻게"
    r"|느냐|냐고|는지|[하되할될다]면|경우|[할될] 땐"
)
_ACT = (
    r"통보|통지|통고|선언|발표|결정|확정|지시|단행|공식화|합의|전달|공지|공표|명령|승인|의결|알[리렸려린]"
    r"|밝[히혔혀힌]|예고|착수"
    r"|마[치쳤쳐친]|마무리|끝내|완료|앞두|재가|치르|치렀|시작|개시|열|개최|진행|거행|임박|예정"
    r"|추진|받|보[내냈낸]|조치|방침|접수|식[을이]|찍|쾅|의사|확인|시인|이뤄|이루어|사실을|소식을"
)
_UNREAL: tuple[tuple[Mood, re.Pattern[str]], ...] = (
    ("denied", lazy_pattern(rf"(?:{_NOT})")),
    ("asked", lazy_pattern(rf"(?:{_ASK})")),
    ("possible", lazy_pattern(rf"(?:{_MAYBE})")),
)
_SHARING: tuple[tuple[Mood, re.Pattern[str]], ...] = (
    ("asked", lazy_pattern(r"해야|자고|주장|촉구|요구|법안")),
    ("possible", lazy_pattern(r"싶|[할될] (?:수|가능성)|것으로 (?:보|전망|예상|내다)")),
)
_AGE = lazy_pattern(
    r"(?:[한된은] ?)?(?:지 )? ?(?:(?:\d+|한|두|석|세|넉|반|일|몇|열) ?(?:주년|년|개월|달|돌|주)(?!간)"
    r"|(?:하루|이틀|사흘|나흘|닷새|열흘|보름|\d+일)(?:째|(?= ?만에| ?지))|100일|반년"
    r"|이후|직후|당시|그 후|[후뒤](?=[ ,])|식 ?(?:사진|장면)|때(?=[ 는마]))"
)
_CONDITION = lazy_pattern(
    r"[가-힣]{0,3}면(?=[ ,은]|$)|[가-힣]{0,2}려(?:고| [한했하]|다|던)|할 뻔| ?시(?=[ ,])|[할될하] ?(?:경우|땐|때)"
    r"| [가-힣]{1,4} ?(?:땐|경우)(?=[ ,])| (?:통보|결정|발생|위반|강행|통과|추진) ?시(?=[ ,])"
)
_ASKED = lazy_pattern(
    r"(?:해|돼|되어|하여|[떼빼내])야|(?!이라)[가-힣]{0,2}라[고는](?! ?(?:지시|명령))|하라|하자[고는\"]|자[고는\"]"
)
_ADNOMINAL = lazy_pattern(r"(?:한|된|했던|됐던|하던|던|할|될|하는|되는| 있던|돼 있던|했을|됐을) ")
_CONTENT = lazy_pattern(r"[가-힣]{0,3}[다라]는 (?P<noun>[가-힣]+)")
_FUTURE = lazy_pattern(
    r"[할될을]? (?:예정|계획|방침|것(?!처럼|인[가지]| 같|으로 (?:보|전망|예상|관측|내다|우려)|을 ))"
    r"|[하되]는 (?:문서|각서|서한|공문|명령|행정명령|결정)|[한된은] (?:것으로|사실)|[하되]는 (?:데 (?:합의|뜻을)"
    r"|내용의|안을|조치)|(?:하|되)는 (?:것으로|방향|수순을 밟)"
)
_FINITE = lazy_pattern(
    rf"(?:[가-힣]{{0,2}}[{_with_final(_SSANG_SIOT)}{_with_final(_NIEUN)}])?다|[가-힣]?기로|키로|(?:해|돼|져)(?=$|[,…])"
    rf"|[가-힣]{0, 3}[음됨함]을 |[어아]? ?(?:버렸|놨|놓았|뒀)다"
    r"|하며|[가-힣]?면서|하자 |되자 |(?:했|됐|하였|되었|었|렸|졌|뗐|났|냈|췄)$"
)
_DECIDED = lazy_pattern(r"[가-힣]{0,2}[기키]로 ")
_HELD_ONCE = lazy_pattern(r"^식[이은을]? ?[가-힣 ]{0,8}(?:던|린) ")
_ON_DAY = lazy_pattern(r"[가-힣]{0,2} \d{1,2}일(?!간| 만)")
"""중단한 14일: the day before the event's own noun is the day of the article."""
_ASKING = lazy_pattern(r"[가-힣]{0,4}[\"']?\?")
_WAYS = r"(?:(?:[가-힣\d]+(?:에|에게|께|로|일|서)|우리|한국|미국|상대국|공식|정식|전격|서면) ){1,4}"
_BY_ACT = lazy_pattern(
    rf"[\"' ]*(?:에 들어[가갔간]|안?[을를이가은는]? ?(?:{_WAYS})?(?:[가-힣\d]+ )?(?:{_ACT}"
    rf"|돌입))(?P<verbal>[하했한할되됐된될]\S* ?)?"
)
_REACTED_TO = lazy_pattern(r"[가-힣]{0,2} (?:데|것에|것과) ?(?:대|따|관)")
_AUXILIARY = lazy_pattern(r"^(?:해|돼|하여|되어) (?=[왔온올오]|버[렸리]|놓)")
_IF = lazy_pattern(
    r"(?<![가-힣])(?!(?:[서방화도양대지수내측국장표전정후단직외반]|비대|다방)면 )[가-힣]+면 |경우 |땐 "
    r"|[할될] 때 |보 시 "
)
_ORDERED = lazy_pattern(r"하라[고는] ?(?:지시|명령)")
_RESULT = lazy_pattern(r"(?:으?로|이|가) ?(?=$|[한했하할돌만]|됐|돼)")
_SHARED = lazy_pattern(r"(?:해|돼|하여|되어)(?! ?달라| ?[주줄]) |(?![가-힣]?[다라자냐])[가-힣]{0,2}(?:고|며) ")
_OR = lazy_pattern(r"[가-힣]{0,2}거나 ")
_POLITE = lazy_pattern("([가-힣])니다")
_SAID = lazy_pattern(
    rf"다(?:고|며) ?[^.]{{0,12}}?(?:{_HEARSAY})|다[\"'’”] ?[가-힣 ]{{0,8}}?(?:주장|전망|관측|요구|촉구|호소)"
)


def korean_mood(text: str, begin: int, start: int, end: int, stop: int) -> Mood:
    """The mood of the event at this place, in the clause from ``begin`` and the sentence until ``stop``."""
    sentence = text[end : min(stop, end + 2 * _TAIL_CHARS)]
    broken = _BREAK.search(sentence)
    tail = _plain(sentence[: broken.start() if broken else _TAIL_CHARS])
    if _IF.search(text, begin, start):
        return "possible"
    ending = _ending(text[end - 1], tail, sentence)
    if ending == "fact" and _dated_back(text, begin, start):
        return "past"
    return ending


def _plain(tail: str) -> str:
    """The polite endings -습니다 and -ㅂ니다 as plain ones: 중단됐다, 돌아간다."""
    tail = tail.replace("습니다", "다")
    return _POLITE.sub(
        lambda match: chr(ord(match[1]) - _PIEUP + _NIEUN) + "다" if _ends_in_pieup(match[1]) else match[0], tail
    )


def _ends_in_pieup(syllable: str) -> bool:
    return (ord(syllable) - ord("가")) % _FINALS == _PIEUP


def _ending(last: str, tail: str, sentence: str) -> Mood:
    tail = _RESULT.sub("", tail, count=1) if _RESULT.match(tail) else tail
    tail = _AUXILIARY.sub("", tail)
    if _ASKING.match(tail):
        return "possible"
    if _ORDERED.match(tail):
        return "fact"
    if _AGE.match(tail) or re.match(
        r"(?:했|됐|하였|되었)?다가|(?:했|됐)다 (?=재개|복원|다시|되살)|(?:한|된) 바 있", tail
    ):
        return "past"
    if _CONDITION.match(tail):
        return "possible"
    if _ASKED.match(tail):
        return "asked"
    if _OR.match(tail):
        return _unreal(sentence) or "fact"
    if _SHARED.match(tail):
        return next((mood for mood, words in _SHARING if words.search(sentence)), "fact")
    if content := _CONTENT.match(tail):
        rumour = re.match(_RUMOUR, content["noun"])
        return (_unreal(tail[content.end() :]) or "possible") if rumour else _unreal(tail[content.end() :]) or "fact"
    if last in "맺접" and tail[:2] in ("는 ", "은 ", "을 "):
        return _adnominal(tail)
    if _ADNOMINAL.match(tail) or (tail[:1] == " " and _ends_adnominal(last)):
        return _adnominal(tail)
    if decided := _DECIDED.match(tail):
        rest = tail[decided.end() :]
        return _unreal(rest if _CONTENT.match(rest) or _ADNOMINAL.match(rest) else rest[:_DECISION_CHARS]) or "fact"
    if finite := _FINITE.match(tail):
        return "possible" if _SAID.match(tail, finite.end() - 1) else "fact"
    return _nominal(tail, sentence)


def _adnominal(tail: str) -> Mood:
    if _REACTED_TO.match(tail) or _ON_DAY.match(tail):
        return "fact"
    unreal = _unreal(tail)
    if unreal:
        return unreal
    return "fact" if _FUTURE.match(tail) else "past"


def _nominal(tail: str, sentence: str) -> Mood:
    """A noun without a verb of its own, as in headlines: what follows it decides."""
    act = _BY_ACT.match(tail)
    if act and act["verbal"] and not _unreal(act[0]):
        if _AGE.match(tail[act.start("verbal") :]):
            return "past"
        mood = _ending("", tail[act.start("verbal") :], sentence)
        return "fact" if mood == "past" else mood
    unreal = _unreal(sentence[:_COMMENT_CHARS] if sentence.startswith((", ", '" ', "' ")) else tail)
    if unreal:
        return unreal
    words = tail.split('"')[0].strip(" '()")
    if _HELD_ONCE.search(words) or (act and _AGE.match(tail[act.end() :])):
        return "past"
    return "fact" if not words or _BY_ACT.match(words) else "past"


def _unreal(tail: str) -> Mood | None:
    return next((mood for mood, words in _UNREAL if words.search(tail)), None)


def _ends_adnominal(last: str) -> bool:
    """Is this the end of a native verb before a noun, like 멈춘 and 뗄, and not of a noun like 중단?"""
    return last in "뗀뗄뺀뺄낸낼난춘출진린"


def _dated_back(text: str, begin: int, start: int) -> bool:
    """Does a past time belong to this event, and not to another one between them (지난해 체결한 … 을 중단)?"""
    times = [match.end() for match in _TIME.finditer(text, begin, start)]
    return bool(times) and not _MADE.search(text, times[-1], start)
