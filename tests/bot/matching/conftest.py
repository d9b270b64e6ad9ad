"""Fixtures: the built-in lexicon and its scanner, made once."""

from dataclasses import replace

import pytest

from bot.matching.scan import Scanner
from settings import lexicon
from settings.lexicon import Lexicon


@pytest.fixture(scope="session")
def words() -> Lexicon:
    return lexicon.load(None)


@pytest.fixture(scope="session")
def scanner(words: Lexicon) -> Scanner:
    return Scanner(words)


@pytest.fixture(scope="session")
def literal_scanner(words: Lexicon) -> Scanner:
    return Scanner(words, ("협정", '"AI"'))


@pytest.fixture(scope="session")
def no_words(words: Lexicon) -> Lexicon:
    """A lexicon without entries, so that only the literals of queries are searched."""
    pact = replace(words.pact, forms=())
    return replace(
        words, version="none", pact=pact, sisters=(), officials=(), sectors=(), cues={}, agencies=(), masks=()
    )
