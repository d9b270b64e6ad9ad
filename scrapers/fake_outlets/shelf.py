"""Publishes the stories of ``shelf/*.toml``, one at a press of a button or one every few minutes, each kind in turn."""

from __future__ import annotations

import asyncio
import tomllib
from collections import deque
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any, Literal, get_args

from scrapers.fake_outlets.fake_articles import FakeArticle
from scrapers.fake_outlets.server import FakeOutlets

Kind = Literal["korean", "english", "official", "flash", "correction", "other", "trap"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CORRECTION_MARKS = {"ko": "[정정] ", "en": "Correction: "}
FLASH_SECONDS = 20.0
"""How long after a flash its whole article is published at the same address."""
REMEMBERED = 200


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
    """Every story, in the order of its file."""
    file = resources.files("scrapers.fake_outlets") / "shelf" / "stories.toml"
    return tuple(_story(row) for row in tomllib.loads(file.read_text("utf-8"))["story"])


class Shelf:
    """Publishes stories at fake outlets. The same story comes again, as a new article, when its kind has no other."""

    def __init__(
        self, fake_outlets: FakeOutlets, stories: Sequence[ShelfStory], flash_seconds: float = FLASH_SECONDS
    ) -> None:
        self._fake_outlets = fake_outlets
        self._flash_seconds = flash_seconds
        self._of_kind = {kind: deque(story for story in stories if story.kind == kind) for kind in KINDS}
        self._rounds = 0
        self.published: deque[Published] = deque(maxlen=REMEMBERED)
        """The newest last."""
        self._later: set[asyncio.Task[None]] = set()

    def publish(self, kind: str) -> Published:
        """Publishes the next story of a kind, or corrects the pact's newest; raises ValueError for another kind."""
        if kind not in KINDS:
            raise ValueError(f"no such kind of story: {kind}")
        if kind == "correction":
            return self._correct()
        stories = self._of_kind[kind]
        story = stories[0]
        stories.rotate(-1)
        self._rounds += 1
        article = replace(story.article, slug=f"{story.article.slug}-{self._rounds}")
        self._fake_outlets.publish(story.outlet, article)
        if story.after is not None:
            self._start(self._become(story.outlet, replace(story.after, slug=article.slug), story.after_topics))
        return self._note(story.outlet, article, story.topics)

    async def go_on(self, stop: asyncio.Event, every_seconds: float) -> None:
        """Publishes a story of each kind in turn until ``stop``."""
        for kind in _endless(("korean", "trap", "english", "official", "other", "flash")):
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

    def _correct(self) -> Published:
        newest = next((each for each in reversed(self.published) if _can_be_corrected(each)), None)
        if newest is None:
            newest = self.publish("korean")
        mark = CORRECTION_MARKS["ko" if _is_korean(newest.article.headline) else "en"]
        article = replace(newest.article, headline=mark + newest.article.headline)
        self._fake_outlets.correct(newest.outlet, article)
        return self._note(newest.outlet, article, newest.topics)

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


def _can_be_corrected(published: Published) -> bool:
    """Whether a channel that follows the pact has its card: a trap was posted nowhere, another pact perhaps."""
    is_marked = published.article.headline.startswith((*CORRECTION_MARKS.values(), "[속보]"))
    return "pact" in published.topics and not is_marked


def _is_korean(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)


def _endless(kinds: Sequence[Kind]) -> Iterator[Kind]:
    while True:
        yield from kinds


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
