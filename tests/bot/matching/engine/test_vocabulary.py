"""Forms and literals have all their spellings, and subscriptions do not change each other's hits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.engine.forms import is_spelling, literal_spellings, spellings, without_joints
from bot.matching.engine.vocabulary import Vocabulary
from bot.matching.scan import Scanner
from bot.model import Page
from settings.lexicon import Lexicon

JOINTS = [(a, b) for a in ("", " ", "-", "·") for b in ("", " ", "-", "·")]
LETTERS = st.text(st.sampled_from("가나다에서는이의ab6g "), min_size=1, max_size=4).filter(
    lambda w: w.strip() == w and w
)
TEXTS = st.text(st.sampled_from("가나다에서는이의ab6g ·.-"), max_size=40)


@given(st.lists(LETTERS, max_size=4, unique=True), st.lists(LETTERS, max_size=4, unique=True), TEXTS)
@settings(max_examples=60, deadline=None)
def test_a_new_subscription_changes_no_other_ones_hits(
    words: Lexicon, literals: list[str], others: list[str], text: str
) -> None:
    page = Page("", f"한미 기술번영 협정과 AI, 양자. {text}")
    alone = Scanner(words, literals).read(page)
    together = Scanner(words, [*literals, *others]).read(page)
    kept = [m for m in together.mentions if m.kind != "literal" or m.topic in literals]
    assert sorted(kept, key=repr) == sorted(alone.mentions, key=repr)


def test_a_spelling_counts_250_times_in_a_text_and_hides_no_other(words: Lexicon) -> None:
    vocabulary = Vocabulary(words, ["새말", "딴말"])
    found = vocabulary.find("새말 새말들판 " * 30_000 + "딴말과 ai")
    places = [key for _, _, key in found.literals]
    assert (places.count("새말"), places.count("딴말")) == (250, 1)
    assert [hit.term for hit in found.hits] == ["AI"]
    assert vocabulary.find("다음 글의 새말").literals == [(6, 8, "새말")]


def test_a_phrase_at_the_end_of_a_text_stands_there_once(words: Lexicon) -> None:
    for phrase in ("data localization", "과학 기술 외교", "국가과학기술"):
        found = Vocabulary(words, [phrase]).find(f"on {phrase}")
        assert found.literals == [(3, 3 + len(phrase), phrase)]


@pytest.mark.parametrize(
    "word", ["과학기술", "과학 기술외교", "국가과학기술연구회", "한미", "open ran", "open-ran x", "6g망"]
)
def test_a_text_is_a_spelling_of_a_word_where_the_word_lists_it(word: str) -> None:
    solid, listed = without_joints(word), set(literal_spellings(word))
    texts = {solid[:i] + a + solid[i:k] + b + solid[k:] for i in range(1, 9) for k in range(i, 9) for a, b in JOINTS}
    with_another_joint = {solid[0] + joint + solid[1:] for joint in "·-/"} if word == "한미" else set()
    assert {text for text in texts | listed if is_spelling(text, word, solid)} == listed - with_another_joint


def test_a_form_has_all_its_spellings() -> None:
    assert set(spellings("기술~번영")) == {"기술번영", "기술 번영"}
    assert {"한미", "한·미", "한-미", "한/미"} <= set(spellings("한·미"))
    assert set(spellings("open~ran(s)")) == {"openran", "open ran", "open-ran", "openrans", "open rans", "open-rans"}
    assert "한 미" not in literal_spellings("한미")
