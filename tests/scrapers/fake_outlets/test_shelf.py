"""The shelf publishes each kind of story in turn, corrects the newest, and lets a flash become its article."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.shelf import KINDS, LEFT_FOR_BUTTON, Kind, Shelf, ShelfEmpty, load_shelf
from scrapers.formats.general_body import chars
from scrapers.formats.results import MIN_TEXT_CHARS


@pytest.fixture
def fake_outlets() -> FakeOutlets:
    return FakeOutlets()


@pytest.fixture
def shelf(fake_outlets: FakeOutlets) -> Shelf:
    return Shelf(fake_outlets, load_shelf())


def test_a_kind_has_stories_for_several_presses_also_when_the_demo_has_gone_on_for_an_hour(shelf: Shelf) -> None:
    kinds = [kind for kind in KINDS if kind not in ("correction", "withdrawal")]
    assert all(shelf.left(kind) >= LEFT_FOR_BUTTON == 3 for kind in kinds)
    assert {kind for kind in kinds if shelf.left(kind) >= 5} == {*kinds} - {"spelling"}


def test_every_text_is_long_enough_to_alert() -> None:
    for story in load_shelf():
        whole = story.after or story.article
        assert chars(whole.paragraphs) >= MIN_TEXT_CHARS or story.kind == "trap", whole.slug


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("correction", "withdrawal")])
async def test_each_press_publishes_another_story_until_none_is_left(shelf: Shelf, kind: Kind) -> None:
    number = shelf.left(kind)
    published = [shelf.publish(kind).article for _ in range(number)]
    assert len({article.headline for article in published}) == number
    assert shelf.left(kind) == 0
    with pytest.raises(ShelfEmpty, match=kind):
        shelf.publish(kind)
    await shelf.close()


@pytest.mark.parametrize(("kind", "mark"), [("korean", "[정정] "), ("english", "Correction: ")])
def test_a_correction_is_of_the_newest_article(shelf: Shelf, kind: str, mark: str) -> None:
    articles = [shelf.publish(kind).article for _ in range(2)]
    assert shelf.left("correction") == 2
    corrected = [shelf.publish("correction").article for _ in range(2)]
    assert [article.headline for article in corrected] == [mark + article.headline for article in reversed(articles)]


@pytest.mark.parametrize("later", ["trap", "other"])
def test_a_correction_is_never_of_an_article_without_a_card_of_its_own(shelf: Shelf, later: str) -> None:
    article = shelf.publish("korean").article
    shelf.publish(later)
    assert shelf.publish("correction").article.headline == f"[정정] {article.headline}"


def test_a_correction_without_an_article_publishes_one(shelf: Shelf) -> None:
    for number in range(1, shelf.left("korean") + 1):
        assert shelf.publish("correction").article.headline.startswith("[정정] ")
        assert len(shelf.published) == 2 * number
    with pytest.raises(ShelfEmpty):
        shelf.publish("correction")


async def test_only_a_page_that_was_read_is_withdrawn_and_each_once(fake_outlets: FakeOutlets, shelf: Shelf) -> None:
    async with fake_outlets, httpx.AsyncClient() as reader:
        first, second = (shelf.publish("english") for _ in range(2))
        assert shelf.left("withdrawal") == 0
        with pytest.raises(ShelfEmpty, match="wait for its card"):
            shelf.publish("withdrawal")
        for published in (first, second):
            assert (await reader.get(fake_outlets.url(published.outlet, published.article.slug))).status_code == 200
        assert shelf.left("withdrawal") == 2
        for published in (second, first):
            gone = shelf.publish("withdrawal")
            assert gone.article.headline == f"[Withdrawn] {published.article.headline}"
            assert (await reader.get(fake_outlets.url(gone.outlet, gone.article.slug))).status_code == 410
            assert gone.article.headline in (await reader.get(fake_outlets.source_url(gone.outlet))).text
        assert (shelf.left("withdrawal"), len(shelf.published)) == (0, 4)


async def test_a_flash_is_not_withdrawn_before_it_is_an_article(fake_outlets: FakeOutlets, shelf: Shelf) -> None:
    async with fake_outlets, httpx.AsyncClient() as reader:
        flash = shelf.publish("flash")
        await reader.get(fake_outlets.url(flash.outlet, flash.article.slug))
        assert shelf.left("withdrawal") == 0
        await shelf.close()


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


async def test_stories_go_on_until_only_those_for_the_button_are_left(fake_outlets: FakeOutlets, shelf: Shelf) -> None:
    await shelf.go_on(asyncio.Event(), 0.0)
    turns: tuple[Kind, ...] = ("korean", "trap", "english", "official", "other", "flash")
    assert {shelf.left(kind) for kind in turns} == {LEFT_FOR_BUTTON}
    await shelf.close()
