"""Expands a form of the lexicon, or a word of a query, to the spellings that are searched.

``~`` stands for a space, a hyphen (Latin) or nothing; ``·`` for any joint or nothing; ``(s)`` is optional, and so is
the end of ``technolog(y)``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from bot.matching.text.korean import is_hangul
from bot.matching.text.normalize import fold

_MARKS = frozenset("~·(")
_OPTIONAL = re.compile(r"\(([a-z]{1,3})\)")
_PLURAL = re.compile(r"(?:[a-z]+ )?[a-z]{3,}[a-rt-z]")
_DOT_JOINTS = ("", "·", "-", "/", ", ", " - ", " · ", "‐")
_MAX_SPELLINGS = 400
_LONGEST_IN_THREE = 8
_SHORTEST_PART = 2
MAX_BLANKS = 2
"""The blanks that a spelling of a word may have where the word has none."""


def spellings(form: str) -> tuple[str, ...]:
    """Every folded spelling of a form, 400 at most."""
    if _MARKS.isdisjoint(form):
        return (fold(form),)
    parts: list[tuple[str, ...]] = []
    rest = form
    while rest:
        optional = _OPTIONAL.match(rest)
        if optional:
            parts.append(("", optional.group(1)))
            rest = rest[optional.end() :]
            continue
        parts.append(_choices(rest[0], parts))
        rest = rest[1:]
    chosen = itertools.islice(itertools.product(*parts), _MAX_SPELLINGS)
    return tuple(dict.fromkeys(fold("".join(choice)) for choice in chosen))


def plural(word: str) -> str:
    """The plural of an English word; another word as it is."""
    if not _PLURAL.fullmatch(word):
        return word
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"


def _choices(char: str, before: list[tuple[str, ...]]) -> tuple[str, ...]:
    if char == "·":
        return _DOT_JOINTS
    if char != "~":
        return (char,)
    last = before[-1][-1][-1:] if before and before[-1][-1] else ""
    return ("", " ") if last and is_hangul(last) else ("", " ", "-")


def _in_three(solid: str) -> Iterator[str]:
    """Every way to cut a word in three parts of two syllables or more: 과학 기술 동맹."""
    for first, second in itertools.combinations(range(2, len(solid) - 1), 2):
        if second - first >= 2:
            yield f"{solid[:first]} {solid[first:second]} {solid[second:]}"


def literal_spellings(word: str) -> tuple[str, ...]:
    """The spellings of a word that the lexicon does not know: spaces may be missing or, in long words, added."""
    plain = fold(word).strip()
    spelled = {plain: None}
    if not plain or not _is_hangul_word(plain):
        if " " in plain:
            spelled.update(dict.fromkeys((plain.replace(" ", "-"),)))
        elif "-" in plain:
            spelled.update(dict.fromkeys((plain.replace("-", " "),)))
        return tuple(spelled)
    solid = without_joints(plain)
    spelled[solid] = None
    if len(solid) in (2, 3) and len(plain) in (len(solid), 2 * len(solid) - 1):
        # 한미 is also 한·미 and 한-미; a word of two or three syllables is never split by a space
        for joint in ("·", "-", "/"):
            spelled[joint.join(solid)] = None
    elif len(solid) >= 4:
        for at in range(2, len(solid) - 1):
            spelled[f"{solid[:at]} {solid[at:]}"] = None
        spelled.update(dict.fromkeys(_in_three(solid) if len(solid) <= _LONGEST_IN_THREE else ()))
    return tuple(spelled)


def is_spelling(text: str, plain: str, solid: str) -> bool:
    """Is this text one of the `literal_spellings` of a folded word? ``solid`` is the word without its joints.

    The spellings that only have another joint in a word of two or three syllables are left out.
    """
    if text == plain:
        return True
    if not _is_hangul_word(plain):
        return text == (plain.replace(" ", "-") if " " in plain else plain.replace("-", " "))
    parts = text.split(" ")
    most = MAX_BLANKS + 1 if len(solid) <= _LONGEST_IN_THREE else MAX_BLANKS
    is_cut = 1 < len(parts) <= most and min(map(len, parts)) >= _SHORTEST_PART
    return text == solid or (is_cut and "".join(parts) == solid)


def without_joints(text: str) -> str:
    """A word without blanks, hyphens, dots and slashes."""
    return text.replace(" ", "").replace("-", "").replace("·", "").replace("/", "")


def _is_hangul_word(plain: str) -> bool:
    return all(is_hangul(char) or char in " ·-/" for char in plain)
