"""Queries that run every second never read the whole history: SQLite's query plans show it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock_steps import longest_waits
from bot.model import Job
from bot.outbox.policy import DeliveryPolicy
from bot.store import (
    absent_channels,
    article_identities,
    articles,
    bot_tokens,
    clock_correction,
    digest_looks,
    history,
    hosts,
    hub_subscriptions,
    inbound,
    install_states,
    jobs,
    listed_titles,
    matches,
    mentions,
    mutes,
    outlet_states,
    pact_stories,
    page_states,
    placed_articles,
    slots,
    stories,
    story_coverage,
    story_parts,
    story_ranks,
    story_views,
    subscriptions,
    topic_mentions,
)  # fmt: skip
from bot.store.deliveries import audits, bursts, claims, dependents, ready_channels, rollups, unconfirmed, watchdog
from bot.store.deliveries import table as deliveries
from bot.store.deliveries.claims import Lease
from bot.store.engine import Store
from bot.store.hosts import TurnWanted
from bot.store.jobs import ClaimedJob, FinishedJob
from bot.store.schema import deliveries as deliveries_table
from bot.store.schema import destinations as destinations_table
from bot.store.schema import hosts as hosts_table
from tests.support.long_past import Past
from tests.support.outbox_harness import add_channel

LEASE = Lease("w", 15)
QUANTUM = history.Names("sector", ("quantum",))
WAITS = clock_correction.stored_waits(longest_waits(DeliveryPolicy()))
GROWING = {
    "stories", "deliveries", "inbound", "articles", "matches", "article_identities", "story_overlays", "other", "first",
    "parent", "slots", "mentions", "hub_subscriptions", "destinations", "subscriptions", "mutes",
    "waiting", "another", "bot_tokens", "install_states",
}  # fmt: skip
SMALL = {
    "ix_deliveries_stale_due",
    "ix_articles_unread",
    "ix_matches_untold",
    "ix_inbound_unhandled",
    "ix_destinations_away",
    "ix_mutes_unended",
}
"""Partial indexes hold only open rows, so that scanning one is cheap."""
MAY_SCAN = {"needs_correction": {"hub_subscriptions"}}
"""The clock's check, every twenty seconds, may read every row of a table that has one for each source."""
Ask = Callable[[AsyncConnection, datetime], Awaitable[object]]


async def whole_stories(c: AsyncConnection, now: datetime) -> None:
    async for _ in placed_articles.placed_since(c, now):
        pass


def searched(condition: history.Condition) -> Ask:
    async def search(c: AsyncConnection, _now: datetime) -> None:
        await history.of_range(c, condition, 1, 2, datetime(2026, 1, 1, tzinfo=UTC), 10)

    return search


async def newest_candidates(c: AsyncConnection, now: datetime) -> None:
    await history.candidates(c, history.ALWAYS, now, 10)


async def take_turns(c: AsyncConnection, now: datetime) -> None:
    await c.execute(insert(hosts_table).values(host="a.example"))
    await hosts.settle_turns(c, [TurnWanted("a.example", 1)], now)


async def claim_behind_a_flood(c: AsyncConnection, now: datetime) -> None:
    await ready_channels._behind_a_flood(c, ["T2"], {"now": now, "most": 5, "paused": []})


async def cancel_dependents(c: AsyncConnection, _now: datetime) -> None:
    await dependents.cancel_dependents(c)
    await c.execute(dependents._CANCEL_RETURNING, {"parents": [1, 2]})


ASKED: dict[str, Ask] = {
    "waits": claims.pending_work,
    "claim": lambda c, now: claims.claim(c, now, LEASE, 5),
    "claim_never_posted": lambda c, now: claims.claim(c, now, LEASE, 5),
    "claim_heads": lambda c, now: claims.claim(c, now, LEASE, 5),
    "claim_behind_a_flood": claim_behind_a_flood,
    "next_team": claim_behind_a_flood,
    "claim_unknown": lambda c, now: claims.claim_unknown(c, now, LEASE, 5),
    "claim_edits": lambda c, now: claims.claim_edits(c, now, LEASE, 5),
    "expire_leases": lambda c, now: claims.expire_leases(c, now, 45),
    "release_held": claims.release_held,
    "cancel_orphans": cancel_dependents,
    "depth": deliveries.depth,
    "last_post_at": lambda c, _now: deliveries.last_post_at(c),
    "posted_since": lambda c, now: deliveries.posted_since(c, 1, now - timedelta(days=7), ("digest",)),
    "last_post_at_team": lambda c, _now: deliveries.last_post_at(c, team="T1"),
    "last_post_at_channel": lambda c, _now: deliveries.last_post_at(c, destination=1),
    "unread": lambda c, now: articles.unread(c, "asiae", 10, now),
    "naming_pact_since": lambda c, now: articles.naming_pact_since(c, ["asiae", "yonhap"], now),
    "recent": articles.recent,
    "hub_of_token": lambda c, _now: hub_subscriptions.by_token(c, "a"),
    "token_serving": lambda c, _now: bot_tokens.serving(c, "T1", "E1"),
    "take_state": lambda c, _now: install_states.take(c, "a"),
    "expired_states": install_states.forget_expired,
    "hubs_due": lambda c, now: hub_subscriptions.due(c, now, 10),
    "next_hub": lambda c, _now: hub_subscriptions.next_try_at(c),
    "known": lambda c, _now: article_identities.known(c, ["a", "b"]),
    "window_changes": lambda c, now: placed_articles.changes_since(c, now, now),
    "placed": lambda c, _now: placed_articles.some(c, [1, 2]),
    "page_state": lambda c, _now: page_states.of_article(c, 1),
    "whole_stories": whole_stories,
    "story_of_same": lambda c, now: placed_articles.story_of_same(c, 1, ["a", "b"], "00ff", now),
    "first_appearances": lambda c, now: articles.first_appearances(c, now, ["a", "b"], [1, 2]),
    "read_between": lambda c, now: articles.read_between(c, [now, now, now]),
    "placed_in": lambda c, now: articles.placed_in(c, [1, 2], now),
    "pact_since": story_ranks.of_the_pact_since,
    "ranks_of": lambda c, _now: story_ranks.of_stories(c, [1, 2]),
    "outlets_of": lambda c, _now: story_ranks.outlets_of(c, [1, 2]),
    "history_range": newest_candidates,
    "history_topic": searched(QUANTUM),
    "history_form": searched(history.Names("sector", ("quantum",), spelling="qubit")),
    "history_pact": searched(history.AboutPact()),
    "history_words": searched(history.HasLetters(("zeppelin",))),
    "history_both": searched(history.AllOf((QUANTUM, history.HasLetters(("zeppelin",))))),
    "history_either": searched(history.AnyOf((QUANTUM, history.AboutPact()))),
    "history_outlet": searched(history.FromOutlets(("asiae",))),
    "pact_stories_since": pact_stories.since,
    "stories_begun": story_coverage.begun_since,
    "naming_official": lambda c, _now: topic_mentions.newest_articles(c, "official", "Michael Kratsios", 200),
    "sentences_naming": lambda c, _now: topic_mentions.sentences_naming(c, "official", "Michael Kratsios", [1, 2]),
    "titles_of_outlet": lambda c, now: listed_titles.of_outlet(c, "asiae", now),
    "listed_titles": lambda c, now: listed_titles.of_articles(c, [1, 2], now),
    "parts_of_article": lambda c, _now: story_parts.parts_of_article(c, 1),
    "teams_with": lambda c, _now: story_views.teams_with(c, 1),
    "views_of_article": lambda c, _now: story_views.of_article(c, 1, 1),
    "overlays_of": lambda c, _now: story_parts.overlays_of(c, "T1"),
    "sizes": lambda c, _now: story_parts.sizes(c, [1, 2]),
    "twins_since": lambda c, now: articles.twins_since(c, 1, now),
    "counts_since": articles.counts_since,
    "channels_with_untold": lambda c, now: matches.channels_with_untold(c, "T1", now),
    "mark_untold": lambda c, _now: matches.mark_untold(c, 1),
    "retell": lambda c, _now: matches.retell(c, 1, 2),
    "untold": lambda c, now: matches.untold(c, 1, ["daily"], now),
    "cards_of_bursts": lambda c, now: bursts.cards_of_bursts(c, [1, 2], now),
    "held": lambda c, _now: rollups.held_for(c, 1),
    "holding": rollups.destinations_with_held,
    "due_since": watchdog.due_since,
    "last_posts": lambda c, _now: watchdog.last_posts(c, ["T1", "T2"]),
    "newest_notices": lambda c, _now: watchdog.newest_notices(c, ["silent:read:", "silent:post:"]),
    "unreported": lambda c, _now: unconfirmed.unreported(c, 1),
    "unreported_before": lambda c, now: unconfirmed.unreported_before(c, "T1", now),
    "sent_between": lambda c, now: audits.sent_between(c, "T1", now, now),
    "passed_mutes": mutes.passed,
    "last_audits": lambda c, _now: audits.last_of_all(c),
    "absent": lambda c, _now: absent_channels.absent(c, 1, 9),
    "matches_since": lambda c, now: matches.since(c, [1, 2], now),
    "matches_count": lambda c, now: matches.count_since(c, 1, now),
    "given_up": lambda c, now: audits.given_up(c, "T1", now, now),
    "stuck": lambda c, now: audits.overdue(c, "T1", now),
    "has_unclaimed": inbound.has_unclaimed,
    "claim_inbound": lambda c, now: inbound.claim(c, now, now, 5),
    "needs_correction": lambda c, now: clock_correction.needs_correction(c, WAITS, now),
    "stories_by_id": lambda c, _now: stories.get_some(c, [1, 2]),
    "forget_contexts": mentions.forget_contexts,
    "slots_taken": lambda c, _now: slots.taken(c, {("T1", 1): ["2026-03-02T08:30Z"]}),
    "digests_due": digest_looks.due,
    "digests_lock": lambda c, _now: digest_looks.lock(c, [1, 2]),
    "digests_ahead": digest_looks.are_ahead,
    "digests_look_again": digest_looks.look_again,
    "subscriptions_of_team": lambda c, _now: subscriptions.active(c, "T1"),
    "subscriptions_past_end": subscriptions.past_end,
    "subscriptions_of": lambda c, _now: subscriptions.of_destinations(c, [1, 2]),
    "claim_jobs": lambda c, now: jobs.claim(c, now, "w", 30, 5),
    "finish_jobs": lambda c, now: jobs.finish_some(
        c, [FinishedJob(ClaimedJob(id_, Job("scrape", f"o{id_}"), 1, 1), ()) for id_ in (1, 2)], now
    ),
    "take_turns": take_turns,
    "outlet_states": lambda c, now: outlet_states.of_outlets(c, ["asiae", "yonhap"], now, now),
}


@pytest.fixture
async def sqlite(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Store]:
    opened = Store.open(f"sqlite:///{shutil.copy(migrated_file, tmp_path)}")
    yield opened
    await opened.close()


async def plans_of(
    ask: Ask, c: AsyncConnection, now: datetime, explain: str = "EXPLAIN QUERY PLAN"
) -> list[tuple[str, list[str]]]:
    """Each statement of a query with the steps of its plan."""
    said: list[tuple[str, Any]] = []

    def note(_c: Connection, _cursor: object, statement: str, values: Any, *_: object) -> None:
        said.append((statement, values))

    event.listen(c.sync_connection, "before_cursor_execute", note)
    await ask(c, now)
    event.remove(c.sync_connection, "before_cursor_execute", note)
    assert said
    plans = []
    for statement, values in said:
        plan = (await c.exec_driver_sql(f"{explain} {statement}", values)).all()
        plans.append((statement, [str(row[-1]) for row in plan]))
    return plans


@pytest.mark.parametrize("name", ASKED)
async def test_no_growing_table_is_scanned(name: str, sqlite: Store, now: datetime) -> None:
    async with sqlite.begin() as c:
        for statement, steps in await plans_of(ASKED[name], c, now):
            growing = GROWING - MAY_SCAN.get(name, set())
            bad = [it for it in steps if it.startswith("SCAN ") and it.split()[1] in growing]
            assert [it for it in bad if it.split()[-1] not in SMALL] == [], f"{statement}\n{steps}"


@pytest.mark.parametrize("name", ["waits", "claim_edits", "needs_correction"])
async def test_stale_deliveries_are_found_without_the_sent_ones(name: str, sqlite: Store, now: datetime) -> None:
    async with sqlite.begin() as c:
        plans = [each for each in await plans_of(ASKED[name], c, now) if "wanted_revision >" in each[0]]
    assert plans
    for statement, steps in plans:
        assert any("ix_deliveries_stale_due (state=?" in step for step in steps), f"{statement}\n{steps}"


INDEX_OF = {
    "history_topic": "COVERING INDEX ix_mentions_topic (topic=? AND kind=? AND passing=? AND article>? AND article<?)",
    "history_form": "ix_mentions_topic (topic=? AND kind=? AND passing=? AND article>? AND article<?)",
    "history_both": "COVERING INDEX ix_mentions_topic (topic=? AND kind=? AND passing=? AND article>? AND article<?)",
    "history_words": "articles USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
    "pact_stories_since": "ix_stories_pact (last_article_at>?)",
    "stories_begun": "ix_articles_first_seen_at (first_seen_at>?)",
    "read_between": "COVERING INDEX ix_articles_first_seen_at (first_seen_at>? AND first_seen_at<?)",
    "naming_official": "COVERING INDEX ix_mentions_topic (topic=? AND kind=? AND passing=?)",
    "sentences_naming": "article=?",
    "absent": "ix_destinations_away",
    "matches_since": "ix_matches_matched_at (subscription=? AND matched_at>?)",
    "matches_count": "ix_matches_matched_at (subscription=? AND matched_at>?)",
    "digests_due": "ix_destinations_digest_due (state=? AND digest_due_at<?)",
    "stuck": "ix_deliveries_state (state=?)",
    "channels_with_untold": "ix_matches_untold (destination=? AND matched_at<?)",
    "last_post_at_team": "ix_deliveries_team_sent (team=? AND sent_at>?)",
    "last_post_at_channel": "ix_deliveries_destination_sent (destination=? AND sent_at>?)",
    "last_posts": "ix_deliveries_team_sent (team=? AND sent_at>?)",
    "newest_notices": "(key>? AND key<?)",
    "sent_between": "ix_deliveries_team_sent (team=? AND sent_at>? AND sent_at<?)",
    "cards_of_bursts": "ix_deliveries_destination_sent (destination=? AND sent_at>?)",
    "given_up": "ix_deliveries_given_up (team=? AND last_try_at>? AND last_try_at<?)",
    "unreported": "ix_deliveries_unconfirmed (state=? AND destination=?)",
    "unreported_before": "ix_deliveries_given_up (team=?)",
    "waits": "ix_deliveries_held (state=? AND not_before<?)",
    "release_held": "ix_deliveries_held (state=? AND not_before<?)",
    "holding": "ix_deliveries_held (state=? AND not_before<?)",
    "needs_correction": "ix_deliveries_held (state=? AND not_before>?)",
    "claim": "ix_destinations_may_post (next_post_at<?)",
    "claim_never_posted": "ix_destinations_may_post (next_post_at=?)",
    "claim_heads": "ix_deliveries_state (state=? AND destination=?)",
    "claim_behind_a_flood": "ix_destinations_team_may_post (team=? AND next_post_at<?)",
    "next_team": "ix_destinations_team_may_post (team>?)",
    "cancel_orphans": "ix_deliveries_dependent (state=? AND after=?)",
}


@pytest.mark.parametrize("name", INDEX_OF)
async def test_history_is_not_read_to_find_what_is_wanted(name: str, sqlite: Store, now: datetime) -> None:
    async with sqlite.begin() as c:
        steps = [step for _, steps in await plans_of(ASKED[name], c, now) for step in steps]
    assert [step for step in steps if INDEX_OF[name] in step], steps


async def test_claiming_an_edit_reads_no_other_sent_delivery(sqlite: Store, now: datetime) -> None:
    an_hour_ago = now - timedelta(hours=1)
    async with sqlite.begin() as c:
        channel = await add_channel(c, "C1")
        for number in range(5):
            await deliveries.enqueue(
                c, f"card:{number}", team="T1", destination=channel.id, kind="card", now=an_hour_ago
            )
        stale = {"state": "sent", "sent_at": an_hour_ago, "wanted_revision": 2, "shown_revision": 1}
        await c.execute(update(deliveries_table).values(stale))
        plans = await plans_of(ASKED["claim_edits"], c, now)
    (steps,) = [steps for statement, steps in plans if statement.startswith("UPDATE")]
    assert steps[0].startswith("SEARCH deliveries USING INTEGER PRIMARY KEY")


@pytest.mark.parametrize("name", ["finish_jobs", "outlet_states", "take_turns"])
async def test_what_every_reading_asks_finds_its_rows_by_a_key(name: str, sqlite: Store, now: datetime) -> None:
    async with sqlite.begin() as c:
        plans = await plans_of(ASKED[name], c, now)
    for statement, steps in plans:
        reads = [step for step in steps if step.startswith(("SCAN ", "SEARCH ")) and "CONSTANT" not in step]
        keys = ("USING INTEGER PRIMARY KEY", "_autoindex_", "ix_articles_unread", "ix_articles_pact")
        assert reads or statement.startswith("INSERT")
        assert all(any(key in step for key in keys) for step in reads), f"{statement}\n{steps}"


EACH_SECOND = ("waits", "claim", "claim_unknown", "claim_edits", "release_held", "cancel_orphans")
EACH_MINUTE = ("digests_due", "holding", "due_since", "last_posts", "newest_notices", "absent", "depth")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_postgresql_reads_no_delivery_of_the_past(store: Store, now: datetime) -> None:
    """It plans by what it has counted, and takes a third of all sent deliveries for stale."""
    async with store.begin() as c:
        channel = await add_channel(c, "C1")
        await subscriptions.add(
            c, team="T1", destination=channel.id, owner=None, query="pact", cadence="daily", at="08:30", weekday="mon",
            timezone="Asia/Seoul", created_at=now,
        )  # fmt: skip
    await Past(3_000, 10, now, destination=channel.id).write(store)
    async with store.begin() as c:
        await c.execute(text("ANALYZE"))
        for name in (*EACH_SECOND, *EACH_MINUTE):
            for statement, steps in await plans_of(ASKED[name], c, now, "EXPLAIN"):
                assert [step for step in steps if "Seq Scan on deliveries" in step] == [], f"{name}: {statement}"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_postgresql_reads_no_table_to_look_whether_one_waits(store: Store, now: datetime) -> None:
    """Where most wait, it takes the first of the table for one that does."""
    async with store.begin() as c:
        channel = await add_channel(c, "C1")
        facts = {"team": "T1", "destination": channel.id, "kind": "card", "created_at": now, "not_before": now}
        rows = [{"key": f"card:{number}", "state": "due", **facts} for number in range(2_000)]
        await c.execute(insert(deliveries_table), rows)
        channels = {"team": "T1", "language": "en", "timezone": "UTC", "may_post": True, "next_post_at": now}
        rows = [{"slack_id": f"D{number}", **channels} for number in range(2_000)]
        await c.execute(insert(destinations_table), rows)
        await c.execute(text("ANALYZE"))
        ((statement, steps),) = await plans_of(ASKED["waits"], c, now, "EXPLAIN")
    scans = ("Seq Scan on deliveries", "Seq Scan on destinations")
    assert [step for step in steps if any(scan in step for scan in scans)] == [], statement
