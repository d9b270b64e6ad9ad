"""Renders one story as a line of a list: marks, linked headline, outlet, time, topics, and the sentence it quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.blocks.blockkit import (
    HEADLINE_MAX_CHARS,
    NAME_MAX_CHARS,
    URL_MAX_CHARS,
    Json,
    clean,
    foreign_run,
    highlighted_runs,
    link_run,
    non_empty,
    text_run,
)
from handlers.blocks.localizer import Localizer
from handlers.cards.digest import DigestLine

LEAD_SHOWN_CHARS = 200
SEVERE = "🔴"
CHANGED_SHOWN = 2


@dataclass(frozen=True, slots=True)
class LineForm:
    """The limits of one story on a page."""

    url_max_chars: int
    headline_max_chars: int
    facts_max_chars: int
    has_leads: bool = False


FORMS = (
    LineForm(URL_MAX_CHARS, HEADLINE_MAX_CHARS, 400, has_leads=True),
    LineForm(URL_MAX_CHARS, HEADLINE_MAX_CHARS, 400),
    LineForm(400, HEADLINE_MAX_CHARS, 200),
    LineForm(0, 60, 40),
)
"""From the fullest to the barest: stories may have grown since they were divided into pages, and all must be shown."""


def story_line(line: DigestLine, localizer: Localizer, on: date | None = None, form: LineForm = FORMS[0]) -> list[Json]:
    """Renders one story of a list: linked headline, outlet, time, number of articles, topics in another language."""
    facts = [clean(line.outlet, NAME_MAX_CHARS)]
    if line.published_at is not None:
        facts.append(localizer.format_time_on_day(line.published_at, on))
    if line.partial or line.text_missing:
        facts.append(localizer.text("story.text_missing" if line.text_missing else "story.text_partial"))
    if line.articles > 1:
        facts.append(localizer.text("digest.articles", n=line.articles))
    facts += [
        localizer.text(f"digest.other_{article.mark}", outlet=clean(article.outlet, NAME_MAX_CHARS))
        for article in line.changed[:CHANGED_SHOWN]
        if article.mark in ("corrected", "gone")
    ]
    if line.headline_language != localizer.language and line.topics:
        facts.append(localizer.topic_names(line.topics, 4))
    facts_text = " — " + clean(" · ".join(fact for fact in facts if fact), form.facts_max_chars)
    headline = line.headline or localizer.text("story.no_headline")
    headline_run = link_run(line.url, headline, form.headline_max_chars)
    if len(headline_run.get("url", "")) > form.url_max_chars:
        headline_run = foreign_run(headline, form.headline_max_chars)
    number = f" · {clean(line.story, 20)}" if line.story else ""
    runs = [*_mark_runs(line, localizer), headline_run, text_run(facts_text + number)]
    return [*runs, *_lead_runs(line, localizer)] if form.has_leads else runs


def _mark_runs(line: DigestLine, localizer: Localizer) -> list[Json]:
    """Returns what stands before a headline: severity, a sister pact, and what became of the article that heads it."""
    flags = (("corrected", line.corrected), ("gone", line.gone))
    marks = " · ".join(localizer.text(f"story.{name}") for name, is_set in flags if is_set)
    text = (f"{SEVERE} " if line.severity > 0 else "") + _sister_label(line.sister, localizer)
    text += f"[{marks}] " if marks else ""
    return non_empty([text_run(text, bold=True)])


def _lead_runs(line: DigestLine, localizer: Localizer) -> list[Json]:
    """Returns the quoted sentence on a line of its own, with its sister's label if the headline has another."""
    if line.lead is None or not line.lead.text.strip():
        return []
    label = _sister_label(line.lead.sister if line.lead.sister != line.sister else None, localizer)
    return [text_run(f"\n{label}"), *highlighted_runs(line.lead, LEAD_SHOWN_CHARS)]


def _sister_label(sister: str | None, localizer: Localizer) -> str:
    """Returns the label that keeps a sister pact apart from the pact."""
    return f"[{localizer.topic_names((sister,))}] " if sister else ""
