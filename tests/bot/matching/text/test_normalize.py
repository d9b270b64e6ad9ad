"""Folded text has one spelling, and every slice of it maps back to the original."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.text.normalize import Folded, fold

ODD = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("·‧∙⋅•・ㆍ⋯–—‘’“”韓美日英ＡＩﬁ㈜…\u200b\u200d\u00ad\u0301\u1112\u1161\u11ab\r\n\t\u3000é각İß"),
    ),
    max_size=60,
)


@given(ODD)
@settings(max_examples=400, deadline=None)
def test_every_place_maps_back_to_its_original_characters(raw: str) -> None:
    folded = Folded(raw)
    before = 0
    for at in range(len(folded.text)):
        start, end = folded.original(at, at + 1)
        assert 0 <= start < end <= len(raw)
        assert start >= before
        before = start
        assert folded.text[at] in fold(raw[start:end])


@given(ODD, st.data())
@settings(max_examples=400, deadline=None)
def test_the_original_of_a_slice_folds_to_a_text_with_that_slice(raw: str, data: st.DataObject) -> None:
    folded = Folded(raw)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    first, last = folded.original(start, end)
    assert folded.text[start:end] in fold(raw[first:last])


@given(st.text(st.sampled_from("한국미국협정가나다각값"), max_size=12), st.text(max_size=6))
@settings(deadline=None)
def test_separate_jamo_are_composed(word: str, tail: str) -> None:
    apart = unicodedata.normalize("NFD", word)
    assert fold(apart) == fold(word)


@pytest.mark.parametrize("dot", "·‧∙⋅•・ㆍ⋯")
def test_every_middle_dot_folds_to_one(dot: str) -> None:
    assert fold(f"한{dot}미") == "한·미"


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("韓·美", "한·미"),
        ("Ｕ．Ｓ．–ＲＯＫ", "u.s.-rok"),
        ("‘AI’", "'ai'"),
        ("Krátios", "kratios"),
        ("a\u00a0 b", "a b"),
        ("a \n\n b", "a\nb"),
        ("co\u00adop", "coop"),
        ("６Ｇ", "6g"),
    ],
)
def test_a_text_folds_to_one_spelling(raw: str, plain: str) -> None:
    assert fold(raw) == plain


@given(ODD)
@settings(max_examples=300, deadline=None)
def test_odd_characters_fold_alike_in_a_short_and_in_a_long_text(raw: str) -> None:
    """In a long text only the runs of characters that may change are folded."""
    rest = ".가나다 라마바 abc" * 50
    assert fold(raw + rest) == fold(raw + ".") + rest[1:]
