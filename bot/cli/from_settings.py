"""What the reading commands share: the settings' lexicon as a scanner, the settings' outlets, words for reasons."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.matching.scan import Scanner
from bot.model import Reason
from handlers.text.words import note_text
from scrapers.catalogue import load_outlets
from scrapers.outlet import Outlet
from settings import lexicon
from settings.config import Settings
from settings.lexicon import Lexicon


def lexicon_of(settings: Settings, file: Path | None = None) -> Lexicon:
    """The lexicon of this call: the file given, else PACT_LEXICON's, else the built-in one."""
    return lexicon.load(file or settings.lexicon)


def scanner_of(known: Lexicon, literals: Iterable[str] = ()) -> Scanner:
    """The scanner of a lexicon and the literals of a query."""
    return Scanner(known, literals)


def outlets_of(settings: Settings) -> dict[str, Outlet]:
    """PACT_OUTLETS' outlets, or the built-in set."""
    return load_outlets(settings.outlets or None)


def say(reason: Reason) -> str:
    """A reason as an English sentence."""
    return note_text("en", reason.code, reason.args)
