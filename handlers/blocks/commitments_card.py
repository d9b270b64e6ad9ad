"""Renders the clauses of the pact, each with a menu that sets its state; nothing but a person sets one."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.blocks.blockkit import (
    NAME_MAX_CHARS,
    Json,
    actions_block,
    bullet_list,
    clean,
    code_run,
    context_block,
    header_block,
    option,
    paragraph,
    plain_text,
    rich_text_block,
    text_block,
    text_run,
    user_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.blocks.page_buttons import add_page_buttons
from handlers.blocks.timeline_card import event_runs
from handlers.cards.commitments import CommitmentLine, CommitmentsCard
from handlers.text.words import has_key
from handlers.verbs.commitments import CLEAR, STATE_WORDS
from handlers.verbs.registry import korean_line

LINES_SHOWN, SOURCES_SHOWN = 10, 2
CLAUSE_MAX_CHARS = 120


def commitments_message(card: CommitmentsCard, localizer: Localizer) -> RenderedMessage:
    """Renders a page of clauses."""
    title = localizer.text("commitments.title")
    builder = MessageBuilder()
    builder.add_body(header_block("pact:commitments", title))
    if card.next_event is not None:
        due = paragraph(
            text_run(localizer.text("commitments.due") + " ", bold=True),
            *event_runs(card.next_event, localizer, year=True),
        )
        builder.add_body(rich_text_block("pact:commitments:due", due))
    else:
        builder.add_body(text_block("pact:commitments:due", localizer.text("commitments.no_due")))
    added = 0
    for line in card.lines[:LINES_SHOWN]:
        if not _add_clause(builder, line, card.first + added, localizer):
            break
        added += 1
    builder.add_footer(context_block("pact:commitments:who", localizer.text("commitments.by_people")))
    place = (card.page, card.pages)
    add_page_buttons(builder, "pact:commitments", card.line, place, localizer, len(card.lines) - added)
    names = ", ".join(_in_language(line.text, localizer) for line in card.lines[:LINES_SHOWN])
    return builder.build(f"{title}: {names}")


def _add_clause(builder: MessageBuilder, line: CommitmentLine, number: int, localizer: Localizer) -> bool:
    """Adds a clause and its menu; adds neither where the clause does not fit."""
    head = [text_run(_in_language(line.text, localizer), bold=True), text_run(" "), code_run(line.id, 40)]
    if line.uncertain:
        head.append(text_run(f" ({localizer.text('commitments.uncertain')})"))
    sources = ", ".join(clean(source, NAME_MAX_CHARS) for source in line.sources[:SOURCES_SHOWN])
    facts = [
        [text_run(localizer.text("commitments.owner", names=_in_language(line.owner, localizer)))],
        _evidence(line, localizer),
        _state(line, localizer),
        [text_run(localizer.text("timeline.sources", names=sources))],
    ]
    block = rich_text_block(f"pact:commitments:{number}", paragraph(*head), bullet_list(facts))
    return builder.add_body(block, _state_menu(line, number, localizer))


def _evidence(line: CommitmentLine, localizer: Localizer) -> list[Json]:
    if line.evidence is None:
        return [text_run(localizer.text("commitments.no_evidence"))]
    return [text_run(localizer.text("commitments.evidence") + " "), *event_runs(line.evidence, localizer, year=True)]


def _state(line: CommitmentLine, localizer: Localizer) -> list[Json]:
    """Returns the state with who set it when; a shared answer mentions nobody, because a mention notifies."""
    if line.state is None:
        return [text_run(localizer.text("commitments.unset"))]
    key = f"commitments.state_{line.state}"
    state = localizer.text(key) if has_key(key) else clean(line.state, NAME_MAX_CHARS)
    runs = [text_run(localizer.text("commitments.state") + " "), text_run(state, bold=True)]
    if line.set_at is not None:
        runs.append(text_run(f" · {localizer.text('commitments.set_at', when=localizer.format_datetime(line.set_at))}"))
    if line.set_by and not localizer.public:
        runs += [text_run(" · "), user_run(line.set_by)]
    return runs


def _state_menu(line: CommitmentLine, number: int, localizer: Localizer) -> Json:
    options = []
    for word in STATE_WORDS:
        if word == CLEAR and line.state is None:
            continue
        typed = f"commitments {clean(line.id, 40)} {word}"
        value = korean_line(typed) if localizer.language == "ko" else typed
        options.append(option(localizer.text(f"commitments.state_{word}"), value))
    menu = {
        "type": "static_select",
        "action_id": f"pact:run:state:{number}",
        "placeholder": plain_text(localizer.text("commitments.set"), 75),
        "options": options,
    }
    return actions_block(f"pact:commitments:{number}:set", [menu])


def _in_language(text: Mapping[str, str], localizer: Localizer) -> str:
    return clean(text.get(localizer.language) or next(iter(text.values()), ""), CLAUSE_MAX_CHARS) or "–"
