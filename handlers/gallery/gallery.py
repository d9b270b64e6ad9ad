"""Renders the gallery: every example and every sentence, in both languages, as plain data for a page."""

from __future__ import annotations

from typing import Any

from handlers.blocks.message import render
from handlers.gallery import (
    answer_examples,
    knowledge_examples,
    story_examples,
    subscription_examples,
    view_examples,
)
from handlers.gallery.example import Example, Group
from handlers.gallery.sample_data import NAMES, NOW
from handlers.gallery.sentences import all_sentences
from handlers.text.words import LANGUAGES
from handlers.views.home_tab import home_view
from handlers.views.modal import modal_view
from handlers.views.unfurls import unfurls

GROUPS: tuple[Group, ...] = (
    *story_examples.GROUPS,
    *view_examples.GROUPS,
    *subscription_examples.GROUPS,
    *answer_examples.GROUPS,
    *knowledge_examples.GROUPS,
)
COMMAND = "/pact"


def rendered(example: Example, language: str) -> dict[str, Any]:
    """Renders an example as Slack receives it: a message with its text, or a view."""
    if example.kind == "view":
        view: dict[str, Any] = example.card_in(language)
        return view
    shown = example.shown(language)
    if example.kind == "home":
        return home_view(shown, NAMES, COMMAND)
    if example.kind == "modal":
        return modal_view(shown, NAMES, COMMAND)
    if example.kind == "unfurl":
        return {"text": "", "blocks": [], "attachments": list(unfurls(shown, NAMES, COMMAND).values())}
    message = render(shown, NAMES, COMMAND)
    attachments = getattr(message, "attachments", None)
    return {"text": message.text, "blocks": message.blocks, **({"attachments": attachments} if attachments else {})}


def gallery() -> dict[str, Any]:
    """Returns every group with its examples in both languages, and every sentence."""
    return {
        "now": NOW.timestamp(),
        "groups": [
            {
                "title": {"en": group.english, "ko": group.korean},
                "examples": [
                    {
                        "title": {"en": example.english, "ko": example.korean},
                        "kind": example.kind,
                        **{language: rendered(example, language) for language in LANGUAGES},
                    }
                    for example in group.examples
                ],
            }
            for group in GROUPS
        ],
        "sentences": [{"key": each.key, **each.text} for each in all_sentences()],
    }
