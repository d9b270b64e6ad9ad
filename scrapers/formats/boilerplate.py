"""Removes boilerplate, the lines of a page that are not the article: licences, most-read lists, captions, buttons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


class _Phrases:
    """Phrases of which some begin a line, and the others may stand anywhere in it, in small letters or capitals.

    A phrase that may stand anywhere begins with a letter as it is (``_word`` gives both cases), because ``re`` looks
    for the first characters of its alternatives much faster than for anything else.
    """

    def __init__(self, at_start: Sequence[str], anywhere: Sequence[str]) -> None:
        self._at_start = re.compile("|".join(at_start), re.IGNORECASE)
        self._anywhere = re.compile("|".join(anywhere))

    def stand_in(self, line: str) -> bool:
        """Whether one of the phrases stands in a line."""
        return self._at_start.match(line) is not None or self._anywhere.search(line) is not None


def _word(pattern: str) -> str:
    """A pattern that begins with a Latin letter, for both cases."""
    first, rest = pattern[0], pattern[1:]
    return f"{first.lower()}(?i:{rest})|{first.upper()}(?i:{rest})"


_LINE = _Phrases(
    (
        r"\W*(?:copyright|ⓒ|©)|마스크영역$|AD$|광고$|큰사진보기|이미지\s?(?:크게\s?)?보기|사진\s?확대|닫기$|확대$|기사를?\s?읽어\s?드립니다",
        r"(?:기사듣기|공유하기|글자크기(?:설정)?|본문듣기|프린트|스크랩|댓글|북마크|인쇄|URL\s?복사|기사\s?공유)(?:\s|$)",
        r"▷|▶\s?(?:제보|구독|네이버|관련|카카오|한눈에)|공감언론\s?뉴시스",
        r"(?:Also\s+Read|Read\s+more|Related(?:\s+(?:Articles?|Stories|News))?|More\s+in)\s*:",
        r"!?\[.{0,400}\]\(https?://|\(?끝\)?$|Advertisement$|Sponsored(?:\s|$)",
        r"\$\$.{1,200}\$\$$",  # a picture's mark
        r"Subscribe\s+to\s|Sign\s+up\s+(?:for|to)|Click\s+here\s|Follow\s+us\s",
    ),
    (
        r"저작권자|무단\s?[전복][재제]|재배포\s?금지|재판매\s?및\s?(?i:DB)",
        _word(r"All\s+rights\s+reserved"),
        _word(r"AI\s?(?:(?:학습|데이터).{0,12}(?:금지|활용)|요약\s?(?:기술|은|기능))"),
        r"인공지능이\s?(?:자동으로\s?)?요약|전체\s?맥락을\s?이해하기|원본보기\s?아이콘",
        r"제보(?:는|하기|:|\s*\W?\s*(?:카톡|카카오톡|전화|메일|(?i:okjebo)))|카톡/라인|카카오톡\s?(?:채널|(?i:okjebo))",
        r"네이버에서.{0,20}구독|구독하기$|채널\s?(?:추가|구독)",
        r"누리집은\s?대한민국\s?공식|☞|집계\s?기준에\s?따라|가장\s?많이\s?(?:읽힌|본)\s?뉴스를\s?제공",
    ),
)
_SENTENCE = _Phrases(
    (r"\W*저작권자\s?[(ⓒ©]|\W*(?:copyright|ⓒ|©)|☞|!?\[.{0,400}\]\(https?://",),
    (
        _word(r"AI\s?요약\s?기술은"),
        _word(r"All\s+rights\s+reserved"),
        r"전체\s?맥락을\s?이해하기|인공지능이\s?(?:자동으로\s?)?요약(?:한|했)|누리집은\s?대한민국\s?공식",
        r"가장\s?많이\s?(?:읽힌|본)\s?뉴스를\s?제공|집계\s?기준에\s?따라\s?최대|네이버에서.{0,20}구독",
        r"무단\s?[전복][재제].{0,20}금(?:지|합)|제보(?:는|하기).{0,40}(?:카톡|카카오|전화|메일|(?i:okjebo))",
    ),
)
_LIST_HEADING = re.compile(
    r"^\W{0,4}(?:"
    r"(?:꼭\s?봐야\s?할|지금\s?뜨는|많이\s?본|가장\s?많이\s?(?:읽힌|본)|이\s?시각|오늘의|놓치면\s?안\s?되는|실시간|추천|함께\s?(?:본|읽으면)"
    r"|화제의|인기).{0,10}(?:뉴스|헤드라인|기사|포토|랭킹|이슈|콘텐츠)"
    r"|Hot\s?포토|주요\s?뉴스|관련\s?(?:기사|뉴스)|핫이슈|포토\s?뉴스|랭킹\s?뉴스|기자의\s?다른\s?기사"
    r"|Most\s+(?:read|viewed|popular)|Trending(?:\s+now)?|Top\s+stories|You\s+may\s+also\s+like|Editor'?s\s+picks?"
    r"|Related\s+(?:articles?|stories|news)"
    r")[^.다]{0,12}$",
    re.IGNORECASE,
)
_CAPTION = _Phrases(
    (
        r"\[?(?:사진|영상|그래픽|자료)\s?(?:=|제공|출처|:)|[▲△][^▲△]*(?:있다|모습|장면|전경)[.]?$",
        r"\(?사진\s?=",
    ),
    (
        r"사진\s?(?:=|제공|출처\s?[=:])[^.]{0,40}\)?$|자료\s?(?:=|제공|출처\s?[=:])[^.]{0,40}\)?$",
        r"\[재판매|/사진=[^.]{0,30}$|사진\s?제공\s?=[^.]{0,30}$",
        r"\((?i:Yonhap|AP|AFP|EPA|Reuters|Newsis)(?i:[- ]Yonhap)?\)$",
        r"\[(?i:EPA|AP|AFP|YONHAP|NEWS1|REUTERS)[/\w -]{0,20}\]$",
    ),
)
_HANGUL = re.compile("[가-힣]")
_EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,3}"
_NAME = r"[가-힣]{2,4}"
_ROLE = r"(?:(?:선임|인턴|전문|수습|객원)\s?)?(?:기자|특파원|논설위원|편집위원|reporter|correspondent)"
_BYLINE_KO = re.compile(
    rf"^\W{{0,3}}{_EMAIL}\W{{1,3}}{_NAME}(?:\s?[·,]\s?{_NAME}){{0,3}}\s?{_ROLE}\W{{0,3}}$"
    rf"|^\W{{0,3}}(?:[가-힣A-Za-z0-9]{{1,12}}[ =]{{1,3}})?(?P<name>{_NAME})(?:\s?[·,]\s?{_NAME}){{0,3}}\s?"
    rf"(?:\s?[가-힣A-Za-z]{{1,14}}\s)?(?:{_ROLE})?\W{{0,3}}(?P<email>{_EMAIL}|\[email\s?protected\])?\W{{0,3}}$"
)
_BYLINE_EN = re.compile(
    rf"^(?:By\s+)(?P<name>[A-Z][\w.'-]{{1,20}}(?:\s[A-Z][\w.'-]{{1,20}}){{1,3}})(?:\s*[(,]?\s?{_EMAIL}\)?)?\W{{0,2}}$"
    rf"|^\W?{_EMAIL}\W?$"
)
_WIRE_BYLINE = re.compile(
    rf"^[\[(](?:[가-힣A-Za-z·]{{1,12}}\s?=\s?[가-힣A-Za-z0-9]{{1,12}})[\])]\s?(?P<name>{_NAME}(?:\s?[·,]\s?{_NAME}){{0,3}})\s?{_ROLE}\s?="
)
_DATELINE_ALONE = re.compile(r"[\[(][가-힣A-Za-z·]{1,12}\s?=\s?[가-힣A-Za-z0-9]{1,12}[\])]")
_OWN_BYLINE = re.compile(rf"^\[[가-힣A-Za-z]{{2,12}}\s(?P<name>{_NAME})\s?{_ROLE}\]")
_SIGNATURE = re.compile(
    rf"^(?:[A-Z]{{2,5}}|[가-힣A-Za-z]{{1,8}}(?:TV|뉴스|방송))\s(?:뉴스\s)?(?P<name>{_NAME})입니다\.?$"
)
"""A broadcaster's reporter at the end of a report: YTN 홍길동입니다."""
_ROLE_ALONE = re.compile(rf"\W*{_ROLE}\W*")
_BYLINE_WORDS = re.compile(
    "|".join(("기자|특파원|논설위원|편집위원|@", r"\[(?i:email)", _word("reporter"), _word("correspondent")))
)
"""What every byline has; each begins with a letter as it is, as in ``_Phrases``."""
_END_CHARS = 5
"""So many characters at the end of a line say whether it ends as a sentence does."""
_PROSE_END = re.compile(r"(?:[다요까음함됨임]|[a-z0-9)])[.!?][\"'”’)\]]{0,2}$|다[\"'”’]$")
MAX_BYLINE_CHARS = 90
MAX_CAPTION_CHARS = 200
MIN_PROSE_CHARS = 45
MAX_BOILERPLATE_CHARS = 300


def is_boilerplate(line: str) -> bool:
    """Whether a line is boilerplate; a sentence is, when it is one of those that pages say about themselves."""
    return _is_boilerplate(line, is_prose(line))


def _is_boilerplate(line: str, prose: bool) -> bool:
    if prose:
        return len(line) <= MAX_BOILERPLATE_CHARS and _SENTENCE.stand_in(line)
    return _LINE.stand_in(line) or _SENTENCE.stand_in(line) or is_list_heading(line)


def is_list_heading(line: str) -> bool:
    """Whether a line is the heading of a list of other articles: 많이 본 뉴스, Most read…"""
    return _LIST_HEADING.match(line) is not None


def is_caption(line: str) -> bool:
    """Whether a line is a photo's caption, by its credit or its mark (▲)."""
    return len(line) <= MAX_CAPTION_CHARS and _CAPTION.stand_in(line)


def is_byline(line: str) -> bool:
    """Whether a line is a byline: 홍길동 기자 hong@example.com, By Hong Gil-dong, a mail address alone."""
    if len(line) > MAX_BYLINE_CHARS:
        return False
    if _DATELINE_ALONE.fullmatch(line):
        return True
    korean = _BYLINE_WORDS.search(line) is not None and _BYLINE_KO.match(line) is not None
    return korean or _BYLINE_EN.match(line) is not None


def is_prose(line: str) -> bool:
    """Whether a line is long enough and ends as a sentence does."""
    return len(line) >= MIN_PROSE_CHARS and _PROSE_END.search(line, len(line) - _END_CHARS) is not None


def byline_in(lines: Iterable[str]) -> str | None:
    """The first byline of the lines, or the reporter in a wire's dateline, whichever comes first."""
    for line in lines:
        dateline = _WIRE_BYLINE.match(line) or _OWN_BYLINE.match(line) or _SIGNATURE.match(line)
        if dateline:
            return dateline.group("name")
        if is_byline(line) and not _ROLE_ALONE.fullmatch(line):
            return line
    return None


def best_byline(from_text: str | None, from_markup: str, at_heading: str | None = None) -> str | None:
    """The text's byline in Korean, where markup often names the desk; else that of markup, heading, or text."""
    if from_text and _HANGUL.search(from_text):
        return from_text
    return from_markup or at_heading or from_text


def article_lines(lines: Iterable[str], title: str = "", *, repeats: bool = False) -> tuple[str, ...]:
    """The lines of the article, in order, each once; with ``repeats`` as often as they occur.

    After a list heading, or a byline that follows prose, lines are skipped until the next prose.
    """
    kept: list[str] = []
    seen: set[str] = set()
    skipping = False
    for line in lines:
        if line == title or (line in seen and not repeats):
            continue
        prose, byline = is_prose(line), is_byline(line)
        ends_text = is_list_heading(line) or (byline and any(map(is_prose, kept)))
        skipping = ends_text or (skipping and not prose)
        if skipping or byline or _is_boilerplate(line, prose) or is_caption(line):
            continue
        seen.add(line)
        kept.append(line)
    return tuple(kept)
