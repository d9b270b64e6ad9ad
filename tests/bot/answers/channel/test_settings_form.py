"""The form of the settings changes what is different, as one change that can be undone, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answers.channel.settings_form import with_fields
from bot.model import Destination
from bot.store import destinations
from handlers.blocks.message import render
from handlers.cards.answers import ErrorCard
from handlers.cards.modals import FieldErrorsCard
from handlers.cards.settings import SettingsForm
from handlers.cards.shown import Shown
from handlers.cards.subscriptions import ChangeCard
from handlers.fake_slack.view_check import check_view
from handlers.requests import Asker, Request, Standing, ViewRef
from handlers.slack_facts import UserGroup
from handlers.views.asks import SaveSettings
from handlers.views.modal import modal_view
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
        ({"mention": "S0123456"}, {"mention_group": "S0123456"}),
        ({"mention": ""}, {}),
    ],
)
def test_each_field_changes_its_setting(fields: dict[str, object], changed: dict[str, object]) -> None:
    assert with_fields(CHANNEL, replace(SAME, **fields), MEMBER) == replace(CHANNEL, **changed)  # type: ignore[arg-type]


def with_groups(harness: BotHarness, *groups: str) -> list[str]:
    """Gives the workspace these user groups; the teams for which Slack is asked are added to the returned list."""
    asked: list[str] = []

    async def user_groups(team: str) -> tuple[UserGroup, ...] | None:
        asked.append(team)
        return tuple(UserGroup(group, group.lower(), "Desk") for group in groups)

    harness.context = replace(harness.context, user_groups=user_groups)
    harness.answers._context = harness.context
    return asked


async def saved(harness: BotHarness, mention: str) -> object:
    """The card that a form with this group is answered with."""
    request = Request(f"form{next(harness.numbers)}", MEMBER, replace(SAME, mention=mention))
    assert await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    assert shown is not None
    return shown.card


async def test_the_form_sets_a_user_group_of_this_workspace_alone(harness: BotHarness) -> None:
    with_groups(harness, "S0000001", "S0000002")
    refused = await saved(harness, "S9999999")
    assert isinstance(refused, ErrorCard)
    assert (refused.note.code, (await harness.channel()).mention_group) == ("group_unknown", None)
    await saved(harness, "S0000002")
    assert (await harness.channel()).mention_group == "S0000002"
    with_groups(harness, "S0000001")
    await saved(harness, "S0000002")
    assert (await harness.channel()).mention_group == "S0000002", "one that was deleted meanwhile may stay"
    assert (await harness.ask("settings mention @S9999999")).note.code == "group_unknown"
    await harness.ask("settings mention @S0000001")
    assert (await harness.channel()).mention_group == "S0000001"
    await saved(harness, "off")
    assert (await harness.channel()).mention_group is None


async def test_slack_is_asked_for_the_groups_once_for_each_change_of_the_group(harness: BotHarness) -> None:
    asked = with_groups(harness, "S0000001", "S0000002")
    await saved(harness, "S0000001")
    assert len(asked) == 1
    await harness.ask("settings mention @S0000002")
    assert len(asked) == 2
    await harness.ask("settings threads off")
    await saved(harness, "off")
    assert len(asked) == 2


async def test_the_post_names_the_group_as_text_that_notifies_nobody(harness: BotHarness) -> None:
    with_groups(harness, "S0000001", "S0000002")
    await saved(harness, "S0000001")
    harness.pass_time(seconds=2)
    await harness.ask("settings mention @S0000002")
    by_form, by_line = (render(Shown(card, "en")) for card in harness.shown(ChangeCard))
    assert "Major news mentions @s0000001" in by_form.plain
    assert "Major news mentions @s0000002" in by_line.plain
    assert "@s0000002 그룹을 멘션합니다" in render(Shown(harness.shown(ChangeCard)[1], "ko")).plain
    assert "usergroup" not in str((by_form.blocks, by_line.blocks))


async def test_without_the_scope_the_form_offers_no_group_and_the_line_takes_what_slack_put_in(
    harness: BotHarness,
) -> None:
    refused = await saved(harness, "S0000001")
    assert isinstance(refused, ErrorCard)
    await harness.ask("settings mention @S0000001")
    assert (await harness.channel()).mention_group == "S0000001"


@pytest.mark.parametrize("standing", ["guest", "outsider"])
async def test_a_guest_and_a_person_of_another_workspace_set_no_group(harness: BotHarness, standing: Standing) -> None:
    with_groups(harness, "S0000001")
    request = Request("form", replace(MEMBER, standing=standing), replace(SAME, mention="S0000001"))
    assert await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    assert shown is not None
    assert isinstance(shown.card, ErrorCard)
    assert (await harness.channel()).mention_group is None


@pytest.mark.parametrize(
    ("mention", "groups", "values"),
    [
        ("", None, ["off"]),
        ("S0000009", None, ["off", "S0000009"]),
        ("S0000002", ("S0000001", "S0000002"), ["off", "S0000002", "S0000001"]),
        ("", tuple(f"S{number:07}" for number in range(150)), ["off", *(f"S{number:07}" for number in range(99))]),
    ],
)
def test_the_menu_of_groups_holds_what_slack_takes(
    mention: str, groups: tuple[str, ...] | None, values: list[str]
) -> None:
    listed = None if groups is None else tuple((f"@{group}", group) for group in groups)
    card = SettingsForm(
        "en", "UTC", "off", "", "mon", "usual", "", "", True, False, "everyone", (), "C1", "UTC", mention=mention,
        groups=listed,
    )  # fmt: skip
    view = check_view(modal_view(Shown(card, "ko")), "modal")
    (block,) = (block for block in view["blocks"] if block["block_id"] == "pact:in:mention")
    assert [option["value"] for option in block["element"]["options"]] == values
    assert block["element"]["initial_option"]["value"] == (mention or "off")


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
