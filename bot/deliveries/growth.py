"""Defines what an article changes of its story, and for whom. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.stories.report import Report
from bot.stories.story_changes import Change, material_changes


@dataclass(frozen=True, slots=True)
class Growth:
    """What an article changes of its story: the story's reports before and after, this one among them."""

    article: int
    before: Sequence[Report] = ()
    after: Sequence[Report] = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    """The part that the article belongs to, by workspace, where people split it off."""
    teams: Collection[str] | None = None
    """The workspaces whose people merged the story with others or split it; None where that is still to be read."""
    opens_story: bool = False
    """Whether the story is new, so that no delivery refers to it yet."""

    def changes(self, ids: Collection[int]) -> list[Change]:
        """What is worth a reply to who sees these reports."""
        before, after = self._among(self.before, ids), self._among(self.after, ids)
        return material_changes(before, after)

    def untold(self) -> Growth:
        """The same of an article that nobody is told of in a thread."""
        return replace(self, before=(), after=())

    def raises(self, ids: Collection[int]) -> bool:
        """Whether the article has made severe what consists of these."""
        before, after = self._among(self.before, ids), self._among(self.after, ids)
        severity_before = max((report.topics.severity for report in before), default=0)
        return max((report.topics.severity for report in after), default=0) > severity_before

    @staticmethod
    def _among(reports: Sequence[Report], ids: Collection[int]) -> list[Report]:
        return [report for report in reports if report.id in ids]
