"""Checks rules: those that can never hold, and those that hold and decide nothing."""

from __future__ import annotations

from collections.abc import Iterator

from bot.matching.engine.forms import spellings
from bot.matching.lexicon_tools.findings import Finding, FormEntry
from bot.matching.text.korean import is_hangul, is_latin
from bot.matching.text.normalize import fold
from bot.model import Reason
from settings.lexicon import Rule

_WIDER = {"near": ("near", "article"), "sentence": ("sentence", "article"), "article": ("article",),
          "left": ("left",), "right": ("right",), "list": ("list",), "lowercase": ("lowercase",),
          "forename": ("forename",)}  # fmt: skip
"""Per ``where`` of a rule: the ``where`` of earlier rules that see everything it sees."""
_FOUND_ANYWHERE = ("near", "sentence", "article")


def of_rules(entry: FormEntry) -> Iterator[Finding]:
    """The findings of one form group's rules."""
    rules = [_folded(rule) for rule in entry.group.rules]
    for number, rule in enumerate(rules, 1):
        yield from _forbids_itself(entry, number, rule)
        earlier = next((before for before, other in enumerate(rules[: number - 1], 1) if _covers(other, rule)), None)
        if earlier is not None:
            args = {"rule": str(number), "earlier": str(earlier)}
            yield Finding(entry.name, entry.group.rules[number - 1].words[0], Reason("lexicon.rule_covered", args))
    yield from _after_always(entry, rules)
    if rules and rules[-1].say == entry.group.meant and not entry.group.needs_full_name:
        args = {"rule": str(len(rules)), "say": "true" if rules[-1].say else "false"}
        first = entry.group.rules[-1].words[0]
        yield Finding(entry.name, first, Reason("lexicon.rule_changes_nothing", args), "warning")


def _folded(rule: Rule) -> Rule:
    words, unless, near = (tuple(map(fold, listed)) for listed in (rule.words, rule.unless, rule.near))
    return Rule(rule.say, rule.where, words, rule.within, unless, near)


def _forbids_itself(entry: FormEntry, number: int, rule: Rule) -> Iterator[Finding]:
    """A word that contains an exception of its own rule never decides."""
    for word in rule.words if rule.where not in ("list", "lowercase", "forename") else ():
        exception_in_word = next((exception for exception in rule.unless if _stands_in(exception, word)), None)
        if exception_in_word is not None:
            args = {"rule": str(number), "word": word, "unless": exception_in_word}
            yield Finding(entry.name, word, Reason("lexicon.word_forbids_itself", args))


def _covers(earlier: Rule, later: Rule) -> bool:
    """Does the earlier rule hold wherever the later one would?"""
    if earlier.unless or earlier.near or earlier.where not in _WIDER[later.where]:
        return (earlier.where, earlier.words, earlier.unless, earlier.near, earlier.within) == (
            later.where, later.words, later.unless, later.near, later.within
        )  # fmt: skip
    if earlier.where == later.where == "near" and earlier.within < later.within:
        return False
    return all(any(_implies(earlier_word, word, later.where) for earlier_word in earlier.words) for word in later.words)


def _implies(earlier_word: str, word: str, where: str) -> bool:
    """Does the earlier rule find its word wherever this word stands?"""
    if where == "right":
        return word.startswith(earlier_word) and (earlier_word[0].isalnum() == word[0].isalnum())
    if where == "left":
        same_edge = (earlier_word[-1] == " " or not earlier_word[-1].isalnum()) == (
            word[-1] == " " or not word[-1].isalnum()
        )
        return same_edge and word.endswith(earlier_word) and (earlier_word == word or is_hangul(earlier_word[0]))
    return earlier_word == word or (where in _FOUND_ANYWHERE and _stands_in(earlier_word, word))


def _stands_in(word: str, text: str) -> bool:
    """Does a word stand in a text as the engine finds words: Hangul anywhere, Latin with edges?"""
    start = text.find(word)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(word) : start + len(word) + 1]
        left = is_hangul(word[0]) or not (before and is_latin(before) and is_latin(word[0]))
        right = is_hangul(word[-1]) or not (after and is_latin(after) and is_latin(word[-1]))
        if left and right:
            return True
        start = text.find(word, start + 1)
    return False


def _after_always(entry: FormEntry, rules: list[Rule]) -> Iterator[Finding]:
    """A rule whose word stands in the form itself always holds, so the rules after it decide nothing."""
    for text in entry.group.texts:
        always = next((number for number, rule in enumerate(rules, 1) if _always(rule, text)), None)
        if always is not None and always < len(rules):
            args = {"form": text, "rule": str(always), "next": str(always + 1)}
            yield Finding(entry.name, text, Reason("lexicon.rule_always_holds", args))


def _always(rule: Rule, form: str) -> bool:
    if rule.where not in _FOUND_ANYWHERE or rule.unless or rule.near:
        return False
    return all(any(_stands_in(word, spelling) for word in rule.words) for spelling in spellings(form))
