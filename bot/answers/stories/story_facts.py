"""Puts what is known of a story into sentences and lines of the card: pure functions from plain data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.answers.stories.placement_notes import short_placement_note
from bot.deliveries.cards_from_rows import may_quote, outlet_name
from bot.model import StoredArticle, Story, story_id
from bot.store.articles import Known
from bot.stories.facts.coverage import Coverage, is_date_only
from bot.stories.facts.former_headlines import other_title
from bot.stories.facts.head_facts import Fact, OutletFacts, disagreements, fact_from
from bot.stories.facts.sources import Sources
from bot.stories.facts.text_read import is_announced_flash, is_partial, lacks_text
from bot.stories.workspace_view import SeenStory
from handlers.cards.story_articles import ArticleLine
from handlers.cards.texts import Note
from scrapers.outlet import Outlet

SOURCES_NAMED = 4
VERSIONS_SHOWN = 4
FORMER_SHOWN = 2
PARTS_NAMED = 5
LOCALIZED = {"signatory": "counted", "instrument": "instruments"}
"""The argument of a note whose names stand in the reader's language."""


def coverage_notes(coverage: Coverage, outlets: Mapping[str, Outlet]) -> list[Note]:
    """Counts articles and outlets, and says who was first and whether an official text is there."""
    counts = {"n": len(coverage.articles), "outlets": coverage.outlets, "ko": coverage.ko, "en": coverage.en}
    code, others = ("story_counts", {"other": coverage.other}) if coverage.other else ("story_counts_two", {})
    notes = [Note(code, {key: str(count) for key, count in {**counts, **others}.items()})]
    if coverage.first is not None:
        first, minutes = coverage.first.article, coverage.first.lead_minutes
        notes.append(Note("story_first_by", {"outlet": outlet_name(outlets, first.outlet), "minutes": str(minutes)}))
    elif coverage.outlets > 1:
        notes.append(Note("story_first_unknown"))
    offices = ", ".join(dict.fromkeys(outlet_name(outlets, text.outlet) for text in coverage.official_texts))
    if len(coverage.official_texts) > 1:
        return [*notes, Note("story_official_texts", {"n": str(len(coverage.official_texts)), "outlets": offices})]
    if coverage.unread_document is not None:
        office = outlet_name(outlets, coverage.unread_document.outlet)
        return [*notes, Note("story_official_unread", {"outlet": office})]
    return [*notes, Note("story_official", {"outlet": offices}) if offices else Note("story_no_official")]


def difference_notes(
    ordered: Sequence[StoredArticle], known: Mapping[int, Known], outlets: Mapping[str, Outlet]
) -> list[Note]:
    """Says on which facts outlets differ, as far as their present terms allow their text to be quoted."""
    facts_of: dict[str, list[Fact]] = {}
    for article in ordered:
        if may_quote(article.outlet, outlets):
            facts_of.setdefault(article.outlet, []).extend(fact_from(row) for row in known[article.id].head_facts)
    notes = []
    zones = {key: outlets[key].timezone for key in facts_of}
    for found in disagreements([OutletFacts(zones[key], facts) for key, facts in facts_of.items()]):
        shown = found.versions[:VERSIONS_SHOWN]
        if found.kind in LOCALIZED:
            counted = "; ".join(f"{name}={count}" for name, count in shown)
            notes.append(Note(f"story_differ_{found.kind}", {LOCALIZED[found.kind]: counted}))
        else:
            values = ", ".join(f"{text} ({count})" for text, count in shown)
            notes.append(Note(f"story_differ_{found.kind}", {"values": values}))
    return notes


def split_notes(seen: SeenStory) -> list[Note]:
    """Says which story the articles were split off, or which stories have those that were split off this one."""
    notes = [Note("story_was_split", {"story": story_id(seen.split_off)})] if seen.split_off is not None else []
    if seen.lost_to:
        stories = ", ".join(story_id(number) for number in list(seen.lost_to)[:PARTS_NAMED])
        notes.append(Note("story_lost_articles", {"n": str(sum(seen.lost_to.values())), "stories": stories}))
    return notes


def sister_notes(story: Story, clause_sectors: Collection[str]) -> list[Note]:
    """Says of a sister pact's story which of its sectors the Korean pact has clauses on."""
    if not story.topics.sister_pact or story.topics.pact:
        return []
    shared = [sector for sector in story.topics.sectors if sector in clause_sectors]
    return [Note("story_of_sister", {"topics": ", ".join(shared)}) if shared else Note("story_of_sister_alone")]


def source_notes(coverage: Coverage, sources: Sources, outlets: Mapping[str, Outlet]) -> list[Note]:
    """Says which sources the articles name, how many repeat another one's text, and whether all rest on one."""
    notes = [
        Note("story_cites", {"n": str(count), "source": source}) for source, count in coverage.after[:SOURCES_NAMED]
    ]
    if sources.copy_of:
        notes.append(Note("story_copies", {"n": str(len(sources.copy_of))}))
    if sources.only is not None:
        source = outlet_name(outlets, sources.only)
        notes.append(Note("story_one_source", {"n": str(len(coverage.articles)), "source": source}))
    return notes


def article_line(article: StoredArticle, sources: Sources, known: Known, outlets: Mapping[str, Outlet]) -> ArticleLine:
    """Returns one article as a line of the card."""
    original = sources.copy_of.get(article.id)
    marks = (
        ("article_official", article.kind == "official"),
        ("article_opinion", article.kind == "opinion"),
        ("article_flash", is_announced_flash(article)),
        ("article_partial", is_partial(article)),
        ("article_text_missing", lacks_text(article)),
        ("article_corrected", article.corrected),
        ("article_gone", article.state == "gone"),
    )
    notes = [Note(code) for code, is_set in marks if is_set]
    if article.topics.after:
        notes.append(Note("article_after", {"sources": ", ".join(article.topics.after[:SOURCES_NAMED])}))
    if original is not None:
        notes.append(Note("article_copy", {"outlet": outlet_name(outlets, original.outlet)}))
    notes += [
        Note("article_retitled", {"headline": former["headline"], "until": former["until_at"]})
        for former in known.former_headlines[-FORMER_SHOWN:]
    ]
    if (title := other_title(article.headline, known.listed.values())) is not None:
        notes.append(Note("article_listed_as", {"headline": title}))
    if (why := short_placement_note(known.placement)) is not None:
        notes.append(why)
    return ArticleLine(
        headline=article.headline,
        url=article.url,
        outlet=outlet_name(outlets, article.outlet),
        language=article.language,
        published_at=article.published_at,
        date_only=is_date_only(article, outlets),
        seen_at=article.first_seen_at,
        notes=tuple(notes),
    )
