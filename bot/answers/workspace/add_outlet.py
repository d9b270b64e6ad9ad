"""Adds an outlet by the address of its site, or takes back one that was added in Slack."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

from bot.answers.context import AnswerContext, Requester
from bot.answers.workspace.workspace_change import record_for_all
from bot.proposed_outlet import ProposedOutlet
from bot.store import outlet_specs
from bot.store.outlet_specs import OutletSpec
from handlers.cards.answers import NoticeCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.text.cause_kinds import cause_kind
from scrapers.errors import BadStatus, FetchRateLimited, FetchRefused, Gone, NotUnderstood, ScrapeError, Unreachable
from scrapers.spec_files import write_spec_file

log = logging.getLogger("pactbot.answers")

TITLES_SHOWN = 3


async def add_outlet(context: AnswerContext, requester: Requester, address: str) -> Shown:
    """Finds how a site is read and stores its spec, which every process reads within a minute."""
    if context.propose is None:
        return requester.error("sources_not_here")
    if (known := _known_outlet(context, address)) is not None:
        return requester.error("sources_known", {"outlet": known})
    try:
        proposed = await context.propose(address)
    except ScrapeError as error:
        refused = refusal_of_site(error)
        log.info("outlet_not_added", extra={"url": address, "why": str(error)})
        return requester.error(refused.code, refused.args)
    # a feed may stand on another host than its site
    known = proposed.key if proposed.key in context.outlets else _known_outlet(context, proposed.outlet.home)
    if known is not None:
        return requester.error("sources_known", {"outlet": known})
    if context.spec_folder is not None:
        refusal = await _write_file(context.spec_folder / f"{proposed.key}.toml", proposed)
        if refusal is not None:
            return requester.error(refusal, {"outlet": proposed.key})
    async with context.store.begin() as c:
        now = context.now()
        if context.spec_folder is None:
            await outlet_specs.save(c, OutletSpec(proposed.key, proposed.spec, requester.asker.user, now))
        await record_for_all(c, context, requester, "outlet_added", {"outlet": proposed.key})
    return replace(requester.shown(NoticeCard(_said(context, proposed))), changed=True)


async def remove_outlet(context: AnswerContext, requester: Requester, key: str) -> Shown:
    """Takes back an outlet that was added in Slack and is a row; its articles stay."""
    async with context.store.begin() as c:
        if key not in {spec.key for spec in await outlet_specs.present(c)}:
            return requester.error("sources_not_added", {"outlet": key})
        await outlet_specs.remove(c, key, context.now())
        await record_for_all(c, context, requester, "outlet_removed", {"outlet": key})
    return replace(requester.shown(NoticeCard((Note("sources_removed", {"outlet": key}),))), changed=True)


def refusal_of_site(error: ScrapeError) -> Note:
    """Returns the sentence that says why a site cannot be added, and what a person can do."""
    if cause_kind(error.problem) == "unknown_host":
        return Note("sources_no_site")
    if isinstance(error, FetchRefused):
        return Note(_code_of_refusal(error.problem))
    if isinstance(error, Gone):
        return Note("sources_gone")
    if isinstance(error, BadStatus):
        return Note("sources_closed" if error.status < 500 else "sources_busy", {"why": f"HTTP {error.status}"})
    if isinstance(error, FetchRateLimited):
        return Note("sources_busy", {"why": error.problem})
    if isinstance(error, Unreachable):
        return Note("sources_unreachable")
    return Note("sources_nothing" if isinstance(error, NotUnderstood) else "sources_unreadable")


def _code_of_refusal(problem: str) -> str:
    if problem.startswith("robots.txt"):
        return "sources_robots"
    return "sources_password" if "password" in problem else "sources_private"


def _known_outlet(context: AnswerContext, address: str) -> str | None:
    """Returns the key of the outlet that this site has already."""
    from scrapers.proposal.known_outlets import outlet_of_site  # what proposes takes memory and is seldom needed

    try:
        outlet = outlet_of_site(address, dict(context.outlets.items()))
    except ValueError:  # no address at all: the proposer says so
        return None
    return outlet.key if outlet is not None else None


async def _write_file(path: Path, proposed: ProposedOutlet) -> str | None:
    """Writes the spec where an operator's specs are; returns the code of what hinders it."""
    try:
        await asyncio.to_thread(write_spec_file, path, proposed.spec, replace=False)
    except FileExistsError:
        return "sources_known"
    except OSError:
        return "sources_folder"
    return None


def _said(context: AnswerContext, proposed: ProposedOutlet) -> tuple[Note, ...]:
    """Returns what was added, what would be read now, and how it is taken back."""
    source = proposed.outlet.sources[0]
    facts = {"outlet": proposed.outlet.name, "key": proposed.key, "url": source.url}
    notes = [Note("sources_added", facts), Note("sources_soon", {"n": f"{proposed.outlet.every_minutes:g}"})]
    notes += [Note("sources_title", {"title": title}) for title in proposed.titles[:TITLES_SHOWN]]
    if not proposed.reads_pages:
        notes.append(Note("sources_titles_only"))
    if context.spec_folder is None:
        return (*notes, Note("own_undo", {"line": f"sources remove {proposed.key}"}))
    return (*notes, Note("sources_file", {"file": f"{proposed.key}.toml"}))
