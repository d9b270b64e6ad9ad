"""Pieces of text that several cards hold: a matched sentence with its bold spans, and a note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text in bold: code points, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lead:
    """The sentence with the match, and the spans that are set in bold."""

    text: str
    bold: tuple[Span, ...]
    sister: str | None = None
    """The sister pact that the sentence is about, where it does not name the pact itself."""


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence: a code of the locale files and its arguments."""

    code: str
    args: Mapping[str, str] = field(default_factory=dict)
    bold: bool = False
