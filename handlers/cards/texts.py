"""Pieces of text that several cards hold: a matched sentence with its bold spans, and a note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text to emphasise: code points, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lead:
    """The sentence that holds the match, with the match to be set in bold."""

    text: str
    bold: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence: a key of words and its arguments."""

    code: str
    args: Mapping[str, str] = field(default_factory=dict)
    bold: bool = False
