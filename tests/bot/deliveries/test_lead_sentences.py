"""A lead is one short sentence, and exactly its matches are bold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.deliveries.lead_sentences import best_lead, lead_with_matches
from bot.model import Mention, MentionKind


def mention(quote: str, context: str = "", kind: MentionKind = "sector") -> Mention:
    return Mention(kind, "quantum", quote, "text", 0, len(quote), quote, context)


@given(st.text(max_size=500), st.sampled_from(["양자", "quantum", "x"]), st.text(max_size=500))
def test_a_lead_is_short_and_its_match_is_bold(before: str, quote: str, after: str) -> None:
    lead = lead_with_matches(before + quote + after, [mention(quote)])
    assert len(lead.text) <= 200
    assert [lead.text[span.start : span.end] for span in lead.bold] == [quote]


def test_a_sentence_of_the_greatest_length_is_not_cut() -> None:
    sentence = "quantum ".ljust(200, "x")
    assert lead_with_matches(sentence, [mention("quantum")]).text == sentence
    assert lead_with_matches(sentence + "x", [mention("quantum")]).text.endswith("…")


def test_the_sentence_that_names_the_pact_is_better_than_one_with_more_matches() -> None:
    sectors = [mention("quantum", "quantum and space"), mention("space", "quantum and space")]
    pact = mention("the deal", "they signed the deal", "pact")
    lead = best_lead([*sectors, pact])
    assert lead is not None
    assert lead.text == "they signed the deal"
    assert best_lead([mention("quantum")]) is None
