"""Measures the story engine beside its peers, on synthetic news of both languages.

- ``features``: from headline and text to hashed features; titles alone have no text.
- ``decisions``: `StoryIndex.find` and `add` of further reports, with 10,000 and with 100,000 reports in the window.
- ``titles placed``: 5,000 titles one after the other, each by `clustering.place`; beside it what the peers need to
  find for each of the same titles the similar earlier ones. datasketch hashes and looks up (MinHash LSH of three-letter
  grams, 64 permutations), rapidfuzz compares with every earlier title, TF-IDF multiplies the matrix of all titles.
  The peers find titles that are alike; none of them reads across languages.
- ``window``: 100,000 stored articles read from SQLite by `StoryWindow`, with the growth of resident memory.
- ``command``: `pactbot stories` on 1,000 articles of two days, in a process of its own.
"""

from __future__ import annotations

import gc
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import insert

from bot.intake.story_window import StoryWindow
from bot.store.engine import Store
from bot.store.schema import article_identities, articles, stories
from bot.stories.clustering import place
from bot.stories.features.article_features import features_of
from bot.stories.features.fingerprint import packed, packed_sums
from bot.stories.report import Report
from bot.stories.story_index import StoryIndex

pytestmark = pytest.mark.bench

SMALL, LARGE, PLACED, TITLES, LINES = 10_000, 100_000, 2_000, 5_000, 1_000
ROWS_AT_ONCE = 500
CONSOLE_SCRIPT = Path(sys.executable).with_name("pactbot")


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of a piece of work."""
    gc.collect()
    before = time.process_time()
    work()
    return time.process_time() - before


def grams(title: str) -> list[bytes]:
    plain = title.lower().replace(" ", "")
    return [plain[at : at + 3].encode() for at in range(len(plain) - 2)]


def by_datasketch(titles: Sequence[str]) -> None:
    library: Any = importlib.import_module("datasketch")
    index = library.MinHashLSH(threshold=0.5, num_perm=64)
    for number, title in enumerate(titles):
        sketch = library.MinHash(num_perm=64)
        sketch.update_batch(grams(title))
        index.query(sketch)
        index.insert(number, sketch)


def by_rapidfuzz(titles: Sequence[str]) -> None:
    library: Any = importlib.import_module("rapidfuzz")
    lower = [title.lower() for title in titles]
    for number, title in enumerate(lower):
        library.process.extractOne(title, lower[:number], scorer=library.fuzz.token_sort_ratio, score_cutoff=75)


def by_tfidf(titles: Sequence[str]) -> None:
    library: Any = importlib.import_module("sklearn.feature_extraction.text")
    matrix = library.TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3)).fit_transform(titles)
    for start in range(0, len(titles), 500):
        (matrix[start : start + 500] @ matrix.T).max(axis=1)


PEERS = {"datasketch": by_datasketch, "rapidfuzz": by_rapidfuzz, "TF-IDF (scikit-learn)": by_tfidf}


def test_features(news: Sequence[Any], machine: str) -> None:
    some = news[:SMALL]
    print(f"\nFeatures ({machine})")
    with_text = cpu(lambda: [features_of(each.headline, each.text) for each in some])
    titles = cpu(lambda: [features_of(each.headline, "") for each in some])
    print(f"  articles {len(some) / with_text:8,.0f}/s   titles alone {len(some) / titles:8,.0f}/s")
    assert with_text > titles


def filled(reports: Iterable[Report], news: Sequence[Any]) -> StoryIndex[int]:
    index: StoryIndex[int] = StoryIndex()
    for report, article in zip(reports, news, strict=True):
        index.add(report, article.event)
    return index


def place_all(index: StoryIndex[int], reports: Iterable[Report]) -> None:
    for number, report in enumerate(reports, 1):
        place(index, report, -number)


def test_decisions(news: Sequence[Any], reports: Sequence[Report], machine: str) -> None:
    print(f"\nDecisions of {PLACED:,} reports ({machine})")
    rates = {}
    for size in (SMALL, LARGE):
        begin = LARGE - size
        index = filled(reports[begin:LARGE], news[begin:LARGE])
        rates[size] = PLACED / cpu(partial(place_all, index, reports[LARGE:]))
        print(f"  {size:8,} in the window {rates[size]:8,.0f}/s")
    print(f"  rate at {LARGE:,} against {SMALL:,}: {rates[LARGE] / rates[SMALL]:.2f}")
    assert len(index) == LARGE + PLACED


def test_titles_beside_peers(news: Sequence[Any], reports: Sequence[Report], machine: str) -> None:
    titles = [each.headline for each in news[:TITLES]]
    print(f"\n{TITLES:,} titles ({machine})")
    index: StoryIndex[Any] = StoryIndex()

    def placed() -> None:
        for report, title in zip(reports, titles, strict=False):
            place(index, replace(report, fingerprint=features_of(title, "")), report.id)

    print(f"  {'ours, features and places':<26} {TITLES / cpu(placed):8,.0f}/s")
    for name, work in PEERS.items():
        try:
            print(f"  {name:<26} {TITLES / cpu(partial(work, titles)):8,.0f}/s")
        except ImportError:
            print(f"  {name:<26} is not installed and left out")
    assert len(index) == TITLES


async def store_all(store: Store, reports: Sequence[Report], news: Sequence[Any]) -> None:
    """Writes the reports as read articles of their true stories."""
    weighed: StoryIndex[int] = StoryIndex()
    shared = {"url": "", "outlet": "o", "language": "en"}
    async with store.begin() as c:
        events = sorted({article.event for article in news})
        rows = [
            {"id": event, "headline": "", **shared, "first_seen_at": news[0].at, "last_article_at": news[0].at}
            for event in events
        ]
        await c.execute(insert(stories), rows)
        for start in range(0, len(reports), ROWS_AT_ONCE):
            some = list(zip(reports[start : start + ROWS_AT_ONCE], news[start : start + ROWS_AT_ONCE], strict=True))
            await c.execute(insert(articles), [_row(report, article, weighed) for report, article in some])
            names = [{"identity": report.identities[0], "article": article.number + 1} for report, article in some]
            await c.execute(insert(article_identities), names)


def _row(report: Report, article: Any, weighed: StoryIndex[int]) -> dict[str, Any]:
    return {
        "id": article.number + 1, "outlet": report.outlet, "url": "", "canonical_url": "", "kind": "media",
        "headline": report.headline, "language": report.language, "published_at": article.at,
        "first_seen_at": article.at, "read_at": article.at, "content_hash": report.content_hash, "state": "read",
        "story": article.event, "officials": list(report.topics.officials), "sectors": list(report.topics.sectors),
        "fingerprint": packed(report.fingerprint), "rarity_sums": packed_sums(weighed.sums(report)),
        "wants_page": False,
    }  # fmt: skip


async def test_the_window_is_rebuilt_from_rows(
    news: Sequence[Any], reports: Sequence[Report], machine: str, tmp_path: Path
) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'bench.db'}")
    await store.migrate()
    await store_all(store, reports[:LARGE], news[:LARGE])
    window, process = StoryWindow(), psutil.Process()
    gc.collect()
    before, started = process.memory_info().rss, time.process_time()
    async with store.read() as c:
        found = await window.decide(c, reports[LARGE], news[LARGE].at)
    seconds = time.process_time() - started
    gc.collect()
    kept = (process.memory_info().rss - before) / LARGE
    await store.close()
    print(f"\n{LARGE:,} stored articles into a window ({machine})")
    print(f"  {seconds:.1f} s of CPU, {kept / 1024:.1f} KiB of resident memory for each")
    assert found is not None


def test_the_command(news: Sequence[Any], machine: str) -> None:
    two_days = news[:: len(news) // LINES][:LINES]
    begin = two_days[0].at
    lines = [
        {
            "id": each.number, "outlet": each.outlet, "headline": each.headline, "text": each.text,
            "date": (begin + (each.at - begin) / 4).isoformat(), "lang": each.language,
        }
        for each in two_days
    ]  # fmt: skip
    assert timedelta(0) < (two_days[-1].at - begin) / 4 < timedelta(days=3)
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    started = time.monotonic()
    done = subprocess.run([CONSOLE_SCRIPT, "stories"], input=text, capture_output=True, text=True, check=True)
    print(f"\npactbot stories, {LINES:,} lines: {time.monotonic() - started:.1f} s ({machine})")
    assert len(done.stdout.splitlines()) == LINES
