"""Renders the admins' part of the home tab on feedback: how often each reason was said, the last ones, and forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from handlers.blocks.blockkit import (
    NAME_MAX_CHARS,
    Json,
    bullet_list,
    clean,
    context_block,
    foreign_run,
    rich_text_block,
    text_block,
    text_run,
    user_run,
)
from handlers.blocks.localizer import Localizer
from handlers.cards.home import HomeFeedback, HomeForm, HomeReason
from handlers.text.words import has_key

REASONS_SHOWN, FORMS_SHOWN = 5, 3
HEADLINE_CHARS, REMARK_CHARS = 120, 300


def feedback_blocks(said: HomeFeedback, now: datetime, localizer: Localizer) -> Iterator[Json]:
    """Yields nothing where nobody said anything."""
    if not said.last:
        return
    yield text_block("pact:home:feedback:title", localizer.text("home.feedback"), bold=True)
    counts = [f"{_word(reason, localizer)} {count}" for reason, count in said.counts]
    if counts:
        yield context_block("pact:home:feedback:counts", " · ".join(counts))
    lines = [_line(each, now, localizer) for each in said.last[:REASONS_SHOWN]]
    yield rich_text_block("pact:home:feedback", bullet_list(lines))
    forms = [[foreign_run(_sentence(each, localizer))] for each in said.forms[:FORMS_SHOWN]]
    if forms:
        yield rich_text_block("pact:home:feedback:forms", bullet_list(forms))


def _line(said: HomeReason, now: datetime, localizer: Localizer) -> list[Json]:
    """Returns one reason: when, which story, what was said and written, by whom."""
    named = clean(f"{said.story} “{said.headline}”" if said.headline else said.story, HEADLINE_CHARS)
    words = _word(said.reason, localizer) + (f": “{clean(said.remark, REMARK_CHARS)}”" if said.remark else "")
    return [text_run(f"{localizer.format_recent(said.at, now)} {named} — {words} · "), user_run(said.user)]


def _sentence(form: HomeForm, localizer: Localizer) -> str:
    args = {"form": clean(form.form, NAME_MAX_CHARS), "topic": localizer.topic_names((form.topic,)), "n": form.stories}
    return localizer.text("home.feedback_form", **args)


def _word(reason: str, localizer: Localizer) -> str:
    """Returns a reason in the reader's language."""
    return localizer.text(f"feedback.{reason}") if has_key(f"feedback.{reason}") else clean(reason, NAME_MAX_CHARS)
