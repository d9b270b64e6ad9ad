"""Learns the weights of the story engine from labelled articles and writes them into ``bot/stories``.

    python -m tests.bench.stories.train FILE.jsonl [FILE.jsonl …]

A line is an article as ``pactbot stories`` takes it, with its ``story`` (null: an event of its own); lines with
``"held": true`` are left out. A file that is given twice counts twice. The articles of a file are placed in the order
of their dates, as the bot would meet them, always into their true story; every report of the window is an example. The
weights are those of a logistic regression with a penalty, by Newton's method.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import exp
from pathlib import Path
from typing import Any

from bot.matching.scan import Scanner
from bot.model import Page
from bot.stories.evidence import EVIDENCE
from bot.stories.features import background
from bot.stories.features.article_features import (
    HEAD,
    HEAD_NAME,
    NAME,
    SENTENCE,
    SHIFT,
    TERM,
    Features,
    features_of,
    topic_features,
)
from bot.stories.features.gazetteer import TERMS, forms_of
from bot.stories.periods import period
from bot.stories.report import Report
from bot.stories.story_index import StoryIndex
from bot.stories.weights import WEIGHTS, Weights
from settings.lexicon import load
from tests.bench.stories.pact_names import FeaturesOfStory, write_pact_names

LEAST_SHARE = 0.01
"""A feature of fewer stories than this share is not written: it is rare anyway."""
BACKGROUND_SHARE = 0.2
"""A term of this share of older stories, as the name of the pact, is background: see ``background_words``."""
PENALTY = 1.0
ORDERS = 2
"""Each file is played so often, each day in another order."""
NEWTON_STEPS = 12
LEAST = {"event_key": 3.5, "other_milestone": -2.5}
"""The least weight, for or against, of a pact's one-time milestones: the labelled articles hold too few of them."""
JOIN_AT = -0.25
"""The score from which a report joins a story: below 0, because a card that splits is read twice."""

Labelled = Sequence[tuple[Report, str]]
"""Reports with the names of their true stories."""
Example = tuple[bool, list[float], bool]
"""Whether the two reports are in one language, the evidence, and whether they tell of one event."""


def labelled_reports(path: Path, scanner: Scanner) -> list[tuple[Report, str]]:
    """Returns the reports of a file with the names of their true stories."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    used = [line for line in lines if not line.get("held")]
    return [(_report(line, scanner), str(line.get("story") or f"alone {at}")) for at, line in enumerate(used)]


def _report(line: Mapping[str, Any], scanner: Scanner) -> Report:
    headline, text = line.get("headline") or "", line["text"]
    start, end = period(line.get("date"))
    reading = scanner.read(Page(headline, text, line.get("lang"), _day(line.get("date"))))
    return Report(
        id=line["id"],
        headline=headline,
        language=reading.language,
        outlet=line.get("outlet") or "",
        published_at=start,
        published_until=end,
        seen_at=start,
        topics=reading.topics,
        fingerprint=features_of(headline, text),
    )


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat((written or "")[:10])
    except ValueError:
        return None


def shares_of(files: Iterable[Labelled]) -> dict[int, float]:
    """Returns the share of all stories that hold each common feature."""
    stories_with: Counter[int] = Counter()
    stories = 0
    for reports in files:
        features_of_story: dict[str, set[int]] = {}
        for report, story in reports:
            features_of_story.setdefault(story, set()).update(_counted(report))
        for features in features_of_story.values():
            stories_with.update(features)
        stories += len(features_of_story)
    shares = {feature: number / stories for feature, number in sorted(stories_with.items())}
    return {feature: share for feature, share in shares.items() if share >= LEAST_SHARE}


def background_words(shares: Mapping[int, float]) -> dict[int, float]:
    """Returns the words of all forms of the terms that are background, as features that every story holds.

    A rare form of the pact's name would else be a head full of rare words, which two events of the pact share. The
    term itself goes on counting by its share.
    """
    return {
        feature: 1.0
        for forms in forms_of(TERMS).values()
        for form in forms
        if any(shares.get(feature, 0.0) >= BACKGROUND_SHARE for feature in _of_kinds(form, TERM))
        for feature in _of_kinds(f"a {form.title()}", HEAD, NAME, HEAD_NAME)
    }


def _of_kinds(headline: str, *kinds: int) -> Iterable[int]:
    return (feature for feature in features_of(headline, "") if feature >> SHIFT in kinds)


def features_by_story(reports: Labelled) -> FeaturesOfStory:
    """Returns the features of each pact's stories, by pact and language, and by story."""
    found: FeaturesOfStory = {}
    for report, story in reports:
        stories = found.setdefault((report.pact_id, report.language), {})
        stories.setdefault(story, set()).update(_counted(report))
    return found


def _counted(report: Report) -> Features:
    words = (feature for feature in report.fingerprint if feature >> SHIFT != SENTENCE)
    return (*words, *topic_features(report.topics.officials, report.topics.sectors))


def examples_of(reports: Labelled, seed: int) -> list[Example]:
    """Returns the pairs of reports that the index would compare, playing the file in the order of its days."""
    shuffled = random.Random(seed)
    ordered = sorted(reports, key=lambda labelled: (labelled[0].span[0].date(), shuffled.random()))
    no_weights = (0.0,) * len(EVIDENCE)
    index: StoryIndex[str] = StoryIndex(Weights(no_weights, no_weights, JOIN_AT))
    examples: list[Example] = []
    for report, story in ordered:
        for same_language, evidence, other_story in index.examples(report):
            examples.append((same_language, evidence, other_story == story))
        index.add(report, story)
    return examples


AGAINST = frozenset(
    {
        "days_apart",
        "same_outlet",
        "other_figures",
        "no_head",
        "times_differ",
        "no_people",
        "other_milestone",
        "next_day",
        "other_places",
        "other_names",
        "other_terms",
    }
)
FREE = frozenset({"always", "no_sectors"})
"""Evidence that speaks against one event, or either way; all other evidence speaks for it."""


def signed_regression(examples: Sequence[tuple[list[float], bool]]) -> list[float]:
    """Returns the weights of a regression in which no evidence speaks against what it says.

    Correlated evidence would give such weights; a piece that does is left out, and the rest is learned again.
    """
    left_out: set[int] = set()
    while True:
        kept = [([0.0 if at in left_out else value for at, value in enumerate(row)], same) for row, same in examples]
        weights = regression(kept)
        wrong = {at for at, (name, weight) in enumerate(zip(EVIDENCE, weights, strict=True)) if _is_wrong(name, weight)}
        if not wrong:
            return weights
        left_out.add(max(wrong, key=lambda at: abs(weights[at])))


def _is_wrong(name: str, weight: float) -> bool:
    return name not in FREE and (weight > 0 if name in AGAINST else weight < 0)


def regression(examples: Sequence[tuple[list[float], bool]]) -> list[float]:
    """Returns the weights of a logistic regression with an L2 penalty, by Newton's method."""
    size = len(EVIDENCE)
    weights = [0.0] * size
    for _ in range(NEWTON_STEPS):
        gradient = [PENALTY * weight for weight in weights]
        hessian = [[PENALTY * (row == column) for column in range(size)] for row in range(size)]
        for evidence, is_same in examples:
            chance = 1.0 / (1.0 + exp(-max(-30.0, min(30.0, _score(weights, evidence)))))
            present = [(at, value) for at, value in enumerate(evidence) if value]
            for at, value in present:
                gradient[at] += (chance - is_same) * value
                scaled, row = chance * (1.0 - chance) * value, hessian[at]
                for other, other_value in present:
                    row[other] += scaled * other_value
        step = _solved(hessian, gradient)
        weights = [weight - change for weight, change in zip(weights, step, strict=True)]
    return weights


def _score(weights: Sequence[float], evidence: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, evidence, strict=True))


def _solved(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    """Solves a system of linear equations by Gauss's elimination with pivots."""
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    size = len(rows)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for below in range(at + 1, size):
            factor = rows[below][at] / rows[at][at]
            if factor:
                rows[below] = [value - factor * above for value, above in zip(rows[below], rows[at], strict=True)]
    solution = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][column] * solution[column] for column in range(at + 1, size))
        solution[at] = (rows[at][size] - known) / rows[at][at]
    return solution


def _write_shares(shares: Mapping[int, float]) -> None:
    head = "# A feature of older stories and the share of them that holds it, by tests/bench/stories/train.py\n"
    lines = (f"{feature} {share:.3f}\n" for feature, share in sorted(shares.items()))
    background.COMMON_FEATURES.write_text(head + "".join(lines), "ascii")
    background.common_features.cache_clear()


def main(names: Sequence[str]) -> None:
    """Writes common features, the pacts' names and the weights; prints how many pairs these decide right."""
    scanner = Scanner(load(None))
    _write_shares({})
    shares = shares_of(labelled_reports(Path(name), scanner) for name in names)
    _write_shares(shares)
    files = [labelled_reports(Path(name), scanner) for name in names]
    write_pact_names(features_by_story(reports) for reports in files)
    examples = [example for reports in files for seed in range(ORDERS) for example in examples_of(reports, seed)]
    lines = ["# The weights of the evidence, by tests/bench/stories/train.py", f"join_at = {JOIN_AT}"]
    for table, same_language in (("same_language", True), ("other_language", False)):
        pairs = [(evidence, is_same) for same, evidence, is_same in examples if same is same_language]
        weights = signed_regression(pairs)
        for name, least in LEAST.items():
            at = EVIDENCE.index(name)
            weights[at] = max(least, weights[at]) if least > 0 else min(least, weights[at])
        right = sum((_score(weights, evidence) >= JOIN_AT) == is_same for evidence, is_same in pairs)
        print(
            f"{table}: {len(pairs)} pairs, {sum(is_same for _, is_same in pairs)} of one event, {right} decided right"
        )
        lines += ["", f"[{table}]", *(f"{name} = {weight:.3f}" for name, weight in zip(EVIDENCE, weights, strict=True))]
    WEIGHTS.write_text("\n".join(lines) + "\n", "ascii")
    # last: weights that were learned with background words made placements depend more on the order of a day
    _write_shares({**shares, **background_words(shares)})


if __name__ == "__main__":
    main(sys.argv[1:])
