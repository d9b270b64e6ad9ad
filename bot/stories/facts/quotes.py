"""Decides whether a sentence tells what a person said, and which of its words are quoted. Pure.

A sentence counts only where its grammar makes the person the speaker: a ledger that gives one person's words to another
is worse than one that leaves some out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_SENTENCE = 600
_LEAST_QUOTED = 6
"""Characters; a shorter piece in quotation marks is a name or a term."""
_QUOTED = re.compile(r"[“\"]([^“”\"]{1,400})[”\"]")

_KO_PERSON = (
    r"장관|차관|부총리|총리|실장|국장|청장|수석|비서관|본부장|대표|고문|보좌관|후보자|위원장|의원|특사|차르|대통령"
)
_KO_SAID = (
    r"말했|말하며|말한 |밝혔|밝히며|밝힌 |강조했|강조하며|설명했|설명하며|덧붙였|전했다|답했|언급했|주장했|지적했"
    r"|평가했|당부했|역설했|약속했|경고했|제안했|촉구했|요구했|요청했|비판했|반박했|맞받았|전망했|내다봤|소개했|화답했|적었다|썼다"
)
_WORD = re.compile(r"\S+")
_LONGEST_PARTICLE = 2
_KO_TITLE_ENDS = re.compile(rf"(?:{_KO_PERSON})(?:\([^)]*\))?(?:측)?(?:은|는|이|가|도)$")
_KO_NO_SUBJECT = re.compile(r"[을를와과의에게서로며고]$|[“\".]")
_KO_SUBJECT = re.compile(
    rf"[가-힣A-Za-z0-9()·]*(?:{_KO_PERSON})?(?:\([^)]{{1,30}}\))?(?:측)?(?:은|는|이|가|도)(?=[\s,]|$)"
)
_KO_OTHER = re.compile(
    rf"(?:[가-힣]{{2,4}}\s)?[가-힣A-Za-z0-9·]*(?:{_KO_PERSON})(?:\([^)]{{1,30}}\))?(?:은|는|이|가)(?=[\s,])"
)
_KO_CITED = re.compile(
    rf"(?:라고|다고|고|며|면서)(?:도|는)?\s?(?:[가-힣]{{1,8}}\s){{0,3}}(?:{_KO_SAID})"
    r"|(?:라고|다고|자고|냐고)(?:도|는)?\s?(?:했다|했고|했으며)"
)
_KO_TOPIC = re.compile(r"[가-힣A-Za-z)](?:은|는)(?=[\s,])")
"""A topic before the name: the name is the subject of its clause alone, and somebody else may be the speaker."""
_KO_CITED_DIRECTLY = re.compile(r"^\s?(?:이?라고|이?라며|이?라면서|고|며|면서|이?라는|이?란|다고|다며)")
_KO_SAID_NOW = re.compile(rf"^\s?(?:[가-힣]{{1,8}}\s){{0,2}}(?:{_KO_SAID})")
_KO_TITLE_WORDS = 8
"""So many words may stand between a name and the word that ends in the subject's particle."""

_EN_SAID = (
    r"said|says|told|adds?|added|noted|notes|wrote|writes|argued|stressed|warned|explained|stated|insisted"
    r"|pledged|vowed|urged|declared|posted|emphasi[sz]ed"
)
_EN_ANY_SAID = re.compile(rf"\b(?:{_EN_SAID})\b")
_EN_TAIL_SAID = re.compile(
    rf"^(?:\s[A-Z][\w.’'-]+){{0,3}}(?:,[^,“”\"]{{1,90}},)?"
    rf"(?:\s(?:also|later|then|has|had|further|today|again|himself|herself)){{0,2}}\s(?:{_EN_SAID})\b"
)
"""A name may go on behind the part of it that was found: Science Minister Bae Kyung-hoon."""
_EN_HEAD_SAID = re.compile(
    r"[,.?!][”\"’]?\s(?:said|says|added|noted|explained|wrote)\s(?:(?!that\b|he\b|she\b|they\b|it\b)[\w.&’'-]+,?\s){0,10}$"
)
_EN_ACCORDING = re.compile(r"\b[Aa]ccording to\s(?:[\w.&’'-]+,?\s){0,10}$")
_EN_ENDS_NAME = re.compile(r"^(?:[.,;]|$|\s(?:in|on|at|during|after|before|of)\b)")


class Quote(NamedTuple):
    """That a sentence tells what a person said."""

    words: tuple[str, ...]
    """The pieces in quotation marks; none where the sentence reports the words in its own."""


def quote_of(sentence: str, name: str) -> Quote | None:
    """Returns what the person of this name says in a sentence; None unless the person is its speaker."""
    if not name or len(sentence) > LONGEST_SENTENCE:
        return None
    speech_of = _korean_speech if re.search("[가-힣]", sentence) else _english_speech
    for start, end in _places(sentence, name):
        head, tail = sentence[:start], sentence[end:]
        if head.count("“") > head.count("”") or head.count('"') % 2:
            continue  # the name stands in somebody's words
        speech = speech_of(head, tail)
        if speech is not None:
            return Quote(tuple(words for words in _QUOTED.findall(speech) if len(words) >= _LEAST_QUOTED))
    return None


def _places(sentence: str, name: str) -> Iterator[tuple[int, int]]:
    at = sentence.find(name)
    while at >= 0:
        yield at, at + len(name)
        at = sentence.find(name, at + len(name))


def _korean_speech(head: str, tail: str) -> str | None:
    """Returns the part of the sentence with the words of the name's bearer; None where that is not the speaker.

    The name, with its title, is the subject, and its clause has words of saying and no other subject before them.
    """
    subject = _korean_subject(tail)
    if subject is None:
        return None
    rest = tail[subject:]
    is_topic = not tail[:subject].rstrip(",").endswith(("이", "가"))
    if not is_topic and _KO_TOPIC.search(head):
        return None
    other = _KO_OTHER.search(rest)
    own = rest[: other.start()] if other else rest
    quoted = _QUOTED.search(own)
    cited = None if quoted else _KO_CITED.search(own)
    speech = quoted or cited
    if speech is None:
        return head if _QUOTED.search(head) and _KO_SAID_NOW.match(rest) else None
    if not is_topic and _KO_TOPIC.search(own[: speech.start()]):
        return None
    return None if quoted and not _KO_CITED_DIRECTLY.match(own[quoted.end() :]) else own


def _korean_subject(tail: str) -> int | None:
    """Returns where the subject ends whose name ended before ``tail``; None where it is no subject."""
    at = 0
    for number in range(_KO_TITLE_WORDS):
        if number and tail[at : at + 1] != " ":
            return None
        at += 1 if tail[at : at + 1] == " " else 0
        word = _WORD.match(tail, at)
        if word is None:
            return None
        plain = word[0].rstrip(",")
        is_bare = number == 0 and at == 0 and len(plain) <= _LONGEST_PARTICLE
        if _KO_SUBJECT.fullmatch(plain) and (is_bare or _KO_TITLE_ENDS.search(plain)):
            return at + len(word[0])
        if _KO_NO_SUBJECT.search(word[0]):
            return None
        at += len(word[0])
    return None


def _english_speech(head: str, tail: str) -> str | None:
    """Returns the sentence where a word of saying stands beside the name, without its words if two people speak."""
    is_speaker = _EN_TAIL_SAID.match(tail) or (
        _EN_ENDS_NAME.match(tail) and (_EN_HEAD_SAID.search(head) or _EN_ACCORDING.search(head))
    )
    if not is_speaker:
        return None
    sentence = f"{head} {tail}"
    return sentence if len(_EN_ANY_SAID.findall(_QUOTED.sub("", sentence))) <= 1 else ""
