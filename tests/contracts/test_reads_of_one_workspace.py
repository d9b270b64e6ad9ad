"""Every read and change by workspace leaves out the rows of another one, whatever checks stand before it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.operations.health import health
from bot.store import (
    articles,
    changes,
    commitments,
    destinations,
    feedback,
    stories,
    story_links,
    story_parts,
    subscriptions,
)
from bot.store.articles import NewArticle
from bot.store.commitments import CommitmentState
from bot.store.deliveries import table as deliveries
from bot.store.engine import Connection, Store
from bot.store.schema import deliveries as delivery_rows

TEAMS = ("T1", "T2")
TS = "7.000100"
PLAN: dict[str, Any] = {"cadence": "instant", "at": "08:30", "weekday": "mon", "timezone": "UTC", "owner": "U1"}


@pytest.fixture
async def ids(store: Store, now: datetime) -> dict[str, dict[str, int]]:
    """One story of all, and one row of every other kind in each of two workspaces, whose channel and ts are the same.

    Returns each workspace's ids.
    """
    async with store.begin() as c:
        shared: dict[str, Any] = {"headline": "a", "url": "https://a.example/1", "outlet": "a", "language": "en"}
        story = await stories.add(c, **shared, first_seen_at=now, last_article_at=now)
        urls = ("https://a.example/1", "https://a.example/2")
        for url in urls:
            new = NewArticle("a", url, url, "a", "en", "media", now, now, (url,), state="read", story=story)
            article = await articles.add(c, new)
        return {team: await fill(c, team, story, article, now) for team in TEAMS}


async def fill(c: Connection, team: str, story: int, article: int, now: datetime) -> dict[str, int]:
    """Writes what one workspace has, the second one later."""
    now += timedelta(minutes=TEAMS.index(team))
    channel = await destinations.get_or_add(c, team, "C1", language="en", timezone="UTC", person="U1")
    shared: dict[str, Any] = {"headline": team, "url": f"https://{team}.example", "outlet": "a", "language": "en"}
    part = await stories.add(c, **shared, first_seen_at=now, last_article_at=now)
    await story_parts.add(c, team, part, story)
    await story_parts.put(c, team, part, [article], "U1", now)
    link = await story_links.add(c, team=team, story=story, other=part, person="U1", now=now)
    await commitments.put(c, CommitmentState(team, f"clause-{team}", "done", "U1", now))
    await commitments.put(c, CommitmentState(team, "clause", f"of {team}", "U1", now))
    subscription = await subscriptions.add(c, team=team, destination=channel.id, query=team, created_at=now, **PLAN)
    change = await changes.add(
        c, team=team, destination=channel.id, who="U1", what="digest_off", before={}, after={}, made_at=now,
        undo_until_at=now + timedelta(days=1),
    )  # fmt: skip
    await feedback.say(c, team=team, story=story, person="U1", what=f"of {team}", now=now)
    key = f"notice:{team}:1"
    sent = await deliveries.enqueue(c, key, team=team, destination=channel.id, kind="notice", story=story, now=now)
    assert sent is not None
    await c.execute(update(delivery_rows).where(delivery_rows.c.id == sent).values(state="sent", ts=TS, sent_at=now))
    for number in range(2 + TEAMS.index(team)):
        key = f"notice:{team}:due:{number}"
        await deliveries.enqueue(c, key, team=team, destination=channel.id, kind="notice", now=now)
    numbers = {"channel": channel.id, "part": part, "link": link, "subscription": subscription.id}
    return {**numbers, "change": change, "sent": sent, "article": article, "story": story}


@pytest.mark.parametrize("team", TEAMS)
async def test_a_read_finds_the_rows_of_its_workspace_alone(
    store: Store, ids: dict[str, dict[str, int]], now: datetime, team: str
) -> None:
    own = ids[team]
    (other,) = [ids[name] for name in TEAMS if name != team]
    since_at = now - timedelta(days=1)
    async with store.read() as c:
        assert await changes.get(c, team, other["change"]) is None
        assert [change.id for change in await changes.newest(c, team, 1)] == [own["change"]]
        assert [row.id for row in await destinations.all_of_team(c, team)] == [own["channel"]]
        assert [row.id for row in await destinations.of_person(c, team, "U1")] == [own["channel"]]
        found = await destinations.find(c, team, "C1")
        assert found is not None
        assert found.id == own["channel"]
        assert await story_parts.of_team(c, team) == {own["part"]: own["story"]}
        overlays = await story_parts.overlays_of(c, team)
        assert [(row.article, row.story) for row in overlays] == [(own["article"], own["part"])]
        assert [link.id for link in await story_links.of_team(c, team)] == [own["link"]]
        assert await story_links.get(c, team, other["link"]) is None
        states = await commitments.of_team(c, team)
        assert {clause: state.state for clause, state in states.items()} == {
            f"clause-{team}": "done",
            "clause": f"of {team}",
        }
        assert await subscriptions.some(c, team, (other["subscription"],)) == ()
        assert [row.id for row in await subscriptions.active(c, team)] == [own["subscription"]]
        posted = await deliveries.by_ts(c, team, "C1", TS)
        assert posted is not None
        assert posted.id == own["sent"], "the other workspace's channel has the same id, and a message of the same ts"
        assert [delivery.id for delivery in await deliveries.of_story(c, own["story"], team)] == [own["sent"]]
        assert [row.what for row in await feedback.newest(c, team, since_at, 9)] == [f"of {team}"]
        assert await feedback.counts_since(c, team, since_at) == {f"of {team}": 1}


@pytest.mark.parametrize("team", TEAMS)
async def test_the_health_of_a_workspace_counts_its_own_deliveries(
    store: Store, ids: dict[str, dict[str, int]], now: datetime, team: str
) -> None:
    at = now + timedelta(minutes=TEAMS.index(team))
    async with store.read() as c:
        measured = await health(c, now + timedelta(hours=1), team)
    assert (measured.queue_depth, measured.unknown) == (2 + TEAMS.index(team), 0)
    assert (measured.oldest_due_at, measured.last_post_at) == (at, at)


@pytest.mark.parametrize("team", TEAMS)
async def test_a_change_by_number_leaves_the_row_of_another_workspace(
    store: Store, ids: dict[str, dict[str, int]], now: datetime, team: str
) -> None:
    ((name, other),) = [(name, numbers) for name, numbers in ids.items() if name != team]
    number = other["subscription"]
    async with store.begin() as c:
        assert not await subscriptions.change(c, team, number, {"query": "taken"}, now)
        assert not await subscriptions.end(c, team, number, now)
        assert not await changes.undo(c, team, other["change"], now)
        await story_parts.remove(c, team, other["part"])
        await commitments.clear(c, team, f"clause-{name}")
    async with store.begin() as c:
        (kept,) = await subscriptions.some(c, name, (number,))
        assert (kept.query, kept.state) == (name, "active")
        assert len(await story_parts.overlays_of(c, name)) == 1
        assert f"clause-{name}" in await commitments.of_team(c, name)
        assert await subscriptions.end(c, name, number, now)
        assert not await subscriptions.reactivate(c, team, number)
        assert (await subscriptions.some(c, name, (number,)))[0].state == "ended"
