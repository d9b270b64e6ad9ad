"""The shelf publishes each kind of story in turn, corrects the newest, and lets a flash become its article."""

from __future__ import annotations

import asyncio

import pytest

from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.shelf import KINDS, Shelf, load_shelf
from scrapers.formats.general_body import chars
from scrapers.formats.results import MIN_TEXT_CHARS


@pytest.fixture
def fake_outlets() -> FakeOutlets:
    return FakeOutlets()


@pytest.fixture
def shelf(fake_outlets: FakeOutlets) -> Shelf:
    return Shelf(fake_outlets, load_shelf())


def test_every_kind_but_a_correction_has_two_stories() -> None:
    kinds = [story.kind for story in load_shelf()]
    assert all(kinds.count(kind) >= 2 for kind in KINDS if kind != "correction")


def test_every_text_is_long_enough_to_alert() -> None:
    for story in load_shelf():
        whole = story.after or story.article
        assert chars(whole.paragraphs) >= MIN_TEXT_CHARS or story.kind == "trap", whole.slug


def test_a_kind_is_published_in_turn_and_then_again_as_a_new_article(shelf: Shelf) -> None:
    published = [shelf.publish("korean").article for _ in range(4)]
    assert len({article.headline for article in published}) == 3
    assert published[0].headline == published[3].headline
    assert published[0].slug != published[3].slug


@pytest.mark.parametrize(("kind", "mark"), [("korean", "[정정] "), ("english", "Correction: ")])
def test_a_correction_is_of_the_newest_article(shelf: Shelf, kind: str, mark: str) -> None:
    article = shelf.publish(kind).article
    assert shelf.publish("correction").article.headline == mark + article.headline
    other = shelf.publish("correction").article
    assert other.headline == mark + article.headline


@pytest.mark.parametrize("later", ["trap", "other"])
def test_a_correction_is_never_of_an_article_without_a_card_of_its_own(shelf: Shelf, later: str) -> None:
    article = shelf.publish("korean").article
    shelf.publish(later)
    assert shelf.publish("correction").article.headline == f"[정정] {article.headline}"


def test_a_correction_without_an_article_publishes_one(shelf: Shelf) -> None:
    assert shelf.publish("correction").article.headline.startswith("[정정] ")
    assert len(shelf.published) == 2


def test_an_unknown_kind_is_refused(shelf: Shelf) -> None:
    with pytest.raises(ValueError, match="gossip"):
        shelf.publish("gossip")


async def until_published(fake_outlets: FakeOutlets, shelf: Shelf, count: int) -> None:
    changed = asyncio.Event()
    fake_outlets.on_change = lambda _outlet: changed.set()
    async with asyncio.timeout(5):
        while len(shelf.published) < count:
            changed.clear()
            await changed.wait()
            await asyncio.sleep(0)  # the shelf notes it after the outlet


async def test_a_flash_becomes_its_article(fake_outlets: FakeOutlets) -> None:
    shelf = Shelf(fake_outlets, load_shelf(), flash_seconds=0.01)
    flash = shelf.publish("flash")
    assert flash.article.headline.startswith("[속보]")
    await until_published(fake_outlets, shelf, 2)
    assert shelf.published[-1].article.slug == flash.article.slug
    assert not shelf.published[-1].article.headline.startswith("[속보]")
    await shelf.close()


async def test_stories_go_on_until_the_stop(fake_outlets: FakeOutlets, shelf: Shelf) -> None:
    stop = asyncio.Event()
    going_on = asyncio.create_task(shelf.go_on(stop, 0.005))
    await until_published(fake_outlets, shelf, 7)
    stop.set()
    await going_on
    await shelf.close()
