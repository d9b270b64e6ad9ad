"""An English word that decides stands for its plural."""

import pytest

from bot.matching.engine.forms import plural


@pytest.mark.parametrize(
    ("word", "plural_word"),
    [
        ("chip", "chips"),
        ("vice minister", "vice ministers"),
        ("secretary", "secretaries"),
        ("envoy", "envoys"),
        ("gpu", "gpu"),
        ("glass", "glass"),
        ("장관", "장관"),
        ("ai chip maker", "ai chip maker"),
        ("h5n1", "h5n1"),
    ],
)
def test_the_plural_of_a_word(word: str, plural_word: str) -> None:
    assert plural(word) == plural_word
