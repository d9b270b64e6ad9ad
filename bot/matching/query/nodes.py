"""The nodes of a query's tree, and the error of a query that cannot be parsed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """``field:value``, or one word that stands for it (``quantum``, ``@kratsios``, ``pact``)."""

    name: str
    value: str
    said: str = ""
    """The one word that was typed for it, normalized; empty for ``field:value``."""


@dataclass(frozen=True, slots=True)
class Term:
    """A form of the lexicon in its sense."""

    kind: str
    topic: str
    form: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word outside the lexicon: literal, with word edges and particles."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exactly these characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """A query that must not match."""

    child: Query


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    children: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    children: tuple[Query, ...]


Query = FieldFilter | Term | Word | Phrase | Not | And | Or


class QueryError(Exception):
    """The query cannot be understood; nothing was changed"""

    def __init__(
        self,
        position: int,
        length: int,
        code: str,
        args: Mapping[str, str] | None = None,
        suggestion: str | None = None,
        *,
        example: bool = False,
    ) -> None:
        self.position = position
        """Code points from the start of the text that was parsed."""
        self.length = length
        self.code = code
        self.arguments: Mapping[str, str] = dict(args or {})
        self.suggestion = suggestion
        self.example = example
        """Whether the suggestion only shows the form of a value and has nothing of what was typed."""
        super().__init__(f"{code} at {position}" + (f", nearest: {suggestion}" if suggestion else ""))


def leaves(query: Query) -> Iterator[Query]:
    """Every leaf of the tree, from left to right."""
    match query:
        case Not(child):
            yield from leaves(child)
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)
        case _:
            yield query


def literals(query: Query) -> frozenset[str]:
    """The literals that a Scanner of this query needs: words as they are, phrases in quotes."""
    keys = set()
    for leaf in leaves(query):
        if isinstance(leaf, Word):
            keys.add(leaf.text)
        elif isinstance(leaf, Phrase):
            keys.add(f'"{leaf.text}"')
    return frozenset(keys)
