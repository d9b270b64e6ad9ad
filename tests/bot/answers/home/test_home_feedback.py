"""Admins see in their home tab why people find stories not relevant, and which forms often match in passing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.answers.home.home_feedback import LOOK_BACK, REASONS_SHOWN, forms_that_matched, often_in_passing
from bot.model import Mention
from bot.store import feedback
from handlers.cards.home import HomeFeedback, HomeForm
from handlers.requests import Asker, Home, Request
from handlers.views.asks import SaveFeedback
from tests.support.bot_harness import TEAM, BotHarness
from tests.support.sample_articles import QUANTUM, QUANTUM_TEXT, SIGNED, SIGNED_TEXT


async def shown_to(harness: BotHarness, standing: Any, ask: Any = None) -> Any:
    """The card that a person of this standing gets in the home tab, or by another ask."""
    request = Request(f"press{next(harness.numbers)}", Asker(TEAM, "U1", "D1", True, standing=standing), ask or Home())
    assert await harness.answers.remember(request)
    shown = await harness.answers.answer(request)
    assert shown is not None
    return shown.card


async def said_in_home(harness: BotHarness) -> HomeFeedback:
    said = (await shown_to(harness, "admin")).admin.feedback
    assert isinstance(said, HomeFeedback)
    return said


async def test_an_admin_sees_story_person_reason_and_remark_and_others_see_nothing(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    assert await said_in_home(harness) == HomeFeedback()
    await shown_to(harness, "member", SaveFeedback(1, "passing", "only its history"))
    harness.at += timedelta(minutes=1)
    await harness.ask("feedback ST1 not-news", user="U2")
    said = await said_in_home(harness)
    lines = [(each.story, each.headline, each.user, each.reason, each.remark) for each in said.last]
    assert lines == [("ST1", QUANTUM, "U2", "not-news", ""), ("ST1", QUANTUM, "U1", "passing", "only its history")]
    assert said.counts == (("not-news", 1), ("passing", 1))
    assert (await shown_to(harness, "member")).admin is None


async def test_thirty_days_of_the_own_workspace_count_and_five_reasons_are_shown(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    async with harness.store.begin() as c:
        told_at = {"U0": harness.at - LOOK_BACK - timedelta(seconds=1), "U9": harness.at - LOOK_BACK}
        for person, at in told_at.items():
            await feedback.say(c, team=TEAM, story=1, person=person, what="passing", now=at)
        await feedback.say(c, team="T2", story=1, person="U8", what="other-pact", now=harness.at)
        for number in range(1, REASONS_SHOWN + 1):
            at = harness.at - timedelta(hours=number)
            await feedback.say(c, team=TEAM, story=1, person=f"U{number}", what="not-news", now=at)
    said = await said_in_home(harness)
    assert said.counts == (("not-news", REASONS_SHOWN), ("passing", 1))
    assert [each.user for each in said.last] == ["U1", "U2", "U3", "U4", "U5"]
    assert said.forms == ()


async def test_a_form_of_several_stories_that_were_called_passing_is_named(harness: BotHarness) -> None:
    await harness.publish("herald", QUANTUM, QUANTUM_TEXT)
    await harness.publish("times", SIGNED, SIGNED_TEXT)
    await harness.ask("feedback ST1 passing")
    assert (await said_in_home(harness)).forms == (), "one story shows nothing"
    await harness.ask("feedback ST1 passing", user="U2")
    assert (await said_in_home(harness)).forms == (), "two people, but one story"
    await harness.ask("feedback ST2 passing", user="U2")
    forms = (await said_in_home(harness)).forms
    assert [(form.topic, form.stories) for form in forms] == [("quantum", 2)]
    await harness.ask("feedback ST2 not-news", user="U2")
    assert (await said_in_home(harness)).forms == ()


def test_the_most_frequent_forms_stand_first_and_three_are_named() -> None:
    stories = [{("quantum", "양자"), ("space", "우주")}, {("quantum", "양자"), ("space", "우주"), ("ai", "AI")}]
    stories += [{("quantum", "양자"), ("fusion", "핵융합"), ("6g", "6G")}, {("fusion", "핵융합"), ("6g", "6G")}]
    assert often_in_passing(stories) == (
        HomeForm("양자", "quantum", 3),
        HomeForm("6G", "6g", 2),
        HomeForm("핵융합", "fusion", 2),
    )
    assert often_in_passing(stories[:1]) == ()


def test_a_form_counts_where_the_lexicon_took_it_for_a_subject() -> None:
    taken = Mention("sector", "quantum", "양자", "text", 0, 2, "양자", "양자")
    in_passing, literal = taken._replace(term="quantum", passing=True), taken._replace(term="centre", kind="literal")
    assert forms_that_matched([taken, taken, in_passing, literal]) == {("quantum", "양자")}
