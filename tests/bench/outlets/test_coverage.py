"""Labelled articles at outlets with a spec, and at outlets that are read. The figures are printed, never asserted."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scrapers.catalogue import load_catalogue, outlet_at

pytestmark = pytest.mark.bench

GATES = Path(__file__).parents[2] / "gates"
OUTLETS = load_catalogue().outlets()
SHOWN_HOSTS = 40


def _rows(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (GATES / name).read_text("utf-8").splitlines() if line]


def _report(what: str, addresses: list[str]) -> None:
    """Print the share of these addresses that a spec names, is read, or that aggregators may find, and what remains."""
    named = read = found = 0
    remaining: Counter[str] = Counter()
    for address in addresses:
        outlet = outlet_at(OUTLETS, address)
        named += outlet is not None
        read += outlet is not None and outlet.enabled
        found += outlet is not None and outlet.covered
        if outlet is None or not (outlet.enabled or outlet.covered):
            remaining[f"{urlsplit(address).hostname}{'' if outlet is None else ' (off)'}"] += 1
    total = len(addresses)
    print(
        f"\n{what}: {total} articles, {named} at an outlet with a spec ({named / total:.0%}), {read} read "
        f"({read / total:.0%}), {found} found by aggregators alone ({found / total:.0%})"
    )
    print("  " + ", ".join(f"{host} {times}" for host, times in remaining.most_common(SHOWN_HOSTS)))


def test_coverage_of_labelled_articles() -> None:
    labels = {str(row["id"]): row for row in _rows("labels.jsonl")}
    articles = [row for row in _rows("articles.jsonl") if row.get("url")]
    by_pact = [str(row["url"]) for row in articles if labels.get(str(row["id"]), {}).get("pact")]
    _report("articles about the pact", by_pact)
    officials = [str(row["url"]) for row in articles if labels.get(str(row["id"]), {}).get("officials")]
    _report("articles about an official", officials)
    _report("all labelled articles", [str(row["url"]) for row in articles])
    for name in ("stories_articles", *(f"stories_sets{number}" for number in range(1, 5))):
        _report(name, [str(row["url"]) for row in _rows(f"{name}.jsonl") if row.get("url")])
