"""``help`` shows what can be typed; with a verb, that verb's own page."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.requests import Ask
from handlers.verbs.grammar import Line, unclear
from handlers.verbs.registry import nearest_verb, verb_named
from handlers.verbs.verb import Verb


@dataclass(frozen=True, slots=True)
class Help(Ask):
    """A request for what can be typed."""

    verb: str | None = None
    """The verb whose page is shown; None: the list of verbs."""


def parse(line: Line) -> Ask:
    """``help`` or ``help subscribe``."""
    if not line.words:
        return Help()
    verb = verb_named(line.words[0].text)
    if isinstance(verb, Verb):
        return line.ends_after(2, Help(verb.name))
    near = nearest_verb(line.words[0].text)
    return unclear(line.words[0], "verb_unknown", line.offer(near) if near else None)


VERB = Verb("help", "도움말", group="read", order=40, request=Help, parse=parse, also=("도움", "?"))
