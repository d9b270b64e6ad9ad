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
    r"|평가했|당부했|역설했|약속했|경고했|제안했|촉구했|비판했|반박했|전망했|내다봤|소개했|화답했|적었다|썼다|했다\b"
)
_KO_SUBJECT = re.compile(
    rf"[가-힣A-Za-z()·]*(?:{_KO_PERSON})?(?:\([^)]{{1,30}}\))?(?:측)?(?:은|는|이|가|도)(?=[\s,]|$)"
)
_KO_OTHER = re.compile(
    rf"(?:[가-힣]{{2,4}}\s)?[가-힣A-Za-z·]*(?:{_KO_PERSON})(?:\([^)]{{1,30}}\))?(?:은|는|이|가)(?=[\s,])"
)
_KO_CITED = re.compile(rf"(?:라고|다고|고|며|면서)(?:도|는)?\s?(?:[가-힣]{{1,8}}\s){{0,3}}(?:{_KO_SAID})")
_KO_CITED_DIRECTLY = re.compile(r"^\s?(?:이?라고|이?라며|이?라면서|고|며|면서|이?라는|이?란|다고|다며)")
_KO_SAID_NOW = re.compile(rf"^\s?(?:[가-힣]{{1,8}}\s){{0,2}}(?:{_KO_SAID})")
_KO_TITLE_WORDS = 8
"""So many words may stand between a name and the word that ends in the subject's particle."""

_EN_SAID = (
    r"said|says|told|adds?|added|noted|notes|wrote|writes|argued|stressed|warned|explained|announced|stated|insisted"
    r"|pledged|vowed|urged|declared|testified|posted|emphasi[sz]ed"
)
_EN_TAIL_SAID = re.compile(
    rf"^(?:,[^,“”\"]{{1,90}},)?(?:\s(?:also|later|then|has|had|further|today|again|himself|herself)){{0,2}}\s(?:{_EN_SAID})\b"
)
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
    is_korean = bool(re.search("[가-힣]", sentence))
    for start, end in _places(sentence, name):
        head, tail = sentence[:start], sentence[end:]
        if _speaks_korean(head, tail) if is_korean else _speaks_english(head, tail):
            return Quote(tuple(words for words in _QUOTED.findall(sentence) if len(words) >= _LEAST_QUOTED))
    return None


def _places(sentence: str, name: str) -> Iterator[tuple[int, int]]:
    at = sentence.find(name)
    while at >= 0:
        yield at, at + len(name)
        at = sentence.find(name, at + len(name))


def _speaks_korean(head: str, tail: str) -> bool:
    """Whether the name, with its title, is the subject, and its clause has words of saying and no other subject."""
    if head.count("“") > head.count("”") or head.count('"') % 2:
        return False  # the name stands in somebody's words
    subject = _korean_subject(tail)
    if subject is None:
        return False
    rest = tail[subject:]
    quoted = _QUOTED.search(rest)
    if quoted is not None and not _KO_OTHER.search(rest[: quoted.start()]):
        return _KO_CITED_DIRECTLY.match(rest[quoted.end() :]) is not None
    said = _KO_CITED.search(rest)
    if said is not None:
        return not _KO_OTHER.search(rest[: said.start()])
    return bool(_QUOTED.search(head)) and _KO_SAID_NOW.match(rest) is not None


def _korean_subject(tail: str) -> int | None:
    """Returns where the subject ends whose name ended before ``tail``; None where it is no subject."""
    at = 0
    for number in range(_KO_TITLE_WORDS):
        if number and tail[at : at + 1] != " ":
            return None
        at += 1 if tail[at : at + 1] == " " else 0
        word = re.compile(r"\S+").match(tail, at)
        if word is None:
            return None
        match = _KO_SUBJECT.fullmatch(word[0].rstrip(","))
        has_title = re.search(rf"(?:{_KO_PERSON})(?:\([^)]*\))?(?:측)?(?:은|는|이|가|도)$", word[0].rstrip(","))
        if match is not None and (has_title or (number == 0 and at == 0 and len(word[0]) <= 2)):
            return at + len(word[0])
        if re.search(r"[을를와과의에게서로며고]$|[“\".]", word[0]):
            return None
        at += len(word[0])
    return None


def _speaks_english(head: str, tail: str) -> bool:
    """Whether a word of saying stands beside the name, and the name is not inside the words that are quoted."""
    if head.count("“") > head.count("”") or head.count('"') % 2:
        return False
    if _EN_TAIL_SAID.match(tail):
        return True
    return bool(_EN_ENDS_NAME.match(tail) and (_EN_HEAD_SAID.search(head) or _EN_ACCORDING.search(head)))
