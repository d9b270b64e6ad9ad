"""Renders the report of a change of a channel: one line in the channel, the whole state to who made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.blocks.answer_cards import add_offers
from handlers.blocks.blockkit import (
    QUERY_MAX_CHARS,
    Json,
    actions_block,
    button,
    clean,
    context_block,
    foreign_run,
    paragraph,
    rich_text_block,
    text_block,
    text_run,
    user_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.blocks.settings_card import setting_runs
from handlers.blocks.subscription_cards import cadence_text, conditions, quiet_hours_text, subscription_runs
from handlers.cards.subscriptions import ChangeCard, SubscriptionLine
from handlers.cards.texts import Note
from handlers.text.words import has_key

LINES_IN_CHANGE = 10
TITLE_MAX_CHARS = 1_200
"""Room for a form in which every setting was changed."""


def change_message(card: ChangeCard, localizer: Localizer) -> RenderedMessage:
    """Renders a change: its kind and author in one line, the line that undoes it, and where the rest is listed.

    The answer to the person who made it (``in_full``) says where it was posted and what there is now.
    """
    title = change_sentence(card.what, card.args, localizer)
    builder = MessageBuilder()
    builder.add_body(rich_text_block(f"pact:change:{card.change}", *_change_parts(card, title, localizer)))
    add_offers(builder, card.offers, localizer)
    small = []
    if card.undo and not card.elsewhere:
        key = "change.undo_all" if card.what == "unsubscribed_all" else "change.undo"
        small.append(localizer.text(key, line=_undo_line(card.undo, localizer)))
    if card.in_full:
        small += _add_state(builder, card, localizer)
    elif card.lines:
        small += _others(card, localizer)
    else:
        small.append(localizer.text(_state_key(card, nothing=True)))
    if small:
        builder.add_footer(context_block("pact:change:small", " · ".join(small)))
    if card.undo and (card.waiting or not card.in_full):
        undo_button = button("pact:undo", localizer.text("button.undo"), f"undo {card.change}")
        builder.add_footer(actions_block("pact:do", [undo_button]))
    return builder.build(title)


def _undo_line(line: str, localizer: Localizer) -> str:
    return localizer.localized_command(clean(line, QUERY_MAX_CHARS))


def change_sentence(what: str, said: Mapping[str, object], localizer: Localizer) -> str:
    """Returns what changed, in the reader's words; an undone change is named with what it was."""
    args = _args_in(localizer.language, said)
    if "query" in args:
        args["query"] = localizer.typed_query(args["query"])
    if has_key(weekday := f"weekday.{args.get('weekday', '')}"):
        args["weekday"] = localizer.text(weekday)
    kind = what if has_key(f"change.{what}") else "other"
    title = localizer.text(f"change.{kind}", **args)
    undone = f"change.{said.get('undone_what', '')}"
    if what == "undone" and has_key(undone):
        title += f" ({localizer.text(undone, **args)})"
    return title


def _args_in(language: str, args: Mapping[str, object]) -> dict[str, str]:
    """Returns the arguments of a change's sentence; of one that stands in both languages, the reader's."""
    ending = f"_{language}"
    most_chars = {f"changes{ending}": TITLE_MAX_CHARS}
    bounded = {key: clean(str(value), most_chars.get(key, QUERY_MAX_CHARS)) for key, value in args.items()}
    return bounded | {key.removesuffix(ending): value for key, value in bounded.items() if key.endswith(ending)}


def _others(card: ChangeCard, localizer: Localizer) -> list[str]:
    """Returns how many subscriptions there are besides the changed one, and the line that lists them.

    A change of several at once has no others: it says how many there are. Nothing where there is none.
    """
    changed = card.args.get("id")
    others = sum(line.id != changed for line in card.lines)
    if not others or not card.is_of_subscriptions:
        return []
    return [localizer.text(f"change.{'others' if changed else 'count'}", n=others, line=_list_line(localizer))]


def _list_line(localizer: Localizer) -> str:
    return localizer.localized_command("list")


def _change_parts(card: ChangeCard, title: str, localizer: Localizer) -> list[Json]:
    title_runs = [foreign_run(title.removesuffix("."), TITLE_MAX_CHARS, bold=True)]
    for number, fact_runs in enumerate(_change_facts(card, localizer)):
        title_runs += [text_run(" · " if number else " — "), *fact_runs]
    if card.user and not card.in_full:
        title_runs += [text_run(f" · {localizer.text('change.by')} "), user_run(card.user)]
    parts = [paragraph(*title_runs)]
    if card.waiting:
        parts.append(paragraph(*localizer.note_runs(_waiting_note(card))))
    parts += [paragraph(*setting_runs(line, localizer)) for line in card.settings]
    return parts + [paragraph(*localizer.note_runs(note)) for note in card.notes[:10]]


def _waiting_note(card: ChangeCard) -> Note:
    """Returns where the bot has to be invited: a channel that is not the one where it is read is named."""
    if card.elsewhere is None:
        return Note("waits_for_invitation")
    return Note("waits_for_invitation_to", {"channel": card.elsewhere})


def _change_facts(card: ChangeCard, localizer: Localizer) -> list[list[Json]]:
    """Returns when the new or edited subscription posts, and its conditions; the next digest; the end of a mute."""
    facts: list[list[Json]] = []
    own = next((line for line in card.lines if line.id == card.args.get("id")), None)
    if own is not None and card.what in ("subscribed", "edited"):
        facts += [[text_run(fact)] for fact in (cadence_text(own, localizer), *conditions(own, localizer))]
    if card.next_digest_at is not None and card.what.startswith("digest"):
        when = localizer.format_both_zones(card.next_digest_at)
        key = "change.next_own_digest" if card.what == "digest_off" else "change.next_digest"
        facts.append([text_run(localizer.text(key, when=when))])
    if card.until_at is not None:
        facts.append(localizer.date_runs("change.until", card.until_at))
    return facts


def _add_state(builder: MessageBuilder, card: ChangeCard, localizer: Localizer) -> list[str]:
    """Adds the subscriptions after a change of them; returns what stands in small letters below the answer."""
    if card.elsewhere:
        return []
    if not card.lines:
        return [localizer.text(_state_key(card, nothing=True))] if card.is_of_subscriptions else []
    if not card.is_of_subscriptions:
        return [localizer.text("change.count", n=len(card.lines), line=_list_line(localizer))]
    builder.add_body(text_block("pact:change:state", localizer.text(_state_key(card))))
    items = [subscription_runs(line, localizer) for line in _shown_lines(card)]
    left_out = builder.add_list("pact:change:sub", items) + max(0, len(card.lines) - LINES_IN_CHANGE)
    small = [quiet_hours_text(card.quiet, localizer)] if card.quiet is not None else []
    if card.next_digest_at is not None:
        small.append(localizer.text("change.next_digest", when=localizer.format_both_zones(card.next_digest_at)))
    return [*small, localizer.text("change.others", n=left_out, line=_list_line(localizer))] if left_out else small


def _shown_lines(card: ChangeCard) -> Sequence[SubscriptionLine]:
    """Returns the first subscriptions, and the changed one always: its line is what its author looks for."""
    first, rest = card.lines[:LINES_IN_CHANGE], card.lines[LINES_IN_CHANGE:]
    changed = [line for line in rest if line.id == card.args.get("id")]
    return [*first[: LINES_IN_CHANGE - len(changed)], *changed]


def _state_key(card: ChangeCard, *, nothing: bool = False) -> str:
    return f"change.state{'_nothing' if nothing else ''}{'_personal' if card.personal else ''}"
