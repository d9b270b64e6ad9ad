"""Renders answers to one person: help, why, errors, choice of sense, confirmations, notices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from handlers.blocks.blockkit import (
    HEADLINE_MAX_CHARS,
    NAME_MAX_CHARS,
    QUERY_MAX_CHARS,
    Json,
    actions_block,
    bullet_list,
    button,
    button_value,
    clean,
    code_run,
    context_block,
    header_block,
    highlighted_runs,
    link_run,
    paragraph,
    plain_text,
    preformatted,
    quote,
    rich_text_block,
    text_block,
    text_run,
    user_run,
)
from handlers.blocks.caret import caret_lines
from handlers.blocks.fallback_text import escape_bounded, fallback_text
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.cards.answers import ConfirmCard, ErrorCard, HelpCard, NoticeCard, SenseCard, WhyCard, WhyStage
from handlers.cards.texts import Note
from handlers.text.words import has_key, note_text
from handlers.verbs.pages import page_of
from handlers.verbs.registry import all_verbs, most_used_verbs, unique_beginning
from handlers.verbs.request import GRANT_ACTION
from handlers.verbs.verb import Verb

OFFERS_SHOWN, CHOICES_SHOWN, STAGE_NOTES_SHOWN, QUOTES_SHOWN, NOTICE_NOTES_SHOWN = 5, 10, 8, 5, 20
MAX_LINE_CHARS = 300
_HELPED_BY_LIST = frozenset({"verb_unknown"})
"""Refusals that name no cure of their own: the list of commands is theirs."""
_FOUND_IN_LIST = frozenset({"edit_needs", "unsubscribe_needs", "subscription_wanted"})
"""Refusals whose line to offer shows what could have been typed, and is not what was meant."""
_SIGN = {True: "✓", False: "✗", None: "–"}


def help_message(card: HelpCard, localizer: Localizer) -> RenderedMessage:
    """Renders the list of all verbs by group, or the page of one verb."""
    page = next((page_of(verb, localizer.language) for verb in all_verbs() if verb.name == card.verb), None)
    if page is None:
        return _all_verbs(card, localizer)
    command = clean(card.command, NAME_MAX_CHARS)
    title = f"{command} {page.usage}"
    builder = MessageBuilder()
    builder.add_body(rich_text_block("pact:help:verb", paragraph(code_run(title)), paragraph(text_run(page.about))))
    if page.options:
        heading = paragraph(text_run(localizer.text("help.options"), bold=True))
        items = [[code_run(words), text_run(f"  {meaning}")] for words, meaning in page.options]
        builder.add_body(rich_text_block("pact:help:options", heading, bullet_list(items)))
    heading = paragraph(text_run(localizer.text("help.examples"), bold=True))
    examples = "\n".join(f"{command} {example}" for example in page.examples)
    builder.add_body(rich_text_block("pact:help:examples", heading, preformatted(examples)))
    builder.add_footer(context_block("pact:help:korean", localizer.text("help.korean", word=page.other_word)))
    return builder.build(title)


def _first_of_channel() -> Verb:
    return next(verb for verb in all_verbs() if verb.group == "channel")


def _short_verb(localizer: Localizer) -> str:
    """Returns the beginning of the first verb that has a shorter one than its name in the reader's language."""
    korean = localizer.language == "ko"
    beginnings = ((unique_beginning(verb, korean=korean), verb) for verb in all_verbs() if verb.group == "channel")
    return next(beginning for beginning, verb in beginnings if beginning not in verb.words)


def _all_verbs(card: HelpCard, localizer: Localizer) -> RenderedMessage:
    command = clean(card.command, NAME_MAX_CHARS)
    title = localizer.text("help.title")
    builder = MessageBuilder()
    builder.add_body(header_block("pact:help", title))
    first = [page_of(verb, localizer.language) for verb in most_used_verbs()]
    items = [[code_run(f"{command} {page.examples[0]}"), text_run(f"  {page.about}")] for page in first]
    builder.add_body(_help_group("most_used", items, localizer))
    others = (verb for verb in all_verbs() if not verb.most_used)
    for group, verbs in groupby(others, key=lambda verb: verb.group):
        pages = [page_of(verb, localizer.language) for verb in verbs]
        items = [[code_run(f"{command} {page.usage}"), text_run(f"  {page.about}")] for page in pages]
        builder.add_body(_help_group(group, items, localizer))
    more = localizer.text("help.more", line=f"{command} {page_of(all_verbs()[0], localizer.language).help_line}")
    unique = localizer.text("help.unique", line=f"{command} {_short_verb(localizer)}")
    builder.add_footer(context_block("pact:help:more", more, unique, localizer.text("help.undo")))
    _add_run_button(builder, card.offer, localizer)
    return builder.build(title)


def _help_group(group: str, items: Sequence[Sequence[Json]], localizer: Localizer) -> Json:
    heading = paragraph(text_run(localizer.text(f"help.group_{group}"), bold=True))
    return rich_text_block(f"pact:help:{group}", heading, bullet_list(items))


def error_message(card: ErrorCard, localizer: Localizer) -> RenderedMessage:
    """Renders the problem, the line with a caret under the part that was not understood, and a suggestion."""
    note = localizer.note_run(card.note)
    parts = [paragraph(note)]
    if card.position is not None and card.line.strip():
        parts.append(preformatted(caret_lines(card.line, card.position, card.length)))
    suggestion = clean(card.nearest or "", QUERY_MAX_CHARS)
    if suggestion:
        line = localizer.command_line(suggestion)
        is_list = card.note.code in _FOUND_IN_LIST
        key = "error.example" if card.example else "error.look" if is_list else "error.nearest"
        parts.append(paragraph(text_run(localizer.text(key, line=line))))
    builder = MessageBuilder()
    builder.add_body(rich_text_block("pact:error", *parts))
    if card.reference:
        reference = localizer.text("error.reference", reference=clean(card.reference, 60))
        builder.add_footer(context_block("pact:error:small", reference))
    elif card.note.code.startswith(("query.", "option.")):
        line = localizer.command_line(page_of(_first_of_channel(), localizer.language).help_line)
        builder.add_footer(context_block("pact:error:small", localizer.text("error.help_query", line=line)))
    elif not suggestion and card.note.code in _HELPED_BY_LIST:
        hint = localizer.text("error.help", line=localizer.localized_command("help"))
        builder.add_footer(context_block("pact:error:small", hint))
    if not card.example:
        _add_run_button(builder, card.nearest, localizer)
    if values := [value for line in card.choices[:CHOICES_SHOWN] if (value := button_value(line))]:
        buttons = [button(f"pact:run:choice:{at}", clean(line, 50), line) for at, line in enumerate(values)]
        builder.add_footer(actions_block("pact:choices", buttons))
    if value := button_value(card.ask_admins):
        builder.add_footer(actions_block("pact:ask", [button("pact:run:ask", localizer.text("button.ask"), value)]))
    return builder.build(note["text"])


def why_message(card: WhyCard, localizer: Localizer) -> RenderedMessage:
    """Renders the stages that an article went through, and the changes that would alter the outcome."""
    title = localizer.text("why.title", subject=clean(card.headline or card.subject, 120))
    builder = MessageBuilder()
    builder.add_body(header_block("pact:why:title", title))
    if card.headline and card.url:
        builder.add_body(rich_text_block("pact:why:subject", paragraph(link_run(card.url, card.url))))
    shown: list[list[Json]] = []
    for is_reached, stages in groupby(card.stages, _is_reached):
        if is_reached:
            shown += [_stage_parts(stage, localizer) for stage in stages]
        else:
            shown.append(_unreached(stages, localizer))
    for number, parts in enumerate(shown):
        builder.add_body(rich_text_block(f"pact:why:{number}", *parts))
    if card.change:
        heading = paragraph(text_run(localizer.text("why.change"), bold=True))
        items = [[localizer.note_run(note)] for note in card.change[:STAGE_NOTES_SHOWN]]
        builder.add_footer(rich_text_block("pact:why:change", heading, bullet_list(items)))
    return builder.build(title)


def _is_reached(stage: WhyStage) -> bool:
    return stage.passed is not None or bool(stage.notes)


def _unreached(stages: Iterable[WhyStage], localizer: Localizer) -> list[Json]:
    """Returns one line for stages that follow each other and were not reached."""
    names = text_run(f"{_SIGN[None]} {' · '.join(_stage_name(stage, localizer) for stage in stages)}", bold=True)
    return [paragraph(names, text_run(f"  {localizer.text('why.not_reached')}"))]


def _stage_name(stage: WhyStage, localizer: Localizer) -> str:
    key = f"why.{stage.stage}"
    return localizer.text(key) if has_key(key) else clean(stage.stage, NAME_MAX_CHARS)


def _stage_parts(stage: WhyStage, localizer: Localizer) -> list[Json]:
    runs = [text_run(f"{_SIGN[stage.passed]} {_stage_name(stage, localizer)}", bold=True)]
    if stage.at is not None:
        runs.append(text_run(f"  {localizer.format_both_zones(stage.at)}"))
    if len(stage.notes) == 1:
        runs += [text_run("  " if stage.at is None else " · "), localizer.note_run(stage.notes[0])]
    parts = [paragraph(*runs)]
    if len(stage.notes) > 1:
        parts.append(bullet_list([[localizer.note_run(note)] for note in stage.notes[:STAGE_NOTES_SHOWN]]))
    return parts + [quote(highlighted_runs(lead)) for lead in stage.quotes[:QUOTES_SHOWN] if lead.text.strip()]


def sense_message(card: SenseCard, localizer: Localizer) -> RenderedMessage:
    """Renders the senses of an ambiguous term, each with its own button."""
    kind = "unknown_alone" if card.question == "unknown" and len(card.choices) == 1 else card.question
    title = localizer.text(f"sense.{kind}", term=clean(localizer.typed_query(card.term), NAME_MAX_CHARS))
    builder = MessageBuilder()
    builder.add_body(text_block("pact:sense", title, bold=True))
    choose = localizer.text("sense.choose_word" if card.question == "unknown" else "sense.choose")
    for number, (sense, stored) in enumerate(card.choices[:CHOICES_SHOWN]):
        line = localizer.typed_query(stored)
        block: Json = {
            "type": "section",
            "block_id": f"pact:sense:{number}",
            "text": plain_text(localizer.typed_query(note_text(localizer.language, sense, {})), HEADLINE_MAX_CHARS),
        }
        if value := button_value(line):
            block["accessory"] = button(f"pact:run:{number}", choose, value)
        builder.add_body(block)
        typed_line = localizer.command_line(clean(line, QUERY_MAX_CHARS))
        builder.add_body(context_block(f"pact:sense:{number}:line", typed_line))
    return builder.build(title)


def confirm_message(card: ConfirmCard, localizer: Localizer) -> RenderedMessage:
    """Renders a question with one button; without a press nothing changes."""
    note = localizer.note_run(card.note)
    builder = MessageBuilder()
    builder.add_body(rich_text_block("pact:confirm", paragraph(note)))
    builder.add_footer(context_block("pact:confirm:no", localizer.text("confirm.no")))
    if value := button_value(card.line):
        yes = button("pact:run", localizer.text("confirm.yes"), value, style="danger")
        builder.add_footer(actions_block("pact:do", [yes]))
    return builder.build(note["text"])


def notice_message(card: NoticeCard, localizer: Localizer) -> RenderedMessage:
    """Renders a few sentences, and the line that they are about."""
    notes = card.notes[:NOTICE_NOTES_SHOWN]
    paragraphs = [paragraph(*localizer.note_runs(note)) for note in notes] or [paragraph(text_run("–"))]
    if card.user and notes:
        paragraphs[0] = paragraph(user_run(card.user), text_run(" "), *localizer.note_runs(notes[0]))
    builder = MessageBuilder()
    builder.add_body(rich_text_block("pact:notice", *paragraphs))
    if line := card.run or card.was_run:
        builder.add_body(rich_text_block("pact:notice:line", preformatted(clean(localizer.command_line(line)))))
    if card.settled_by and card.settled_at:
        settled = localizer.note_runs(Note("request_settled", {"at": card.settled_at.isoformat()}))
        builder.add_body(
            rich_text_block("pact:notice:settled", paragraph(user_run(card.settled_by), text_run(" "), *settled))
        )
    _add_run_button(builder, card.run, localizer, GRANT_ACTION)
    message = builder.build(localizer.note_run(notes[0])["text"] if notes else "–")
    return RenderedMessage(_notification(paragraphs[0], card, localizer), message.blocks, message.plain)


def _notification(first: Json, card: NoticeCard, localizer: Localizer) -> str:
    """Returns the first sentence, in which Slack names people and channels, and the line that it announces.

    A phone shows nothing else of the message.
    """
    line = card.run or card.was_run
    command = f" {localizer.command_line(clean(line, QUERY_MAX_CHARS))}" if line else ""
    return fallback_text([rich_text_block("-", first)]) + (escape_bounded(command, MAX_LINE_CHARS) if line else "")


def add_offers(builder: MessageBuilder, offers: tuple[tuple[str, str], ...], localizer: Localizer) -> None:
    """Adds a button for each line that may be run next, when a button can hold it.

    A Korean reader's button types the Korean verb, so that the next answer is in Korean too.
    """
    lines = [(code, localizer.localized_line(line)) for code, line in offers[:OFFERS_SHOWN]]
    buttons = [
        button(f"pact:run:offer:{number}", localizer.typed_query(note_text(localizer.language, code, {})), value)
        for number, (code, line) in enumerate(lines)
        if (value := button_value(line))
    ]
    if buttons:
        builder.add_footer(actions_block("pact:offers", buttons))


def _add_run_button(
    builder: MessageBuilder, line: str | None, localizer: Localizer, action_id: str = "pact:run"
) -> None:
    """Adds a button that runs a line, when there is one that a button can hold."""
    if value := button_value(line):
        label = localizer.text("button.run", line=clean(value, 50))
        builder.add_footer(actions_block("pact:do", [button(action_id, label, value)]))
