"""The form of the settings changes what is different, as one change that can be undone, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answers.channel.settings_form import with_fields
from bot.model import Destination
from bot.store import destinations
from handlers.cards.answers import ErrorCard
from handlers.cards.modals import FieldErrorsCard
from handlers.requests import Asker, Request, ViewRef
from handlers.views.asks import SaveSettings
from handlers.views.settings_modal import ask_from
from tests.support.bot_harness import BotHarness

CHANNEL = Destination(1, "T1", "C1", None, "en", "Asia/Seoul", "active", None, None, None, None)
MEMBER = Asker("T1", "U1", "C1", False, standing="member")
SAME = SaveSettings(
    language="en", timezone="Asia/Seoul", digest="off", empty="usual", threads=True, broadcast=False, who="everyone"
)


def test_the_same_fields_change_nothing() -> None:
    assert with_fields(CHANNEL, SAME, MEMBER) == CHANNEL


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        ({"language": "ko"}, {"language": "ko"}),
        ({"language": "fr"}, {}),
        ({"timezone": "America/New_York"}, {"timezone": "America/New_York"}),
        ({"timezone": "localtime"}, {}),
        ({"digest": "daily", "digest_at": "07:15"}, {"digest_at": "07:15"}),
        (
            {"digest": "weekly", "digest_at": "07:15", "weekday": "fri"},
            {"digest_at": "07:15", "digest_cadence": "weekly", "digest_weekday": "fri"},
        ),
        ({"digest": "hourly"}, {"digest_at": "00:00", "digest_cadence": "hourly"}),
        ({"digest": "sometimes"}, {}),
        ({"empty": "skip"}, {"empty_digest": "skip"}),
        ({"quiet_from": "22:00", "quiet_to": "07:00"}, {"quiet_from": "22:00", "quiet_to": "07:00"}),
        ({"quiet_from": "22:00"}, {}),
        ({"quiet_from": "x", "quiet_to": "y"}, {}),
        ({"threads": False, "broadcast": True}, {"threads": False, "broadcast": True}),
        ({"who": "admins"}, {"configured_by": "admins"}),
        ({"who": "list", "people": "U2,U3"}, {"configured_by": "list", "configurers": ("U2", "U3", "U1")}),
        ({"who": "nobody"}, {}),
    ],
)
def test_each_field_changes_its_setting(fields: dict[str, object], changed: dict[str, object]) -> None:
    assert with_fields(CHANNEL, replace(SAME, **fields), MEMBER) == replace(CHANNEL, **changed)  # type: ignore[arg-type]


def test_a_direct_message_has_no_settings_of_channels() -> None:
    direct = replace(CHANNEL, slack_id="D1", person="U1")
    asked = replace(SAME, language="ko", timezone="UTC", broadcast=True, who="admins", threads=False)
    assert with_fields(direct, asked, MEMBER) == replace(direct, threads=False)


def test_a_form_is_read_by_its_names() -> None:
    values = {"language": "ko", "zone": "UTC", "at": "08:30", "posts": "threads,broadcast", "people": "U1,U2"}
    asked = SaveSettings(language="ko", timezone="UTC", digest_at="08:30", broadcast=True, people="U1,U2")
    assert ask_from(values) == asked
    assert ask_from({}) == SaveSettings(threads=False)


async def test_all_that_is_different_is_one_change_and_one_undo(harness: BotHarness) -> None:
    answers = harness.answers
    asked = replace(SAME, language="ko", digest="daily", digest_at="07:15", quiet_from="22:00", quiet_to="07:00")
    request = Request("form", MEMBER, asked)
    assert await answers.remember(request)
    assert await answers.check(request) is None
    shown = await answers.answer(request)
    assert shown is not None
    assert shown.changed
    async with harness.store.read() as c:
        changed = await destinations.find(c, "T1", "C1")
    assert changed is not None
    assert (changed.language, changed.digest_at, changed.quiet_from) == ("ko", "07:15", "22:00")
    await harness.ask("undo 1")
    async with harness.store.read() as c:
        undone = await destinations.find(c, "T1", "C1")
    assert undone is not None
    assert (undone.language, undone.digest_at, undone.quiet_from, undone.quiet_to) == ("en", None, None, None)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"quiet_from": "22:00"}, {"quiet_to"}),
        ({"quiet_to": "07:00"}, {"quiet_from"}),
        ({"quiet_from": "07:00", "quiet_to": "07:00"}, {"quiet_to"}),
        ({"digest": "weekly"}, {"at"}),
        ({"digest": "hourly"}, set()),
    ],
)
async def test_wrong_fields_are_named(harness: BotHarness, fields: dict[str, str], wrong: set[str]) -> None:
    shown = await harness.answers.check(Request("r1", MEMBER, replace(SAME, **fields)))  # type: ignore[arg-type]
    errors = shown.card.errors if shown is not None and isinstance(shown.card, FieldErrorsCard) else {}
    assert set(errors) == wrong


@pytest.mark.parametrize(("channels", "changed"), [({"C1"}, True), ({"C2"}, False), (set(), True)])
async def test_who_left_the_channel_meanwhile_changes_nothing(
    harness: BotHarness, channels: set[str], changed: bool
) -> None:
    harness.channels["U1", True] = channels
    request = Request("form", MEMBER, replace(SAME, language="ko"), view=ViewRef("V1", external_id="x"))
    assert await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    assert shown is not None
    assert shown.changed is changed
    if not changed:
        assert isinstance(shown.card, ErrorCard)
        assert shown.card.note.code == "channel_was_left"
