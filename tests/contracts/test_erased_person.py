"""An erased person is nowhere in the database: every text and JSON column of every table is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, Float, Integer, String, Table, Text, cast, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.operations.retention import delete_old
from bot.store import person_rows
from bot.store.engine import Store
from bot.store.person_columns import PERSONAL, holds_person, without_person
from bot.store.person_rows import find_person, rows_left, steps_of, teams_of
from bot.store.schema import Packed, Utc, metadata
from bot.store.schema.columns import Document, Words
from tests.support.bot_harness import BotHarness, outlet_named
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT, SIGNED, SIGNED_TEXT

PERSON, DIRECT, LONGER, OTHER = "U0PERSON", "D0DIRECT", "U0PERSON9", "U0OTHER"
IMPERSONAL: Mapping[str, str] = {
    "article_identities": "identity",
    "articles": "outlet url canonical_url headline language kind content_hash state suspect sister_pact officials "
    "sectors after placement former_headlines listed head_facts text_from attachments text_url lexicon_version "
    "severity_reason",
    "bot_tokens": "team enterprise enterprise_name name app bot_user bot scopes token refresh_token",
    "changes": "team what",
    "commitment_states": "team clause state",
    "deliveries": "team kind state worker ts error trace",
    "destinations": "team language timezone state away_reason digest_at digest_cadence digest_weekday quiet_from "
    "quiet_to configured_by mention_group empty_digest",
    "feed_texts": "text",
    "feedback": "team what",
    "firsts": "team",
    "hosts": "host",
    "hub_subscriptions": "outlet url hub topic public_url token secret state reason",
    "inbound": "team id kind",
    "install_states": "state browser",
    "installations": "team enterprise name bot_user bot token scopes state reason",
    "jobs": "name key state worker",
    "lexicon_additions": "spelling topic toml",
    "matches": "team cadence",
    "mentions": "kind topic term field quote context lexicon_version",
    "mutes": "team kind target",
    "outlet_specs": "key spec",
    "outlet_troubles": "kind outlet subject name why",
    "page_refusals": "outlet host reason",
    "people": "team language timezone",
    "processes": "name part",
    "rejected": "kind topic term field quote reason_code reason_args lexicon_version",
    "robots": "origin body",
    "sentences": "text",
    "slots": "team slot",
    "sources": "outlet url etag last_modified body_hash moved_to error_code error",
    "stories": "headline url outlet language sister_pact officials sectors marks",
    "story_links": "team",
    "story_overlays": "team",
    "story_parts": "team",
    "subscriptions": "team query cadence at weekday timezone state",
    "table_versions": "name",
    "text_sketches": "outlet",
}
"""What Slack, outlets or the bot itself wrote, and words of commands that name no person."""


def is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, Words | String | Text | Document)


def test_every_column_is_known_to_hold_a_person_or_to_hold_none() -> None:
    """A new column with a person's id belongs into PERSONAL; whoever erases a person has to know it."""
    of_schema = {(table.name, column.name) for table in metadata.sorted_tables for column in table.c if is_text(column)}
    listed = [(table, column) for table, columns in PERSONAL.items() for column in columns]
    listed += [(table, column) for table, columns in IMPERSONAL.items() for column in columns.split()]
    assert sorted(listed) == sorted(of_schema)


async def where_found(store: Store, *ids: str) -> list[str]:
    """Every column of the database with one of the ids."""
    pattern = re.compile(rf"(?<![A-Z0-9])(?:{'|'.join(ids)})(?![A-Z0-9])")
    found = []
    async with store.read() as c:
        for table in metadata.sorted_tables:
            for column in filter(is_text, table.c):
                values = (await c.execute(select(cast(column, Text)))).scalars()
                found += [f"{table.name}.{column.name}: {each}" for each in values if each and pattern.search(each)]
    return found


async def erase(store: Store, now: datetime, team: str = "T1") -> int:
    async with store.read() as c:
        person = await find_person(c, team, PERSON)
    await delete_old(store, steps_of(person), now, now)
    async with store.read() as c:
        return await rows_left(c, person)


def personal_value(column: Column[Any], number: int, person: str) -> Any:
    if isinstance(column.type, Document):
        if column.name == "configurers":
            return [person, OTHER]
        return {"user": person, "more": [person, {"line": f"who <@{person}> <@{OTHER}>"}], person: number}
    return f"notice:{number}:{person}" if column.name == "key" else person


def value_of(column: Column[Any], number: int, now: datetime, row: Mapping[str, Any]) -> Any:
    if column.name in row:
        return row[column.name]
    if column.name in PERSONAL.get(column.table.name, ()):
        return personal_value(column, number, row["person_of_row"])
    if isinstance(column.type, Utc):
        return now
    if isinstance(column.type, Date):
        return date(2026, 3, number % 28 + 1)
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer | Float):
        return number
    if isinstance(column.type, Packed):
        return b""
    return {} if isinstance(column.type, Document) else f"{column.name}-{number}"


def reference_of(column: Column[Any], ids: Mapping[str, int]) -> dict[str, Any]:
    parents = [key.column.table.name for key in column.foreign_keys]
    if not parents or parents[0] == column.table.name:
        return {column.name: None} if parents else {}
    return {column.name: ids.get(parents[0])}


async def fill(c: AsyncConnection, team: str, person: str, now: datetime, first: int, direct: str | None) -> None:
    """A row of each table for one channel or direct message, with the person wherever a person may be."""
    ids: dict[str, int] = {}
    place = {"slack_id": direct or f"C{first}", "person": person if direct else None}
    for number, table in enumerate(metadata.sorted_tables, first):
        given: dict[str, Any] = {"team": team, "person_of_row": person, **references(table, ids)}
        if table.name == "destinations":
            given |= place
        if table.name == "installations":
            continue
        if table.name == "people" and direct:
            given["person_of_row"] = f"{OTHER}{first}"
        if table.name == "inbound":
            given["handled_at"] = None
        if table.name == "deliveries":
            given["state"] = "sent" if direct else "due"
        columns = [each for each in table.c if not (each.name == "id" and each.identity is not None)]
        made = await c.execute(
            insert(table).values({each.name: value_of(each, number, now, given) for each in columns})
        )
        if "id" in table.c and made.inserted_primary_key is not None and table.name != "inbound":
            ids[table.name] = made.inserted_primary_key[0]


def references(table: Table, ids: Mapping[str, int]) -> dict[str, Any]:
    return {name: value for column in table.c for name, value in reference_of(column, ids).items()}


async def test_a_person_is_nowhere_left_and_nobody_else_is_touched(store: Store, now: datetime) -> None:
    async with store.begin() as c:
        await fill(c, "T1", PERSON, now, 100, None)
        await fill(c, "T1", PERSON, now, 200, DIRECT)
        await fill(c, "T1", LONGER, now, 300, "D0LONGER")
        await fill(c, "T2", PERSON, now, 400, "D0SECOND")
        assert await teams_of(c, PERSON) == {"T1", "T2", ""}
    found = await where_found(store, PERSON, DIRECT)
    assert {each.split(":")[0] for each in found} == {
        f"{table}.{name}" for table in PERSONAL for name in PERSONAL[table]
    }
    others = await where_found(store, LONGER, "D0LONGER", OTHER)
    assert await erase(store, now) == 0
    async with store.read() as c:
        assert await teams_of(c, PERSON) == {"T2"}
        assert [row.state for row in await c.execute(select(metadata.tables["deliveries"]).order_by("id"))] == [
            "cancelled", "sent", "sent",
        ]  # fmt: skip
    assert await where_found(store, DIRECT) == []
    assert set(await where_found(store, LONGER, "D0LONGER")) <= set(others)
    assert len(await where_found(store, LONGER)) == sum(LONGER in each for each in others)
    assert await erase(store, now, "T2") == 0
    assert await where_found(store, PERSON) == []


@pytest.mark.parametrize("state", ["sending", "unknown"])
async def test_a_message_on_its_way_keeps_its_key_and_is_counted(
    store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setattr(person_rows, "ROWS_A_STEP", 1)
    async with store.begin() as c:
        await fill(c, "T1", PERSON, now, 100, None)
        table = metadata.tables["deliveries"]
        await c.execute(table.update().values(state=state))
    assert await erase(store, now) == 1
    assert {each.split(":")[0] for each in await where_found(store, PERSON)} == {"deliveries.key", "deliveries.payload"}


async def test_whatever_a_person_did_is_erased_and_the_channel_goes_on(store: Store) -> None:
    bot = BotHarness(store, {key: outlet_named(key) for key in ("herald", "times")})
    await bot.announce("herald")
    bot.pass_time(hours=1)
    await bot.ask("subscribe quantum", user=PERSON)
    await bot.ask("subscribe pact as daily for me", channel=DIRECT, user=PERSON)
    await bot.publish("herald", QUANTUM, QUANTUM_TEXT)
    await bot.publish("times", SIGNED, SIGNED_TEXT)
    await bot.deliver()
    for line in (
        "settings who <@U0PERSON>", "mute story ST1 for 3d", "feedback ST1 passing", "commitments space done",
        "lang ko", "settings zone UTC for me", "split ST1 1", "merge ST1 ST2", "share ST1", "quiet 22:00-07:00",
        "request list all", "edit S1 quantum OR space", "digest daily 09:00", "test",
    ):  # fmt: skip
        await bot.ask(line, user=PERSON)
    await bot.deliver()
    assert len(await where_found(store, PERSON)) > 8
    assert await erase(store, bot.now()) == 0
    assert await where_found(store, PERSON, DIRECT) == []
    assert [each.owner for each in await bot.active_subscriptions()] == [None]
    cards = len(bot.cards())
    await bot.ask("unmute ST1")
    await bot.ask("quiet off")
    bot.pass_time(hours=2)
    await bot.publish(
        "times", "Quantum computer comes to Busan", "A quantum computer was moved to Busan on Tuesday night."
    )
    await bot.deliver()
    assert len(bot.cards()) == cards + 1


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("U1", None),
        ("U12", "U12"),
        ("by <@U1>, U12, XU1", "by <@erased>, U12, XU1"),
        (["U1", "U2"], ["U2"]),
        ({"a": "U1", "b": [{"c": "U1 U2"}], "U1": 1}, {"a": None, "b": [{"c": "erased U2"}], "erased": 1}),
        (7, 7),
    ],
)
def test_a_value_without_the_person(value: object, left: object) -> None:
    assert without_person(value, ("U1",)) == left
    assert holds_person(value, ("U1",)) is (value != left)
