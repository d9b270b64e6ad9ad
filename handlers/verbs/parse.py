"""Parses a typed line into an ask: finds the verb here, leaves the rest of the line to the verb's own parser.

A verb typed with the keyboard in the other mode is understood where it only reads, and only offered where it changes
something, because a wrong guess there would change what a channel gets.
"""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.requests import Ask, Asker, Unclear
from handlers.verbs.grammar import Line, Token, is_korean, line_of
from handlers.verbs.help import Help
from handlers.verbs.keyboard_mode import has_lone_jamo, keys_of
from handlers.verbs.registry import nearest_verb, verb_by_keys, verb_named
from handlers.verbs.verb import Verb

LINE_MAX_CHARS = 2_500


def parse(text: str, asker: Asker) -> tuple[Ask, Asker]:
    """Parses a line without the command's name; a Korean verb makes the answer Korean.

    Positions in the ask are those of ``understood(text)``, which is the line itself unless the keyboard was in the
    other mode.
    """
    meant = understood(text)
    line = line_of(meant)
    if len(meant) > LINE_MAX_CHARS:
        return Unclear(LINE_MAX_CHARS, 1, "line_too_long"), asker
    if not line.tokens:
        return Help(), asker
    verb = verb_named(line.verb.text)
    if is_korean(line.verb.text) and (verb or by_keyboard(meant) is None):
        asker = replace(asker, language="ko")
    if not isinstance(verb, Verb):
        return _no_verb(line, verb), asker
    return verb.parse(line), asker


def understood(text: str) -> str:
    """Returns the line itself, or the corrected one when a reading verb was typed in the other mode."""
    corrected = _corrected(text)
    if corrected is None:
        return text
    verb, line = corrected
    ask = verb.parse(line)
    return text if ask.changes_channel or isinstance(ask, Unclear) else line.text


def by_keyboard(text: str) -> str | None:
    """Returns the line as typed in the other keyboard mode; None when its verb is known or stays unknown."""
    corrected = _corrected(text)
    return corrected[1].text if corrected else None


def _corrected(text: str) -> tuple[Verb, Line] | None:
    tokens = line_of(text[:LINE_MAX_CHARS]).tokens
    if not tokens or verb_named(tokens[0].text) != ():
        return None
    meant = verb_by_keys(tokens[0].text)
    if meant is None:
        return None
    verb, name = meant
    return verb, line_of(text[: tokens[0].position] + name + _rest_by_keys(text, tokens[0]))


def _rest_by_keys(text: str, typed_verb: Token) -> str:
    """Corrects what follows the verb: after a verb in Hangul mode, words with lone jamo were typed in it too."""
    rest = text[typed_verb.position + len(typed_verb.text) :]
    if typed_verb.text.isascii():
        return rest
    return re.sub(r"\S+", lambda word: keys_of(word[0]) if has_lone_jamo(word[0]) else word[0], rest)


def _own_name(verb: Verb, typed: str) -> str:
    """Returns the verb's own name that begins with what was typed, or else its name in that language."""
    own = verb.korean if is_korean(typed) else verb.name
    return next((name for name in (verb.name, verb.korean) if name.startswith(typed)), own)


def _no_verb(line: Line, candidates: tuple[Verb, ...]) -> Unclear:
    """Offers the line that was probably meant by an unknown, ambiguous or mistyped verb."""
    typed = line.verb
    position, length = typed.position, len(typed.text)
    rest = line.text[position + length :]
    if candidates:
        names = [_own_name(verb, typed.word) for verb in candidates]
        lines = tuple(name + rest for name in names)
        return Unclear(position, length, "verb_ambiguous", args={"lines": ", ".join(names)}, choices=lines)
    corrected = by_keyboard(line.text)
    if corrected is not None:
        return Unclear(position, length, "keyboard", corrected.strip())
    near = nearest_verb(typed.text)
    return Unclear(position, length, "verb_unknown", near + rest if near else None)
