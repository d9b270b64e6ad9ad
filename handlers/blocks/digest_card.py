"""Renders one page of a digest: counts, the stories of each section as links, and the proof of what was read."""

from __future__ import annotations

from datetime import date

from handlers.blocks.blockkit import (
    QUERY_MAX_CHARS,
    Json,
    actions_block,
    clean,
    context_block,
    foreign_run,
    header_block,
    link_run,
    option,
    paragraph,
    plain_text,
    rich_text_block,
    text_block,
    text_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage, json_chars
from handlers.blocks.query_words import query_words
from handlers.blocks.story_line import FORMS, LineForm, story_line
from handlers.blocks.topic_heat import spikes_line
from handlers.cards.digest import DigestCard, DigestSection
from handlers.text.words import has_key

PAGE_CHARS = 8_000
"""The sections of one page have this room; title, counts and proof have the rest of the message."""
FACTS_CHARS = 400
"""The room of a line beside its linked headline: outlet, time, topics. A line in its barest form fits in it whole."""
LIST_FRAME_CHARS = 120
"""The JSON of a list before its first item."""
COUNTS_SHOWN = 13
WHY_SHOWN, WHY_HEADLINE_CHARS = 12, 40


def digest_message(card: DigestCard, localizer: Localizer) -> RenderedMessage:
    """Renders a page of a digest; an empty digest is the all-clear in one line with its proof.

    A page shows all of its stories, in the fullest form in which all of them fit. A page of a preview names the line
    that shows the next one.
    """
    message, left_out = _message(card, FORMS[0], localizer)
    for form in FORMS[1:]:
        if left_out:
            barer_message, barer_left_out = _message(card, form, localizer)
            if barer_left_out < left_out:
                message, left_out = barer_message, barer_left_out
    return message


def _message(card: DigestCard, form: LineForm, localizer: Localizer) -> tuple[RenderedMessage, int]:
    """Renders a page in one form; returns it with the number of stories that did not fit."""
    builder = MessageBuilder()
    if _is_all_clear(card):
        builder.add_body(text_block("pact:digest:none", first_line(card, localizer)))
        return builder.build(first_line(card, localizer)), 0
    builder.add_body(header_block("pact:digest", _title(card, localizer)))
    if not card.in_thread and (counts := _counts(card, localizer)):
        builder.add_body(context_block("pact:digest:counts", " · ".join(counts)))
    if spikes := spikes_line(card.spikes, localizer):
        builder.add_body(context_block("pact:digest:spikes", spikes))
    if card.doubtful:
        builder.add_body(context_block("pact:digest:doubtful", localizer.text("digest.doubtful", n=card.doubtful)))
    left_out = sum(
        _add_section(builder, number, digest_section, card.on, form, localizer)
        for number, digest_section in enumerate(card.sections)
    )
    if not any(digest_section.lines for digest_section in card.sections):
        builder.add_body(text_block("pact:digest:none", _all_clear(card, localizer)))
    if left_out or card.later:
        builder.add_footer(context_block("pact:digest:more", _more(card, left_out, localizer)))
    if card.pages > 1 and not (card.line or card.in_thread):
        builder.add_footer(context_block("pact:digest:thread", localizer.text("digest.in_thread", pages=card.pages)))
    if card.notes:
        notes = (paragraph(*localizer.note_runs(note)) for note in card.notes)
        builder.add_footer(rich_text_block("pact:digest:notes", *notes))
    if not (card.rolled or card.in_thread):  # what was held is no period: the articles that were read prove nothing
        builder.add_footer(context_block("pact:digest:proof", localizer.format_proof(card.proof)))
    if menu := _why_menu(card, localizer):
        builder.add_footer(actions_block("pact:digest:do", [menu]))
    return builder.build(first_line(card, localizer)), left_out


def _is_all_clear(card: DigestCard) -> bool:
    """Whether a scheduled digest has nothing to say but that everything was read: then it is one line."""
    has_lines = any(digest_section.lines for digest_section in card.sections)
    return not (has_lines or card.stories or card.line or card.late or card.doubtful or card.rolled)


def _why_menu(card: DigestCard, localizer: Localizer) -> Json | None:
    """Returns the menu that asks *Why?* of each story of the page."""
    lines = [line for digest_section in card.sections for line in digest_section.lines if line.story]
    options = [
        option(f"{clean(line.story, 12)} {clean(line.headline, WHY_HEADLINE_CHARS)}", f"why {clean(line.story, 12)}")
        for line in lines[:WHY_SHOWN]
    ]
    if not options:
        return None
    label = plain_text(localizer.text("button.why"), 75)
    return {"type": "static_select", "action_id": "pact:why", "placeholder": label, "options": options}


def _more(card: DigestCard, left_out: int, localizer: Localizer) -> str:
    """Returns how many stories are not on this page, with the line that shows the next page, where there is one."""
    if not card.later:
        return f"+{left_out}"
    command = localizer.localized_command(f"{card.line} {card.page + 1}")
    return localizer.text("digest.more", n=left_out + card.later, command=command)


def _title(card: DigestCard, localizer: Localizer) -> str:
    key = "digest.title_preview" if card.line else f"digest.title{_rollup_suffix(card)}"
    return localizer.text(key, day=localizer.format_date(card.on), n=card.stories) + _page_number(card, localizer)


def first_line(card: DigestCard, localizer: Localizer) -> str:
    """Returns the text that a notification shows of a digest."""
    if not card.stories and (card.earlier or card.changed or card.corrected):
        return " · ".join(_other_counts(card, localizer))
    if not card.stories:
        return f"{_all_clear(card, localizer)} {localizer.format_proof(card.proof)}."
    day = localizer.format_date(card.on)
    if suffix := _rollup_suffix(card):
        return localizer.text(f"digest.title{suffix}", day=day, n=card.stories) + _page_number(card, localizer)
    return localizer.text("digest.first_line", day=day, n=card.stories) + _page_number(card, localizer)


def _rollup_suffix(card: DigestCard) -> str:
    """Returns the ending of a roll-up's locale keys; nothing for a digest."""
    return f"_{card.rolled}" if card.rolled else ""


def _all_clear(card: DigestCard, localizer: Localizer) -> str:
    """Returns the sentence of an empty digest, which names the stories posted as cards, or in the first shift."""
    key = f"digest.empty{'_alerted' if card.alerted else ''}{'_unchanged' if card.unchanged else ''}"
    when = localizer.format_date(card.on) if card.since_at is None else localizer.format_datetime(card.since_at)
    return localizer.text(key, n=card.alerted, unchanged=card.unchanged, when=when)


def line_chars(headline: str, url: str) -> int:
    """Estimates the room of a story's line on a page; never less than its barest form takes."""
    return json_chars(link_run(url, headline)) + FACTS_CHARS


def heading_chars(query: str) -> int:
    """Returns the room of a section's heading and its list's frame on a page; ``query`` may be empty."""
    heading = paragraph(foreign_run(query, QUERY_MAX_CHARS, bold=True))
    return json_chars(rich_text_block("pact:digest:99", heading)) + LIST_FRAME_CHARS


def _page_number(card: DigestCard, localizer: Localizer) -> str:
    return localizer.text("digest.page", page=card.page, pages=card.pages) if card.pages > 1 else ""


def _counts(card: DigestCard, localizer: Localizer) -> list[str]:
    """Returns the parts of the line under the title: lateness, start of the period, counts by sector."""
    parts = [localizer.text("digest.late")] if card.late else []
    if card.since_at is not None:
        parts.append(localizer.text("digest.since", when=localizer.format_datetime(card.since_at)))
    has_lines = any(digest_section.lines for digest_section in card.sections)
    if card.stories and card.earlier and has_lines:
        parts.append(localizer.text("digest.stories_and_earlier", n=card.stories, earlier=card.earlier))
    elif card.stories:
        parts.append(localizer.text("digest.stories", n=card.stories))
    if has_lines:
        parts += _other_counts(card, localizer, with_earlier=not card.stories)
    sector_counts = [(localizer.topic_names((sector,)), count) for sector, count in card.counts[:COUNTS_SHOWN]]
    return parts + [f"{name} {count:,}" for name, count in sector_counts if name]


def _other_counts(card: DigestCard, localizer: Localizer, *, with_earlier: bool = True) -> list[str]:
    """Returns the counts of stories that are not new here: posted or read before, changed or not since, corrected."""
    counts = (
        *(("alerted", card.alerted), ("earlier", card.earlier if with_earlier else 0)),
        *(("changed", card.changed), ("unchanged", card.unchanged), ("corrected", card.corrected)),
    )
    return [localizer.text(f"digest.{name}", n=count) for name, count in counts if count]


def _add_section(
    builder: MessageBuilder, number: int, digest_section: DigestSection, on: date, form: LineForm, localizer: Localizer
) -> int:
    """Adds a section's heading and stories; returns how many stories did not fit."""
    lines = digest_section.lines
    if not lines:
        return 0
    if not builder.add_body(_heading(number, digest_section, localizer)):
        return len(lines)
    return builder.add_list(f"pact:digest:{number}", [story_line(line, localizer, on, form) for line in lines])


def _heading(number: int, digest_section: DigestSection, localizer: Localizer) -> Json:
    block_id = f"pact:digest:{number}"
    if has_key(f"digest.{digest_section.kind}_heading"):
        return text_block(block_id, localizer.text(f"digest.{digest_section.kind}_heading"), bold=True)
    query = query_words(digest_section.query, localizer) or localizer.text("digest.everything")
    runs = [foreign_run(query, QUERY_MAX_CHARS, bold=True)]
    if digest_section.subscription:
        runs.append(text_run(f"  {clean(digest_section.subscription, 20)}"))
    return rich_text_block(block_id, paragraph(*runs))
