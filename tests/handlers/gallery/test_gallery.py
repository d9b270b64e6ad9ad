"""The gallery shows every card and view that there is, whole and translated, and Slack accepts all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.blocks import message
from handlers.cards.answers import NoticeCard
from handlers.cards.modals import FieldErrorsCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.fake_slack.attachments_check import check_attachments
from handlers.fake_slack.blocks_check import check_message_blocks
from handlers.fake_slack.limits import check_blocks_length
from handlers.fake_slack.view_check import check_view
from handlers.gallery.example import Example
from handlers.gallery.gallery import GROUPS, gallery, rendered
from handlers.gallery.sample_data import NAMES
from handlers.gallery.sentences import all_sentences
from handlers.text.words import LANGUAGES, sentences
from handlers.verbs.registry import all_verbs
from handlers.views import modal

EXAMPLES = [example for group in GROUPS for example in group.examples]
BOTH = [(example, language) for example in EXAMPLES for language in LANGUAGES]
IDS = [f"{example.english}-{language}" for example, language in BOTH]
NOT_DRAWN = {FieldErrorsCard}
"""It is the red sentences under a modal's fields."""

LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
HANGUL_WORD = re.compile(r"[가-힣]{2,}")
NAMES_IN_BOTH = {
    *("pactbot", "pact", "Slack", "KST", "EST", "EDT", "UTC", "HTTP", "CSV", "for", "min", "English", "한국어"),
    *("Enter", "charts"),
}
"""Words that stand in both languages: names, zones, options as they are typed, and languages by their own name."""
NOT_WORDS = re.compile(
    r"Korean: \S+|pip install \S+|/invite @pactbot|/pact [^\n]*|[a-z]+:[^\s,]+|[A-Z]\w+/[A-Z]\w+|<@\w+>"
)
"""The Korean name of a verb in help, lines to type, fields of a query, time zones, people's ids."""


def rendered_card_types() -> set[type]:
    """Every card that has a renderer, of messages or of modals."""
    return {*message._RENDERERS, *modal._RENDERERS}


def test_every_card_that_has_a_renderer_is_shown() -> None:
    shown = {type(example.card_in("en")) for example in EXAMPLES}
    assert rendered_card_types() - shown == set(), "handlers/gallery has no example of it"


def test_every_card_that_can_be_shown_has_a_renderer() -> None:
    union = next(field.type for field in fields(Shown) if field.name == "card")
    names = {name.strip() for name in str(union).split("|")}
    kinds = {*rendered_card_types(), *NOT_DRAWN}
    assert {name for name in names if name.endswith("Card")} <= {
        *(kind.__name__ for kind in kinds), "Card", "ModalCard", "HomeCard", "UnfurlCard"
    }  # fmt: skip


def test_every_modal_has_an_example_as_a_modal() -> None:
    assert set(modal._RENDERERS) <= {type(example.card_in("en")) for example in EXAMPLES if example.kind == "modal"}


def test_help_shows_every_verb() -> None:
    shown = {getattr(example.card_in("en"), "verb", None) for example in EXAMPLES}
    assert {verb.name for verb in all_verbs()} <= shown


def test_titles_are_unique_and_in_both_languages() -> None:
    for group in GROUPS:
        assert len({example.english for example in group.examples}) == len(group.examples)
        assert HANGUL_WORD.search(group.korean) or group.korean == "왜"
        assert not HANGUL_WORD.search(group.english)


@pytest.mark.parametrize(("example", "language"), BOTH, ids=IDS)
def test_slack_accepts_it(example: Example, language: str) -> None:
    shown = rendered(example, language)
    if example.kind == "unfurl":
        check_attachments(shown["attachments"])
    elif example.kind == "message":
        assert shown["text"]
        check_blocks_length(check_message_blocks(shown["blocks"]))
    else:
        check_view(shown, "home" if example.kind == "home" else "modal")


@pytest.mark.parametrize(("example", "language"), BOTH, ids=IDS)
def test_slacks_own_models_take_it(example: Example, language: str) -> None:
    shown = rendered(example, language)
    blocks = [*shown["blocks"], *(block for each in shown.get("attachments", ()) for block in each.get("blocks", ()))]
    for block in blocks:
        model = Block.parse(deepcopy(block))
        assert model is not None
        model.validate_json()
        assert model.to_dict() == block
    if example.kind in ("modal", "home", "view"):
        view = View(**deepcopy(shown))
        view.validate_json()
        assert view.to_dict() == shown


MESSAGES = [(example, language) for example, language in BOTH if example.kind == "message"]
DOUBLED = re.compile(r"(\b\w+: )\1")
WITHOUT_SUBJECT = re.compile(r"[a-z]|님")
"""The beginning of a sentence about a person who is not named."""


@pytest.mark.parametrize(("example", "language"), MESSAGES)
def test_a_notification_is_whole_without_the_message(example: Example, language: str) -> None:
    text = rendered(example, language)["text"]
    assert not DOUBLED.search(text)
    assert not WITHOUT_SUBJECT.match(text)
    assert not text.rstrip().endswith(("–", ":"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notification_names_people_and_channels_as_slack_does(language: str) -> None:
    away = NoticeCard((Note("channel_away", {"channel": "C0800000009", "reason": "x"}),))
    asked = NoticeCard((Note("request_of"),), user="U7", run="list all")
    in_channel, by_person = (message.render(Shown(card, language)).text for card in (away, asked))
    assert "<#C0800000009>" in in_channel
    assert by_person.startswith("<@U7>")
    assert by_person.endswith("/pact list all")


def texts_of(value: Any) -> Iterator[str]:
    """Every text of blocks that the bot has written or been given."""
    if isinstance(value, list):
        for each in value:
            yield from texts_of(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key in ("text", "alt_text") and isinstance(each, str):
                yield each
            elif key not in ("url", "value", "action_id", "block_id", "initial_value", "private_metadata"):
                yield from texts_of(each)


def data_of(value: Any) -> Iterator[str]:
    """Every text in a card: headlines, names, queries, lines."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from data_of(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from data_of(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from data_of(getattr(value, field.name))


def foreign_words(example: Example, language: str) -> set[str]:
    """The words of the other language that a rendered example has, and that neither its data nor a command has."""
    data = {
        *data_of(example.card_in(language)),
        example.shared_by or "-",
        *(name for names in NAMES.values() for name in names.values()),
    }
    pattern = HANGUL_WORD if language == "en" else LATIN_WORD
    text = NOT_WORDS.sub(" ", "\n".join(texts_of(rendered(example, language))))
    return {word for word in pattern.findall(text) if not any(word in piece for piece in data)}


TRANSLATED = [pair for pair in BOTH if pair[0].kind != "view"]
"""All but the modal that loads, which stands before the reader's language is known."""


@pytest.mark.parametrize(("example", "language"), TRANSLATED)
def test_no_word_stands_untranslated(example: Example, language: str) -> None:
    assert foreign_words(example, language) - NAMES_IN_BOTH == set()


def test_every_sentence_is_shown_in_both_languages() -> None:
    shown = gallery()["sentences"]
    assert [each["key"] for each in shown] == list(sentences("en"))
    assert all(each["ko"] and each["en"] for each in shown)
    left = [each.key for each in all_sentences() if any("{" in text or text == "…" for text in each.text.values())]
    assert left == []
