"""Defines a verb: its names, its place in help, its parser and the request that its line becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal, get_args

from handlers.requests import Ask
from handlers.verbs.grammar import Line

Group = Literal["read", "channel", "me", "admin"]
GROUPS: tuple[Group, ...] = get_args(Group)
"""The groups in the order of help."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. Its help stands in both languages' ``help.toml`` under ``[verb.<name>]``."""

    name: str
    korean: str
    _: KW_ONLY
    group: Group
    """``read`` for verbs that show something, ``channel`` for those that change what a channel gets, ``me`` for what is
    a person's own, ``admin`` for whoever sets the bot up and looks after it."""
    order: int
    """Its place within its group: help and the README list the most used first."""
    request: type[Ask]
    """What its line becomes. Its answer function stands in ``<name>.py`` in a folder of ``bot/answers``."""
    parse: Callable[[Line], Ask]
    """Reads a line that begins with this verb; returns ``Unclear`` for a line that it does not understand."""
    korean_words: Mapping[str, str] = field(default_factory=dict)
    """The Korean of the words that its lines have beside the verb, for lines to type; "" leaves a word out."""
    also: tuple[str, ...] = ()
    """Other words that people type for it."""
    most_used: int = 0
    """Its place among the few that help lists first of all; 0: it stands in its group."""
    only_if_near: bool = False
    """It is offered only for a word that is at most one letter off, never for a word that merely looks like it."""

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that names it."""
        return (self.name, self.korean, *self.also)
