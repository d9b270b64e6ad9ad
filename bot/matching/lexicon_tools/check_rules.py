"""Rules that can never hold, or never decide: what a reader of the file would believe to work and does not."""

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
"""Where an earlier rule must look so that it has already seen what a later one waits for."""
_FOUND_ANYWHERE = ("near", "sentence", "article")


def of_rules(place: FormEntry) -> Iterator[Finding]:
    """What is wrong with the rules of one group of forms."""
    rules = [_folded(rule) for rule in place.group.rules]
    for number, rule in enumerate(rules, 1):
        yield from _forbids_itself(place, number, rule)
        earlier = next((n for n, one in enumerate(rules[: number - 1], 1) if _covers(one, rule)), None)
        if earlier is not None:
            args = {"rule": str(number), "earlier": str(earlier)}
            yield Finding(place.entry, place.group.rules[number - 1].words[0], Reason("lexicon.rule_covered", args))
    yield from _after_always(place, rules)
    if rules and rules[-1].say == place.group.meant and not place.group.needs_full_name:
        args = {"rule": str(len(rules)), "say": "true" if rules[-1].say else "false"}
        first = place.group.rules[-1].words[0]
        yield Finding(place.entry, first, Reason("lexicon.rule_changes_nothing", args), "warning")


def _folded(rule: Rule) -> Rule:
    words, unless, near = (tuple(map(fold, some)) for some in (rule.words, rule.unless, rule.near))
    return Rule(rule.say, rule.where, words, rule.within, unless, near)


def _forbids_itself(place: FormEntry, number: int, rule: Rule) -> Iterator[Finding]:
    """A word that brings its own exception with it never decides."""
    for word in rule.words if rule.where not in ("list", "lowercase", "forename") else ():
        barrier = next((one for one in rule.unless if _stands_in(one, word)), None)
        if barrier is not None:
            args = {"rule": str(number), "word": word, "unless": barrier}
            yield Finding(place.entry, word, Reason("lexicon.word_forbids_itself", args))


def _covers(earlier: Rule, later: Rule) -> bool:
    """Wherever the later rule would hold, the earlier one has decided already."""
    if earlier.unless or earlier.near or earlier.where not in _WIDER[later.where]:
        return (earlier.where, earlier.words, earlier.unless, earlier.near, earlier.within) == (
            later.where, later.words, later.unless, later.near, later.within
        )  # fmt: skip
    if earlier.where == later.where == "near" and earlier.within < later.within:
        return False
    return all(any(_implies(own, word, later.where) for own in earlier.words) for word in later.words)


def _implies(own: str, word: str, where: str) -> bool:
    """Where the one word is found, the other is."""
    if where == "right":
        return word.startswith(own) and (own[0].isalnum() == word[0].isalnum())
    if where == "left":
        same = (own[-1] == " " or not own[-1].isalnum()) == (word[-1] == " " or not word[-1].isalnum())
        return same and word.endswith(own) and (own == word or is_hangul(own[0]))
    return own == word or (where in _FOUND_ANYWHERE and _stands_in(own, word))


def _stands_in(word: str, text: str) -> bool:
    """Whether a word stands in a text as the engine finds words: Hangul anywhere, Latin with its edges."""
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        left = is_hangul(word[0]) or not (before and is_latin(before) and is_latin(word[0]))
        right = is_hangul(word[-1]) or not (after and is_latin(after) and is_latin(word[-1]))
        if left and right:
            return True
        at = text.find(word, at + 1)
    return False


def _after_always(place: FormEntry, rules: list[Rule]) -> Iterator[Finding]:
    """A rule whose word stands in the form itself always holds: what comes after it decides nothing."""
    for text in place.group.texts:
        always = next((n for n, rule in enumerate(rules, 1) if _always(rule, text)), None)
        if always is not None and always < len(rules):
            args = {"form": text, "rule": str(always), "next": str(always + 1)}
            yield Finding(place.entry, text, Reason("lexicon.rule_always_holds", args))


def _always(rule: Rule, form: str) -> bool:
    if rule.where not in _FOUND_ANYWHERE or rule.unless or rule.near:
        return False
    return all(any(_stands_in(word, spelling) for word in rule.words) for spelling in spellings(form))
