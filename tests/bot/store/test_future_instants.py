"""A stored wait is believed only as far as the present clock can have written it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock_steps import longest_waits
from bot.outbox.policy import DeliveryPolicy
from bot.store.clock_correction import EVENTS, stored_waits
from bot.store.future_instants import bounded
from bot.store.schema import Utc, metadata

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
ENDS_BY_DEFINITION = {"mutes.until_at", "changes.undo_until_at", "destinations.digest_due_at"}
"""A mute is moved with what it holds; an undo that stays possible for too long makes nothing wait; a channel whose last
look lies ahead is looked at again at once."""
BEGINNINGS = {
    "hub_subscriptions.asked_at", "hub_subscriptions.last_push_at", "articles.first_seen_at", "mutes.made_at",
    "deliveries.created_at", "deliveries.first_try_at", "deliveries.last_try_at", "destinations.digest_looked_at",
    "subscriptions.created_at",
}  # fmt: skip
"""When a wait began, by which it is corrected. Those of mutes, open deliveries and digests are corrected, too; so is
that of a subscription when its channel's digests are looked at."""
SHOWN = {
    "articles.read_at", "articles.published_at", "changes.made_at", "changes.undone_at", "commitment_states.set_at",
    "destinations.away_at", "feedback.said_at", "lexicon_additions.added_at", "lexicon_additions.removed_at",
    "matches.told_at", "outlet_specs.added_at", "outlet_specs.removed_at", "outlet_troubles.began_at",
    "page_refusals.since_at", "processes.started_at", "sources.newest_at", "stories.first_seen_at",
    "stories.last_article_at", "story_aliases.made_at", "story_links.made_at", "story_overlays.made_at",
    "subscriptions.last_post_at",
}  # fmt: skip
"""People are shown it, it orders what they are shown, or all since a time is asked for. An absent channel whose absence
lies ahead is asked about at once."""
KEPT_LONGER = {
    "firsts.done_at", "inbound.handled_at", "inbound.heard_at", "inbound.shown_at", "installations.installed_at",
    "installations.stopped_at", "mutes.ended_at", "people.told_at", "processes.ended_at", "robots.expires_at",
    "sentences.kept_at", "slots.taken_at", "subscriptions.ended_at", "text_sketches.kept_at",
}  # fmt: skip
"""It counts that it is set; when that was says only until when the row is kept."""
WORKS_LONGER = {
    "bot_tokens.expires_at", "bot_tokens.installed_at", "hub_subscriptions.expires_at",
    "hub_subscriptions.verified_at", "install_states.expires_at", "subscriptions.ends_at",
}  # fmt: skip
"""It ends later by our rows. Slack and hubs keep their own time: a refused token is refreshed whatever the row says."""
ORDERS_PAGES = {"articles.page_order_at"}
"""The pages of a clock that was put back are read after others of their outlet."""
LONG_WITHOUT_BEGINNING = {"deliveries.not_before"}
"""A hold moves with its mute or its delivery's creation; an edit waits for a channel's longest pause, about an hour."""


@pytest.mark.parametrize(
    ("until_at", "written_at", "expected"),
    [
        (NOW - HOUR, None, NOW - HOUR),
        (NOW + HOUR, None, NOW + HOUR),
        (NOW + HOUR + SECOND, None, NOW + HOUR),
        (NOW + HOUR, NOW - HOUR, NOW + HOUR),
        (NOW + HOUR, NOW + HOUR - SECOND, NOW + SECOND),
        (NOW + 9 * HOUR, NOW + 5 * HOUR, NOW + HOUR),
        (NOW + HOUR, NOW + 2 * HOUR, NOW),
    ],
)
def test_a_wait_is_neither_longer_than_the_longest_nor_than_itself(
    until_at: datetime, written_at: datetime | None, expected: datetime
) -> None:
    assert bounded(until_at, NOW, HOUR, written_at) == expected


def test_every_column_that_something_waits_for_is_bounded() -> None:
    waits = {str(wait.until) for wait in stored_waits(longest_waits(DeliveryPolicy()))}
    endings = ("until_at", "not_before", "due_at", "again_at", "next_post_at", "next_turn_at", "next_try_at")
    columns = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith(endings) or column.name.startswith("next_")
    }
    assert columns - ENDS_BY_DEFINITION == waits


def test_a_wait_that_may_be_long_is_stored_with_its_beginning() -> None:
    """Else a wait of minutes becomes one of hours, because it is within the longest."""
    waits = [each for each in stored_waits(longest_waits(DeliveryPolicy())) if each.written is None]
    assert {str(each.until) for each in waits if each.longest > HOUR} == LONG_WITHOUT_BEGINNING


def test_every_instant_is_corrected_or_silences_nothing_where_it_lies_ahead() -> None:
    waits = {str(wait.until) for wait in stored_waits(longest_waits(DeliveryPolicy()))}
    corrected = waits | {str(event.at) for event in EVENTS}
    harmless = SHOWN | KEPT_LONGER | WORKS_LONGER | ORDERS_PAGES
    instants = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Utc)
    }
    assert not corrected & harmless
    assert instants == corrected | ENDS_BY_DEFINITION | BEGINNINGS | harmless
