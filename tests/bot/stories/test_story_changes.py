"""The leading report of a story, and the growth of a story that is worth a reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model import Topics
from bot.stories.story_changes import leading, material_changes
from tests.support.reports import EVENING, PREVIEW_EN, PREVIEW_KO, SIGNED_KO, UK_SIGNED, pact_report, report


def test_an_official_text_leads_and_a_flash_gives_way() -> None:
    flash = report(("[속보] 한미 MOU 체결", ""), flash=True)
    full = report(SIGNED_KO, EVENING + timedelta(minutes=20))
    opinion = report(("[사설] 기술동맹", ""), EVENING - timedelta(hours=1), kind="opinion")
    official = report(UK_SIGNED, EVENING + timedelta(hours=9), kind="official")
    assert leading([flash]) is flash
    assert leading([flash, full]) is full
    assert leading([opinion, full]) is full
    assert leading([full, flash, official, opinion]) is official
    unread = replace(official, id="unread", published_at=EVENING, lacks_text=True)
    assert leading([unread, official]) is official
    assert leading([full, unread]) is unread


def test_material_changes_are_an_official_text_a_second_language_a_milestone_and_a_correction() -> None:
    preview = pact_report(PREVIEW_KO)
    english = pact_report(PREVIEW_EN, language="en")
    signed = pact_report(SIGNED_KO, severity=1)
    official = pact_report(PREVIEW_EN, language="en", kind="official")
    corrected = replace(preview, headline="[정정] " + preview.headline)
    assert material_changes([], [preview]) == []
    assert material_changes([], [replace(preview, kind="official", topics=Topics(True, severity=1))]) == []
    assert material_changes([], [corrected]) == ["correction"]
    assert material_changes([preview], [preview, replace(preview, id="other")]) == []
    assert material_changes([preview], [preview, english]) == ["second_language"]
    assert material_changes([preview, english], [preview, english, official]) == ["official"]
    assert material_changes([preview], [preview, signed]) == ["milestone"]
    assert material_changes([preview], [preview, replace(signed, topics=replace(signed.topics, severity=0))]) == [
        "milestone"
    ]
    assert material_changes([preview], [corrected]) == ["correction"]
    assert material_changes([corrected], [corrected]) == []


def test_a_second_language_is_called_a_step_only_where_the_story_told_of_another_or_of_what_is_ahead() -> None:
    plain = pact_report(("한미 기술번영 업무협약 이행계획", "한국과 미국의 이행계획 내용이다."))
    preview = pact_report(("한미, 다음 주 기술번영 업무협약 서명 예정", "한미가 다음 주 서명할 예정이다."))
    signed = pact_report(
        ("U.S., South Korea sign technology prosperity deal", "They signed it."), language="en", severity=1
    )
    assert material_changes([plain], [plain, signed]) == ["second_language"]
    assert material_changes([preview], [preview, signed]) == ["second_language", "milestone"]
    assert material_changes([plain], [plain, replace(signed, language="ko")]) == ["milestone"]


def test_an_offices_document_is_told_once_by_what_could_be_read_of_it() -> None:
    preview, official = pact_report(PREVIEW_KO), pact_report(PREVIEW_KO, kind="official")
    unread = replace(official, lacks_text=True)
    assert material_changes([preview], [preview, unread]) == ["official_listed"]
    assert material_changes([preview, unread], [preview, official]) == []
    assert material_changes([unread], [official]) == []
    assert material_changes([preview], [preview, unread, official]) == ["official"]
