"""Recognises listed headlines by their names, and learns further names of the articles that they are.

A name leads to one article. A weak one (a guid, or title and time) does so only where no stronger name contradicts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.store import article_identities, articles, purged_names
from bot.store.engine import Connection
from scrapers.article import Headline
from scrapers.identities import is_guid, is_own_id, is_weak

KnownNames = Mapping[str, int]
"""Names that are known, each with its article."""
RENAMED_ENTRIES = 3
"""So many entries of known titles and times under other ids are known articles with new ids, not new ones."""
MOST_NAMES = 16
"""An article learns no more names: an outlet may give it another address with every reading."""
MOST_NAMES_CHURNED = 64
"""The same in a churned list, which is recognised by its titles alone and must be known again when it is quiet."""


def names_in(headlines: Iterable[Headline]) -> list[str]:
    """Returns every name of the headlines."""
    return [name for headline in headlines for name in headline.identities]


async def known_names(c: Connection, headlines: Iterable[Headline]) -> KnownNames:
    """Returns those names of the headlines that are known: one question for all that is asked of a list."""
    return await article_identities.known(c, names_in(headlines))


async def without_purged(c: Connection, unknown: Sequence[Headline]) -> Sequence[Headline]:
    """Returns those of unknown headlines that are new; any other's article was purged, and its list still shows it.

    A weak name says nothing here: some outlets give every article the same guid.
    """
    if not unknown:
        return unknown
    purged = await purged_names.among(c, (name for name in names_in(unknown) if not is_weak(name)))
    return [each for each in unknown if purged.isdisjoint(each.identities)] if purged else unknown


async def without_taken_names(
    c: Connection, headlines: Sequence[Headline], article_of: KnownNames
) -> Sequence[Headline]:
    """Returns the headlines without weak names that another article has: some outlets give every article the same guid.

    A guid leads to the same article under another address only where the headline is the same. The outlet's own id
    tells articles of one title apart, unless it changed for several at once.
    """
    if not article_of:
        return headlines
    taken = [await _taken_names(c, headline, article_of) for headline in headlines]
    listed = {name for names in taken for name in names if not is_guid(name)}
    renamed = listed if len(listed) >= RENAMED_ENTRIES else set()
    return [
        headline.without_names(names - renamed) if names - renamed else headline
        for headline, names in zip(headlines, taken, strict=True)
    ]


async def _taken_names(c: Connection, headline: Headline, article_of: Mapping[str, int]) -> set[str]:
    by_name = {article_of[name] for name in headline.identities if name in article_of and not is_weak(name)}
    taken: set[str] = set()
    for name in filter(is_weak, headline.identities):
        holder = article_of.get(name)
        if holder is not None and holder not in by_name and not await _may_be(c, holder, headline, name):
            taken.add(name)
    return taken


async def _may_be(c: Connection, article_id: int, headline: Headline, name: str) -> bool:
    """Whether an article may be the headline's, with which it shares a weak name."""
    own_ids = set(filter(is_own_id, headline.identities))
    stored_ids = set(filter(is_own_id, await article_identities.of_article(c, article_id)))
    if own_ids and stored_ids and own_ids.isdisjoint(stored_ids):
        return False
    return not is_guid(name) or await _has_title(c, article_id, headline.title)


async def _has_title(c: Connection, article_id: int, title: str) -> bool:
    """Whether the article has this title, or a source lists it so: the page may have another one."""
    article = await articles.get(c, article_id)
    listed = (await articles.known_of(c, [article_id]))[article_id].listed if article is not None else {}
    return article is not None and bool(title) and title in (article.headline, *listed.values())


def select_unknown(headlines: Sequence[Headline], article_of: KnownNames) -> list[Headline]:
    """Returns the headlines of which no name is known, each article once, in the document's order."""
    taken = set(article_of)
    unknown: list[Headline] = []
    for headline in headlines:
        if taken.isdisjoint(headline.identities):
            unknown.append(headline)
            taken.update(headline.identities)
    return unknown


async def find_further_names(
    c: Connection, headlines: Sequence[Headline], article_of: KnownNames
) -> dict[int, Sequence[str]]:
    """Returns the names under which known articles are listed for the first time, by the article's id.

    An outlet may change one name after the other. A guid is not learned, because a feed may make a new one each time.
    """
    further: dict[int, list[str]] = {}
    for headline in headlines:
        known = {article_of[name] for name in headline.identities if name in article_of}
        unknown = [name for name in headline.identities if name not in article_of and not is_guid(name)]
        if len(known) == 1 and unknown:
            further.setdefault(known.pop(), []).extend(unknown)
    return await learned(c, further)


async def learned(
    c: Connection, further: Mapping[int, Sequence[str]], most: int = MOST_NAMES
) -> dict[int, Sequence[str]]:
    """Returns those further names that articles learn: each as many as it has room for."""
    if not further:
        return {}
    held = await article_identities.of_articles(c, further)
    room = {article: most - len(held.get(article, ())) for article in further}
    return {article: names[: room[article]] for article, names in further.items() if room[article] > 0}
