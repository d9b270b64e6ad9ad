"""Decides which report leads a story, and which growth of a story is worth a reply under its card."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Literal

from bot.stories.features.article_features import AHEAD, milestone_in
from bot.stories.report import Report
from scrapers.headline_marks import is_correction

Change = Literal["official", "official_listed", "second_language", "milestone", "correction"]
"""``official_listed``: an office's document of which only the headline, and what its source says, could be read."""


def leading(reports: Sequence[Report]) -> Report:
    """Returns the report that heads a story's card: an official text, else the earliest full article, else a flash."""

    def order(report: Report) -> tuple[bool, bool, bool, bool, datetime, str]:
        return (
            report.kind != "official",
            report.lacks_text,
            report.flash,
            report.kind == "opinion",
            report.published_at or report.seen_at,
            str(report.id),
        )

    return min(reports, key=order)


def material_changes(before: Sequence[Report], after: Sequence[Report]) -> list[Change]:
    """Returns what is worth a reply, given a story's reports before and after.

    A new story is told by its card, so of a story without earlier reports only a correction is a change.
    """
    gains_official = bool(before) and _has_official(after) and not _has_official(before)
    gains_language = len(_languages(before)) == 1 and len(_languages(after)) > 1
    is_step = _is_told_step(before, after) if gains_language else _is_milestone(before, after)
    changes: list[tuple[Change, bool]] = [
        ("official", gains_official and _has_official_text(after)),
        ("official_listed", gains_official and not _has_official_text(after)),
        ("second_language", gains_language),
        ("milestone", bool(before) and is_step),
        ("correction", bool(_corrected(after) - _corrected(before))),
    ]
    return [change for change, has_happened in changes if has_happened]


def _is_milestone(before: Sequence[Report], after: Sequence[Report]) -> bool:
    return bool(_milestones(after) - _milestones(before)) or _severity(after) > _severity(before)


def _is_told_step(before: Sequence[Report], after: Sequence[Report]) -> bool:
    """Whether the first report in a second language tells of a step that the story lacks, not of the same in its words.

    Only a story that told of another milestone, or of what was ahead, can be known to lack it.
    """
    known = _milestones(before)
    was_ahead = any(AHEAD in report.fingerprint for report in before)
    return bool(_milestones(after) - known) and (bool(known) or was_ahead)


def _has_official(reports: Sequence[Report]) -> bool:
    return any(report.kind == "official" for report in reports)


def _has_official_text(reports: Sequence[Report]) -> bool:
    return any(report.kind == "official" and not report.lacks_text for report in reports)


def _languages(reports: Sequence[Report]) -> set[str]:
    return {report.language for report in reports} & {"ko", "en"}


def _milestones(reports: Sequence[Report]) -> set[int]:
    found = (milestone_in(report.fingerprint) for report in reports if report.pact_id)
    return {milestone for milestone in found if milestone is not None}


def _severity(reports: Sequence[Report]) -> int:
    return max((report.topics.severity for report in reports), default=0)


def _corrected(reports: Sequence[Report]) -> set[Hashable]:
    return {report.id for report in reports if report.corrected or is_correction(report.headline)}
