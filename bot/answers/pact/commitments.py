"""Answers ``commitments``: the clauses of the pact with their latest evidence, and the state that people give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.answers.confirm_change import confirm_change, record_change
from bot.answers.context import AnswerContext, Requester, destination_for
from bot.answers.pact.pact_events import coming_entry, milestone_entry, story_entry, with_stories
from bot.answers.pact.source_names import source_names
from bot.answers.registry import answers, restores
from bot.deliveries.linked_stories import groups_of
from bot.matching.query.names import names_of
from bot.matching.text.normalize import fold
from bot.store import commitments, pact_stories
from bot.store.changes import Change
from bot.store.commitments import CommitmentState
from bot.store.engine import Connection
from handlers.cards.answers import ErrorCard
from handlers.cards.commitments import CommitmentLine, CommitmentsCard
from handlers.cards.shown import Shown
from handlers.cards.texts import Note
from handlers.cards.timeline import TimelineEntry
from handlers.text.times import local_date
from handlers.verbs.commitments import CLEAR, STATE_OF, STATE_WORDS, Commitments
from handlers.verbs.near_word import nearest_by_letters
from scrapers.outlet import Outlet
from settings.lexicon import Lexicon
from settings.pact_calendar import Clause, PactCalendar

CLAUSES_A_PAGE = 4
BEFORE_THE_SIGNATURE = timedelta(days=31)
"""Stories of the pact are evidence from so long before its signature on."""
OF_THE_COMMITTEE = ("committee", "working-group")
"""The kinds of milestones that are evidence for the clause on the joint committee, which belongs to no sector."""
_KINDS = {word: f"commitment_{word}" for word in STATE_WORDS}


@answers(Commitments)
async def show_commitments(context: AnswerContext, requester: Requester, ask: Commitments) -> Shown:
    """Shows the clauses of a name, or sets the state of the one clause that is named."""
    clauses = clauses_named(context.calendar, context.lexicon, ask.name.text)
    if not clauses:
        return _unknown(context, requester, ask)
    if ask.state is not None:
        return await _set_state(context, requester, ask, clauses, ask.state)
    pages = max(1, -(-len(clauses) // CLAUSES_A_PAGE))
    page = min(ask.page, pages)
    first = (page - 1) * CLAUSES_A_PAGE
    today = local_date(context.now(), requester.zone)
    async with context.store.read() as c:
        lines = await _lines(c, context, requester, clauses[first : first + CLAUSES_A_PAGE])
    card = CommitmentsCard(
        zone=requester.zone,
        next_event=coming_entry(context.calendar, today, context.outlets),
        lines=lines,
        line=f"commitments {ask.name.text}".rstrip(),
        first=first + 1,
        page=page,
        pages=pages,
    )
    return requester.shown(card, share=True)


def clauses_named(calendar: PactCalendar, lexicon: Lexicon, name: str) -> tuple[Clause, ...]:
    """Returns the clause of this id, else those of this sector or with this title; all without a name."""
    plain = fold(name).strip()
    if not plain:
        return calendar.clauses
    by_id = tuple(clause for clause in calendar.clauses if clause.id == plain)
    sector = names_of(lexicon).sectors.get(plain)
    return by_id or tuple(
        clause for clause in calendar.clauses if sector in clause.sectors or plain in (fold(clause.ko), fold(clause.en))
    )


def _unknown(context: AnswerContext, requester: Requester, ask: Commitments) -> Shown:
    """Says that there is no such clause or state, and which one may have been meant."""
    before, _, last = ask.name.text.rpartition(" ")
    if ask.state is None and before.strip() and clauses_named(context.calendar, context.lexicon, before):
        return _unknown_state(requester, ask, last)
    sectors = context.calendar.sectors
    known = [clause.id for clause in context.calendar.clauses]
    known += [word for word, sector in names_of(context.lexicon).sectors.items() if sector in sectors]
    near = nearest_by_letters(ask.name.text, known)
    verb = requester.request.line.split()[0]
    nearest = " ".join(filter(None, (verb, near, ask.state))) if near else None
    note = Note(
        "commitment_unknown", {"name": ask.name.text[:80], "known": _listed(context.calendar.clauses, requester)}
    )
    error = ErrorCard(requester.request.line, ask.name.offset, len(ask.name.text), note, nearest, bool(ask.state))
    return requester.shown(error)


def _unknown_state(requester: Requester, ask: Commitments, typed: str) -> Shown:
    """Says that the word behind a clause is no state, and which states there are."""
    line, position = requester.request.line, ask.name.offset + len(ask.name.text) - len(typed)
    near = nearest_by_letters(typed, STATE_OF)
    states = STATE_WORDS.values() if requester.language == "ko" else STATE_WORDS
    note = Note("commitment_state_unknown", {"token": typed[:80], "states": ", ".join(states)})
    nearest = line[:position] + near if near else None
    return requester.shown(ErrorCard(line, position, len(typed), note, nearest))


def _listed(clauses: Sequence[Clause], requester: Requester) -> str:
    """Returns clauses as the reader types them: by their Korean titles, or their ids, which are English."""
    return ", ".join(clause.ko if requester.language == "ko" else clause.id for clause in clauses)


async def _lines(
    c: Connection, context: AnswerContext, requester: Requester, clauses: Sequence[Clause]
) -> tuple[CommitmentLine, ...]:
    team = requester.asker.team
    states = await commitments.of_team(c, team)
    told = await _latest_stories(c, team, requester.zone, context.calendar.in_force_on - BEFORE_THE_SIGNATURE)
    entries = [evidence_of(clause, context.calendar, told, context.outlets) for clause in clauses]
    there = [entry for entry in entries if entry is not None]
    worded = iter(await with_stories(c, team, there, context.outlets, requester.language))
    return tuple(
        _line(clause, None if entry is None else next(worded), states.get(clause.id), context.outlets)
        for clause, entry in zip(clauses, entries, strict=True)
    )


async def _latest_stories(c: Connection, team: str, zone: str, since_on: date) -> dict[str, tuple[int, date]]:
    """Returns the latest story of the pact since a day on each sector, with the day of its newest article."""
    since_at = datetime.combine(since_on, time(), UTC)
    groups = await groups_of(c, team)
    latest: dict[str, tuple[int, date]] = {}
    for row in await pact_stories.since(c, since_at):
        for sector in row.sectors:
            latest.setdefault(sector, (groups.leader(row.id), local_date(row.last_article_at, zone)))
    return latest


def evidence_of(
    clause: Clause, calendar: PactCalendar, told: Mapping[str, tuple[int, date]], outlets: Mapping[str, Outlet]
) -> TimelineEntry | None:
    """Returns the latest of the milestones and stories on a clause; of one day the milestone."""
    milestones = [
        milestone_entry(milestone, outlets)
        for milestone in calendar.milestones
        if (milestone.sector in clause.sectors if clause.sectors else milestone.kind in OF_THE_COMMITTEE)
    ]
    stories = [story_entry(*told[sector]) for sector in clause.sectors if sector in told]
    return max([*milestones, *stories], key=lambda entry: entry.until or entry.on, default=None)


def _line(
    clause: Clause, evidence: TimelineEntry | None, state: CommitmentState | None, outlets: Mapping[str, Outlet]
) -> CommitmentLine:
    return CommitmentLine(
        id=clause.id,
        text={"ko": clause.ko, "en": clause.en},
        owner=clause.owner,
        uncertain=clause.uncertain,
        sources=source_names(clause.sources, outlets),
        evidence=evidence,
        state=state.state if state else None,
        set_by=state.person if state else None,
        set_at=state.set_at if state else None,
    )


async def _set_state(
    context: AnswerContext, requester: Requester, ask: Commitments, clauses: Sequence[Clause], state: str
) -> Shown:
    """Sets the state of one clause for the workspace, and says so in the channel."""
    if len(clauses) > 1:
        return requester.error("commitment_several", {"known": _listed(clauses, requester)})
    clause, now, person = clauses[0], context.now(), requester.asker.user
    async with context.store.begin() as c:
        destination = await destination_for(c, context, requester)
        current = (await commitments.of_team(c, destination.team)).get(clause.id)
        if state == (current.state if current else CLEAR):
            return requester.error("commitment_as_before", {"clause": _listed([clause], requester)})
        new = None if state == CLEAR else CommitmentState(destination.team, clause.id, state, person, now)
        await _write(c, destination.team, clause.id, new)
        after = {**_payload(new), "clause": clause.id, "clause_ko": clause.ko, "clause_en": clause.en}
        recorded = await record_change(
            c, context, requester, destination, _KINDS[state], _payload(current), after, of_workspace=True
        )
    return await confirm_change(context, requester, recorded)


async def _write(c: Connection, team: str, clause: str, state: CommitmentState | None) -> None:
    if state is None:
        await commitments.clear(c, team, clause)
    else:
        await commitments.put(c, state)


def _payload(state: CommitmentState | None) -> dict[str, Any]:
    if state is None:
        return {}
    return {"state": state.state, "person": state.person, "set_at": state.set_at.isoformat()}


@restores(*_KINDS.values(), of_workspace=True)
async def restore_commitment(c: Connection, change: Change, made: bool, _person: str, _now: datetime) -> None:
    """Gives a clause the state that the change gave it, or the one before; who set that and when comes back too."""
    payload: Mapping[str, Any] = change.after if made else change.before
    clause = str(change.after["clause"])
    state = None
    if "state" in payload:
        set_at = datetime.fromisoformat(payload["set_at"])
        state = CommitmentState(change.team, clause, payload["state"], payload["person"], set_at)
    await _write(c, change.team, clause, state)
