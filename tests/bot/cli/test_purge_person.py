"""purge --person erases a person of one workspace; where it is not clear whose rows go, one line says what to add."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.store import people
from bot.store.deliveries.table import enqueue
from bot.store.destinations import get_or_add
from bot.store.engine import Store
from bot.store.people import Person
from bot.store.schema import deliveries
from tests.support.command_line import Call


async def filled(path: Path, *, on_its_way: bool = False) -> None:
    store = Store.open(f"sqlite:///{path}")
    await store.migrate()
    async with store.begin() as c:
        for team, person in (("T1", "U1ALONE"), ("T1", "U2BOTH"), ("T2", "U2BOTH"), ("T1", "U1ALONE9")):
            await people.save(c, Person(team, person, "ko"))
        if on_its_way:
            channel = await get_or_add(c, "T1", "C1", language="en", timezone="UTC")
            number = await enqueue(
                c, "notice:x", team="T1", destination=channel.id, kind="notice", now=datetime.now(UTC),
                payload={"user": "U1ALONE"},
            )  # fmt: skip
            await c.execute(update(deliveries).where(deliveries.c.id == number).values(state="unknown"))
    await store.close()


@pytest.fixture
def database(empty_folder: Path) -> Path:
    path = empty_folder / "pactbot.db"
    asyncio.run(filled(path))
    return path


@pytest.mark.usefixtures("database")
def test_a_person_of_one_workspace_needs_no_team(call: Call) -> None:
    assert call("purge", "--person", "U1ALONE").err == (
        "pactbot purge: nothing was deleted; --yes deletes these rows\n"
    )
    done = call("purge", "--person", "U1ALONE", "--yes")
    assert (done.code, done.out) == (0, "people 1\n")
    assert done.err == "pactbot purge: deleted, or made nameless, 1 of people\n"
    again = call("purge", "--person", "U1ALONE", "--yes")
    assert (again.code, again.err) == (
        2,
        "pactbot purge: no row names U1ALONE: are the id and PACT_DATABASE_URL right?\n",
    )
    assert call("purge", "--person", "U1ALONE9", "--yes").code == 0


@pytest.mark.usefixtures("database")
def test_a_person_of_several_workspaces_needs_one(call: Call) -> None:
    which = call("purge", "--person", "U2BOTH", "--yes")
    assert (which.code, which.err) == (2, "pactbot purge: T1, T2 have rows of U2BOTH: say which with --team\n")
    wrong = call("purge", "--person", "U2BOTH", "--team", "T3", "--yes")
    assert (wrong.code, wrong.err) == (2, "pactbot purge: no row of T3 names U2BOTH; rows of T1, T2 do\n")
    assert call("purge", "--person", "U2BOTH", "--team", "T2", "--yes").code == 0
    assert call("purge", "--person", "U2BOTH", "--yes").out == "people 1\n"


def test_a_message_on_its_way_is_said(call: Call, empty_folder: Path) -> None:
    asyncio.run(filled(empty_folder / "pactbot.db", on_its_way=True))
    done = call("purge", "--person", "U1ALONE", "--yes")
    assert done.code == 1
    assert done.err.splitlines()[-1] == (
        "pactbot purge: 1 rows belong to messages on their way: run it again in a minute"
    )


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--person", "bob"), "'bob' is no member id, as U0123ABCD"),
        (("--person", "<@U1ALONE>"), "is no member id, as U0123ABCD"),
        (("--person", "U1ALONE", "--team", "acme"), "'acme' is no workspace id, as T0123ABCD"),
    ],
)
def test_a_wrong_id_is_one_line(call: Call, options: tuple[str, ...], line: str) -> None:
    done = call("purge", *options)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert line in done.err
