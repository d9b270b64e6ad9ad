"""One example of the gallery: a card, or a view that no card makes, under a title in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from handlers.cards.shown import Shown

Kind = Literal["message", "modal", "home", "unfurl", "view"]


@dataclass(frozen=True, slots=True)
class Example:
    """One thing that people see."""

    english: str
    korean: str
    card: Any
    """A card of ``handlers.cards``, for ``view`` a view, or a function of the language that returns one of them."""
    kind: Kind = "message"
    share: str | None = None
    shared_by: str | None = None
    repeat: bool = False
    sample: bool = False

    def card_in(self, language: str) -> Any:
        """The card or view of a language."""
        return self.card(language) if callable(self.card) else self.card

    def shown(self, language: str) -> Shown:
        """The card in a language."""
        return Shown(self.card_in(language), language, self.share, self.shared_by, self.repeat, sample=self.sample)


@dataclass(frozen=True, slots=True)
class Group:
    """Examples under one heading."""

    english: str
    korean: str
    examples: tuple[Example, ...]


View = Callable[[str], dict[str, Any]]
