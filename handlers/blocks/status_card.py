"""Renders the status answer and the home tab: pact dates, sector counts, top stories, subscriptions, health."""

from __future__ import annotations

from datetime import date, datetime

from handlers.blocks.blockkit import (
    QUERY_MAX_CHARS,
    Json,
    clean,
    context_block,
    header_block,
    paragraph,
    preformatted,
    rich_text_block,
    text_block,
    text_run,
)
from handlers.blocks.health import reader_health_text
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.blocks.story_line import story_line
from handlers.blocks.subscription_cards import subscription_runs
from handlers.blocks.topic_heat import has_unread_days, heat_lines, past_note
from handlers.cards.digest import DigestLine
from handlers.cards.status import PactDate, StatusCard
from handlers.cards.subscriptions import SubscriptionLine
from handlers.text.times import local_date

TOP_SHOWN, SUBSCRIPTIONS_SHOWN = 5, 10


def status_message(card: StatusCard, localizer: Localizer) -> RenderedMessage:
    """Renders the status answer. The pact's dates stand first, because they are asked for most."""
    title = localizer.text("status.title")
    if card.query:
        title = localizer.text("status.title_query", query=clean(localizer.typed_query(card.query), QUERY_MAX_CHARS))
    builder = MessageBuilder()
    builder.add_body(header_block("pact:status", title))
    in_force = _in_force_text(card, localizer)
    dates = _date_lines(card.next_event, card.last_event, localizer)
    builder.add_body(_lines_block("pact:status:clock", [in_force, *dates]))
    _add_heat(builder, card, localizer)
    today = localizer.local_date(card.now)
    _add_stories(builder, "pact:status:top", ("status.top", "status.none"), card.top, today, localizer)
    _add_subscriptions(builder, "pact:status:sub", card.subscriptions, localizer)
    if card.last_digest is not None:
        last = localizer.note_run(card.last_digest)["text"]
        builder.add_footer(context_block("pact:status:last", last))
    if card.next_digest_at is not None:
        when = localizer.format_both_zones(card.next_digest_at)
        builder.add_footer(context_block("pact:status:next", localizer.text("status.next_digest", when=when)))
    builder.add_footer(context_block("pact:status:proof", localizer.format_proof(card.proof)))
    has_post = any(line.last_post_at is not None for line in card.subscriptions)
    if health := reader_health_text(card.health, card.now, localizer, with_post=not has_post):
        builder.add_footer(context_block("pact:status:health", health))
    return builder.build(f"{title}. {in_force}")


def _lines_block(block_id: str, lines: list[str]) -> Json:
    return rich_text_block(block_id, *[paragraph(text_run(line)) for line in lines])


def pact_date_lines(in_force_on: date, next_event: PactDate | None, now: datetime, localizer: Localizer) -> list[str]:
    """Returns since when the pact is in force, for how many days, and its next date."""
    day = localizer.format_date(in_force_on, year=True)
    days = days_in_force(in_force_on, now, localizer.zone)
    in_force = localizer.text("status.in_force" if days > 0 else "status.starts", day=day, n=days)
    return [in_force, *_date_lines(next_event, None, localizer)]


def _in_force_text(card: StatusCard, localizer: Localizer) -> str:
    """Returns since when the pact is in force, for how many days, and the notice that ends it."""
    day = localizer.format_date(card.in_force_on, year=True)
    days = days_in_force(card.in_force_on, card.now, card.zone)
    if days > 0:
        in_force = localizer.text("status.in_force", day=day, n=days)
    else:
        in_force = localizer.text("status.starts", day=day)
    return f"{in_force}. {localizer.text('status.notice', n=card.notice_days)}"


def days_in_force(in_force_on: date, now: datetime, zone: str) -> int:
    """Returns the number of days in force at ``now``; the day of signing is day one."""
    return (local_date(now, zone) - in_force_on).days + 1


def _date_lines(next_event: PactDate | None, last_event: PactDate | None, localizer: Localizer) -> list[str]:
    events = (("next", next_event), ("last", last_event))
    return [_date_line(name, event, localizer) for name, event in events if event is not None]


def _date_line(name: str, event: PactDate, localizer: Localizer) -> str:
    text = clean(event.text.get(localizer.language) or next(iter(event.text.values()), ""), 200)
    if event.until is None:
        return localizer.text(f"status.{name}", day=localizer.format_date(event.on, year=True), text=text)
    once = event.until.year == event.on.year  # Korean says the year first, English says it last
    day = localizer.format_date(event.on, year=not once or localizer.language == "ko")
    until = localizer.format_date(event.until, year=not once or localizer.language != "ko")
    return localizer.text(f"status.{name}_range", day=day, text=text, until=until)


def _add_heat(builder: MessageBuilder, card: StatusCard, localizer: Localizer) -> None:
    lines = heat_lines(card.heat, localizer)
    if lines:
        builder.add_body(text_block("pact:status:heat:title", localizer.text("status.heat", n=card.days), bold=True))
        builder.add_body(rich_text_block("pact:status:heat", preformatted("\n".join(lines))))
    unread = localizer.text("status.heat_unread") if has_unread_days(card.heat) else ""
    if notes := [note for note in (past_note(card.heat, localizer), unread) if note]:
        builder.add_body(context_block("pact:status:heat:past", *notes))


def _add_stories(
    builder: MessageBuilder,
    block_id: str,
    keys: tuple[str, str],
    lines: tuple[DigestLine, ...],
    today: date,
    localizer: Localizer,
) -> None:
    """Adds a heading and the first stories; ``keys`` are the locale keys of the heading and of an empty list."""
    heading_key, empty_key = keys
    builder.add_body(text_block(f"{block_id}:title", localizer.text(heading_key), bold=True))
    if not lines:
        builder.add_body(text_block(f"{block_id}:none", localizer.text(empty_key)))
    left_out = builder.add_list(block_id, [story_line(line, localizer, today) for line in lines[:TOP_SHOWN]])
    if left_out := left_out + max(0, len(lines) - TOP_SHOWN):
        builder.add_body(
            context_block(f"{block_id}:more", f"+{left_out} · {localizer.localized_command('digest now')}")
        )


def _add_subscriptions(
    builder: MessageBuilder, block_id: str, lines: tuple[SubscriptionLine, ...], localizer: Localizer
) -> None:
    if not lines:
        builder.add_body(text_block(f"{block_id}:none", localizer.text("status.channel_nothing")))
        return
    builder.add_body(text_block(f"{block_id}:title", localizer.text("status.channel"), bold=True))
    items = [subscription_runs(line, localizer) for line in lines[:SUBSCRIPTIONS_SHOWN]]
    left_out = builder.add_list(block_id, items)
    if left_out := left_out + max(0, len(lines) - SUBSCRIPTIONS_SHOWN):
        builder.add_body(context_block(f"{block_id}:more", f"+{left_out} · {localizer.localized_command('list')}"))
