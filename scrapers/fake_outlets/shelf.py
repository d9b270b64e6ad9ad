"""Publishes the stories of ``shelf/*.toml``, each once: one at a press of a button, or one every few minutes."""

from __future__ import annotations

import asyncio
import tomllib
from collections import deque
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any, Literal, get_args

from scrapers.fake_outlets.fake_articles import FakeArticle
from scrapers.fake_outlets.server import FakeOutlets

Kind = Literal["korean", "english", "official", "flash", "correction", "withdrawal", "spelling", "other", "trap"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CORRECTION_MARKS = {"ko": "[정정] ", "en": "Correction: "}
WITHDRAWAL_MARKS = {"ko": "[게재 중단] ", "en": "[Withdrawn] "}
FLASH_SECONDS = 20.0
"""How long after a flash its whole article is published at the same address."""
NONE_READ = "no page to withdraw: publish a story first, and wait for its card"
LEFT_FOR_BUTTON = 3
"""So many stories of each kind are published at a press of the button alone."""


@dataclass(frozen=True, slots=True)
class ShelfStory:
    """One story that waits to be published."""

    kind: Kind
    outlet: str
    article: FakeArticle
    topics: tuple[str, ...]
    after: FakeArticle | None
    """What a flash becomes."""
    after_topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the outlet's key, the article and its topics."""

    outlet: str
    article: FakeArticle
    topics: tuple[str, ...]


def load_shelf() -> tuple[ShelfStory, ...]:
    """Every story; those of one kind in the order of their file."""
    folder = resources.files("scrapers.fake_outlets") / "shelf"
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return tuple(_story(row) for file in files for row in tomllib.loads(file.read_text("utf-8"))["story"])


class ShelfEmpty(ValueError):
    """Every story of this kind was published, or no page of one was read."""


class Shelf:
    """Publishes each story once at fake outlets, corrects the newest article about the pact, or withdraws it."""

    def __init__(
        self, fake_outlets: FakeOutlets, stories: Sequence[ShelfStory], flash_seconds: float = FLASH_SECONDS
    ) -> None:
        self._fake_outlets = fake_outlets
        self._flash_seconds = flash_seconds
        self._of_kind = {kind: deque(story for story in stories if story.kind == kind) for kind in KINDS}
        self.published: list[Published] = []
        """The newest last."""
        self._changed: set[tuple[str, str]] = set()
        """The outlets and slugs of articles that were corrected or withdrawn."""
        self._later: set[asyncio.Task[None]] = set()

    def left(self, kind: Kind) -> int:
        """How many presses of a kind publish something."""
        if kind == "correction":
            return len(self._correctable()) or self.left("korean")
        return len(self._withdrawable()) if kind == "withdrawal" else len(self._of_kind[kind])

    def publish(self, kind: str) -> Published:
        """Publishes the next story of a kind; corrects or withdraws the pact's newest.

        Raises ValueError for another kind, and ShelfEmpty where none is left.
        """
        known = next((each for each in KINDS if each == kind), None)
        if known is None:
            raise ValueError(f"no such kind of story: {kind}")
        if not self.left(known):
            is_unread = known == "withdrawal"
            raise ShelfEmpty(NONE_READ if is_unread else f"every story of this kind was published: {kind}")
        if known == "correction":
            return self._correct()
        if known == "withdrawal":
            return self._withdraw()
        story = self._of_kind[known].popleft()
        self._fake_outlets.publish(story.outlet, story.article)
        if story.after is not None:
            self._start(self._become(story.outlet, story.after, story.after_topics))
        return self._note(story.outlet, story.article, story.topics)

    async def go_on(self, stop: asyncio.Event, every_seconds: float) -> None:
        """Publishes a story of each kind in turn until ``stop``, as long as enough are left for the button."""
        for kind in self._in_turn(("korean", "trap", "english", "official", "other", "flash")):
            try:
                await asyncio.wait_for(stop.wait(), every_seconds)
            except TimeoutError:
                self.publish(kind)
                continue
            return

    async def close(self) -> None:
        """Ends what would be published later."""
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    def _in_turn(self, kinds: Sequence[Kind]) -> Iterator[Kind]:
        while some := [kind for kind in kinds if self.left(kind) > LEFT_FOR_BUTTON]:
            yield from some

    def _correct(self) -> Published:
        newest = self._correctable()[-1] if self._correctable() else self.publish("korean")
        article = _marked(newest.article, CORRECTION_MARKS)
        self._fake_outlets.correct(newest.outlet, article)
        self._changed.add((newest.outlet, article.slug))
        return self._note(newest.outlet, article, newest.topics)

    def _withdraw(self) -> Published:
        """Withdraws the newest page that was read; its outlet lists it once more, as withdrawn."""
        newest = self._withdrawable()[-1]
        article = _marked(newest.article, WITHDRAWAL_MARKS)
        self._fake_outlets.withdraw(newest.outlet, article.slug, listed_as=article.headline)
        self._changed.add((newest.outlet, article.slug))
        return self._note(newest.outlet, article, newest.topics)

    def _correctable(self) -> list[Published]:
        """The articles that a channel that follows the pact has cards of: a trap and another pact have none there."""
        return [
            each
            for each in self.published
            if "pact" in each.topics
            and (each.outlet, each.article.slug) not in self._changed
            and not each.article.headline.startswith("[속보]")
        ]

    def _withdrawable(self) -> list[Published]:
        return [each for each in self._correctable() if self._fake_outlets.was_read(each.outlet, each.article.slug)]

    async def _become(self, outlet: str, article: FakeArticle, topics: tuple[str, ...]) -> None:
        await asyncio.sleep(self._flash_seconds)
        self._fake_outlets.correct(outlet, article)
        self._note(outlet, article, topics)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def _note(self, outlet: str, article: FakeArticle, topics: tuple[str, ...]) -> Published:
        self.published.append(Published(outlet, article, topics))
        return self.published[-1]


def _marked(article: FakeArticle, marks: Mapping[str, str]) -> FakeArticle:
    """The article with the mark of its language before its headline."""
    is_korean = any("가" <= letter <= "힣" for letter in article.headline)
    return replace(article, headline=marks["ko" if is_korean else "en"] + article.headline)


def _story(row: dict[str, Any]) -> ShelfStory:
    after = row.get("after")
    return ShelfStory(
        kind=row["kind"],
        outlet=row["outlet"],
        article=FakeArticle(row["id"], row["headline"], tuple(row["paragraphs"])),
        topics=tuple(row["topics"]),
        after=FakeArticle(row["id"], after["headline"], tuple(after["paragraphs"])) if after else None,
        after_topics=tuple(after["topics"]) if after else (),
    )
