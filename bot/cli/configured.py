"""Loads the lexicon and the outlets that the settings name."""

from __future__ import annotations

from pathlib import Path

from scrapers.catalogue import load_outlets
from scrapers.outlet import Outlet
from settings import lexicon
from settings.config import Settings
from settings.lexicon import Lexicon


def lexicon_of(settings: Settings, file: Path | None = None) -> Lexicon:
    """Returns the lexicon of this call: the file given, else PACT_LEXICON's, else the built-in one."""
    return lexicon.load(file or settings.lexicon)


def outlets_of(settings: Settings) -> dict[str, Outlet]:
    """Returns the outlets of PACT_OUTLETS by key, or the built-in set."""
    return load_outlets(settings.outlets or None)
