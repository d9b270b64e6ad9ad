"""Renders a page of outlets: last success, latency, articles a day, since when one fails, and why."""

from __future__ import annotations

from math import exp, floor, log

from handlers.blocks.blockkit import (
    NAME_MAX_CHARS,
    Json,
    actions_block,
    button,
    clean,
    code_run,
    context_block,
    foreign_run,
    header_block,
    text_run,
)
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.cards.sources import SourceLine, SourcesCard
from handlers.text.words import has_key

WHY_MAX_CHARS, HOSTS_SHOWN = 120, 3
FEWEST_A_DAY = 0.05
"""A smaller pace would be rounded to none."""
LONGEST_DAYS = 30


def sources_message(card: SourcesCard, localizer: Localizer) -> RenderedMessage:
    """Renders one page of outlets."""
    title = localizer.text("sources.title", ok=card.read, all=card.enabled)
    builder = MessageBuilder()
    builder.add_body(header_block("pact:sources", title))
    left_out = builder.add_list("pact:sources", [_runs(line, card, localizer) for line in card.lines])
    small = [localizer.text("sources.off_count", n=card.off)] if card.off else []
    if card.pages > 1:
        small.append(localizer.text("list.page", page=card.page, pages=card.pages))
    if left_out:
        small.append(f"+{left_out}")
    if any(line.last_ok_at is not None and line.a_day is None for line in card.lines):
        small.append(localizer.text("sources.a_day_later"))
    small.append(localizer.text("sources.add", line=localizer.localized_command("sources add https://…")))
    builder.add_footer(context_block("pact:sources:small", " · ".join(small)))
    if buttons := _page_buttons(card, localizer):
        builder.add_footer(actions_block("pact:sources:turn", buttons))
    return builder.build(title)


def _page_buttons(card: SourcesCard, localizer: Localizer) -> list[Json]:
    buttons = []
    if card.page > 1:
        buttons.append(button("pact:run:previous", localizer.text("list.previous_page"), f"sources {card.page - 1}"))
    if card.page < card.pages:
        buttons.append(button("pact:run:next", localizer.text("list.next_page"), f"sources {card.page + 1}"))
    return buttons


def _runs(line: SourceLine, card: SourcesCard, localizer: Localizer) -> list[Json]:
    name = [foreign_run(line.name, NAME_MAX_CHARS, bold=True), text_run(" "), code_run(line.key, 40)]
    return [*name, text_run(" — " + " · ".join(_facts(line, card, localizer)))]


def _facts(line: SourceLine, card: SourcesCard, localizer: Localizer) -> list[str]:
    facts = []
    key = f"sources.{line.state}"
    if line.state != "ok" and has_key(key):
        since = localizer.format_recent(line.since_at, card.now) if line.since_at else ""
        facts.append(localizer.text(f"{key}_since" if since and has_key(f"{key}_since") else key, when=since))
    facts += _reason(line, localizer)
    if line.last_ok_at is not None:
        facts.append(localizer.text("sources.last_ok", when=localizer.format_recent(line.last_ok_at, card.now)))
    if line.latency_seconds is not None:
        facts.append(localizer.text("sources.latency", n=_seconds(line.latency_seconds)))
    if line.a_day is not None and not (line.state == "frozen" and line.a_day < FEWEST_A_DAY):
        facts.append(_pace(line.a_day, localizer))
    if line.refused_by:
        hosts = ", ".join(clean(host, NAME_MAX_CHARS) for host in line.refused_by[:HOSTS_SHOWN])
        facts.append(localizer.text("sources.refused", hosts=hosts))
    if line.hub:
        hub_key = f"sources.hub_{line.hub}"
        facts.append(localizer.text(hub_key if has_key(hub_key) else "sources.hub_other"))
    return facts or [localizer.text("sources.new")]


def _reason(line: SourceLine, localizer: Localizer) -> list[str]:
    """Returns why an outlet fails or is off."""
    keys = (f"sources.{line.code}", f"suspect.{line.code}")
    named = next((localizer.text(key) for key in keys if line.code and has_key(key)), "")
    why = clean(line.why, WHY_MAX_CHARS)
    return [f"{named} ({why})" if named and why else named or why] if named or why else []


def _pace(a_day: float, localizer: Localizer) -> str:
    """Returns a whole number from ten on, and one decimal below; of a smaller pace the days without a new article.

    The average of one article is divided by e each day, so it tells for how many days at least there was none.
    """
    if a_day < FEWEST_A_DAY:
        return localizer.text("sources.none_for", n=floor(-log(max(a_day, exp(-LONGEST_DAYS)))))
    return localizer.text("sources.a_day", n=f"{a_day:.0f}" if a_day >= 9.95 else f"{round(a_day, 1):g}")


def _seconds(latency: float) -> str:
    """Returns seconds with two decimals below one second, 0.01 at least, else with one."""
    return f"{max(0.01, latency):.2f}" if latency < 1 else f"{latency:.1f}"
