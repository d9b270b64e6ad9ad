"""Answers ``sources``: shows how each outlet is read, and adds or takes back an outlet."""

from __future__ import annotations

from bot.answers.context import AnswerContext, Requester
from bot.answers.registry import answers
from bot.answers.workspace.add_outlet import add_outlet, remove_outlet
from bot.answers.workspace.source_lines import OutletRows, source_lines
from bot.deliveries.reading_proof import present_rows
from bot.store import hub_subscriptions, outlet_troubles, page_refusals, sources
from handlers.cards.shown import Shown
from handlers.cards.sources import SourcesCard
from handlers.verbs.sources import Sources

LINES_A_PAGE = 12


@answers(Sources)
async def show_sources(context: AnswerContext, requester: Requester, ask: Sources) -> Shown:
    """Shows a page of outlets; a number behind the last page shows the last one."""
    if ask.action == "add":
        return await add_outlet(context, requester, ask.value)
    if ask.action == "remove":
        return await remove_outlet(context, requester, ask.value)
    now = context.now()
    async with context.store.read() as c:
        rows = OutletRows(
            present_rows(context.outlets, await sources.all_of(c)),
            await outlet_troubles.of_kinds(c, ["frozen"]),
            await page_refusals.refusing(c, now),
            await hub_subscriptions.all_of(c),
        )
    lines = source_lines(dict(context.outlets.items()), rows, now, requester.language)
    pages = max(1, -(-len(lines) // LINES_A_PAGE))
    page = min(ask.page, pages)
    off = sum(line.state == "off" for line in lines)
    card = SourcesCard(
        lines=lines[(page - 1) * LINES_A_PAGE : page * LINES_A_PAGE],
        page=page,
        pages=pages,
        read=sum(line.state in ("ok", "partly", "frozen") for line in lines),
        enabled=len(lines) - off,
        off=off,
        now=now,
        zone=requester.zone,
    )
    return requester.shown(card, share=True)
