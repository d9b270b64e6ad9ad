"""Renders the question why a story is not relevant, and reads the answer: one of three reasons, and free text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.blocks.blockkit import HEADLINE_MAX_CHARS, Json, foreign_run, paragraph, plain_text, rich_text_block
from handlers.blocks.localizer import Localizer
from handlers.cards.modals import FeedbackForm
from handlers.verbs.feedback import REASONS
from handlers.views.asks import SaveFeedback
from handlers.views.inputs import input_block, private_ids, select, text_input

CALLBACK_ID = "pact:feedback"
_TITLE_MAX_CHARS = 24


def feedback_view(card: FeedbackForm, localizer: Localizer) -> Json:
    """Renders the form."""
    reasons = [(localizer.text(f"feedback.{reason}"), reason) for reason in REASONS]
    chosen = select(reasons, next(iter(REASONS)), kind="radio_buttons")
    remark = text_input(multiline=True, placeholder=localizer.text("feedback_form.remark_example"))
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain_text(localizer.text("feedback_form.title"), _TITLE_MAX_CHARS),
        "submit": plain_text(localizer.text("feedback_form.send"), _TITLE_MAX_CHARS),
        "close": plain_text(localizer.text("modal.cancel"), _TITLE_MAX_CHARS),
        "private_metadata": private_ids(channel=card.opened_in, story=card.story),
        "blocks": [
            rich_text_block("pact:story", paragraph(foreign_run(card.headline, HEADLINE_MAX_CHARS, bold=True))),
            input_block("reason", localizer.text("feedback_form.reason"), chosen),
            input_block("remark", localizer.text("feedback_form.remark"), remark, optional=True),
        ],
    }


def ask_from(values: Mapping[str, str], ids: Mapping[str, Any]) -> SaveFeedback | None:
    """Reads the submitted form; None for a story or a reason that there is not."""
    story, reason = str(ids.get("story") or ""), values.get("reason", "")
    if not (story.isdecimal() and len(story) < 10 and reason in REASONS):
        return None
    return SaveFeedback(int(story), reason, values.get("remark", ""))
