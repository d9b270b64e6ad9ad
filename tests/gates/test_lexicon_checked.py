"""The built-in lexicon is clean: the check that an operator's file goes through finds nothing in it."""

from bot.matching.lexicon_tools.check import check
from settings import lexicon


def test_the_built_in_lexicon_is_clean() -> None:
    found = check(lexicon.load(None))
    assert [(one.severity, one.entry, one.what.code, one.text) for one in found] == []
