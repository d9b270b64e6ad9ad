"""Loads the lexicon and the outlets that the settings name."""

from __future__ import annotations

from pathlib import Path

from scrapers.catalogue import Catalogue, load_catalogue
from scrapers.outlet import Outlet
from settings import lexicon
from settings.config import Settings
from settings.lexicon import Lexicon


def lexicon_of(settings: Settings, file: Path | None = None) -> Lexicon:
    """Returns the lexicon of this call: the file given, else PACT_LEXICON's, else the built-in one."""
    return lexicon.load(file or settings.lexicon)


def outlets_of(settings: Settings) -> dict[str, Outlet]:
    """Returns every outlet by key: those of PACT_OUTLETS, then the built-in ones that none of them replaces."""
    return catalogue_of(settings).outlets()


def catalogue_of(settings: Settings) -> Catalogue:
    """Returns the same outlets with the files that they come from."""
    return load_catalogue(settings.outlets, built_in=settings.builtin_outlets == "on", keys=settings.outlet_keys())
