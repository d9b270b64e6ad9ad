"""No more of an outlet's text is stored than its terms and our limits allow."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.intake.excerpts import kept_mentions, kept_sentences
from bot.model import Mention


def mention(context: str, field: Any) -> Mention:
    return Mention("sector", "quantum", "quantum", field, 0, 7, "quantum", context)


@given(st.lists(st.tuples(st.text(max_size=400), st.sampled_from(["headline", "text"])), max_size=60))
def test_at_most_forty_sentences_of_three_hundred_characters_are_stored(texts: list[tuple[str, Any]]) -> None:
    every = [mention(f"{text}quantum{number}", field) for number, (text, field) in enumerate(texts)]
    kept = kept_mentions(every, text_allowed=True)
    assert len(kept) == len(every)
    assert len({mention.context for mention in kept if mention.field == "text" and mention.context}) <= 40
    assert all(len(mention.context) <= 300 for mention in kept)
    without_text = kept_mentions(every, text_allowed=False)
    assert all(not mention.context for mention in without_text if mention.field == "text")
    assert len(kept_sentences(every)) <= 40
