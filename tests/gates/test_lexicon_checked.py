"""The built-in lexicon is clean by the check that an operator's file goes through."""

from bot.matching.lexicon_tools.check_lexicon import check
from settings import lexicon


def test_the_built_in_lexicon_is_clean() -> None:
    assert check(lexicon.load(None)) == ()
