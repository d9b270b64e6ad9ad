"""Tables of articles and stories, which all workspaces share."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, text

from bot.store.schema.columns import (
    Packed,
    Utc,
    Words,
    big_integer,
    counter,
    flag,
    id_column,
    json_list,
    json_map,
    metadata,
    packed,
    partial_index,
    reference,
    state,
    words,
)

# A partial index serves only a query that repeats its condition in the same words: both take it from here.
WANTED = text("wants_page")
MERGED = text("merged_into IS NOT NULL")
NAMES_PACT = text("pact")
WITH_SENTENCE = text("field = 'text' AND context <> ''")

stories = Table(
    "stories",
    metadata,
    id_column(),
    words("headline"),
    words("url"),
    words("outlet"),
    words("language"),
    Column("first_seen_at", Utc, nullable=False),
    Column("last_article_at", Utc, nullable=False, index=True),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    counter("severity"),
    flag("pact"),
    json_list("sister_pact"),
    json_list("officials"),
    json_list("sectors"),
    json_map("marks"),
    reference("merged_into", "stories", nullable=True),
    partial_index("ix_stories_merged", "last_article_at", where=MERGED),
    partial_index("ix_stories_merged_into", "merged_into", where=MERGED),
    partial_index("ix_stories_pact", "last_article_at", where=NAMES_PACT),
    sqlite_autoincrement=True,
)

articles = Table(
    "articles",
    metadata,
    id_column(),
    words("outlet"),
    words("url"),
    words("canonical_url"),
    words("headline"),
    words("language"),
    words("kind"),
    Column("published_at", Utc),
    Column("first_seen_at", Utc, nullable=False, index=True),
    Column("read_at", Utc, index=True),
    words("content_hash", ""),
    state(),
    Column("suspect", Words),
    flag("flash"),
    flag("corrected"),
    flag("baseline"),
    reference("story", "stories", nullable=True, index=True),
    flag("pact"),
    json_list("sister_pact"),
    json_list("officials"),
    json_list("sectors"),
    counter("severity"),
    json_map("severity_reason"),
    json_list("after"),
    packed("fingerprint"),
    packed("rarity_sums"),
    json_map("placement"),
    json_list("former_headlines"),
    json_map("listed"),
    json_list("head_facts"),
    flag("partial"),
    words("text_from", "page"),
    json_list("attachments"),
    Column("text_url", Words),
    words("lexicon_version", ""),
    flag("wants_page"),
    counter("tries"),
    Column("next_try_at", Utc),
    Column("page_order_at", Utc),
    Index("ix_articles_content_hash", "content_hash"),
    Index("ix_articles_title", "outlet", "headline", "first_seen_at"),
    partial_index("ix_articles_pact", "outlet", "first_seen_at", where=NAMES_PACT),
    partial_index("ix_articles_unread", "outlet", "page_order_at", where=WANTED),
    sqlite_autoincrement=True,
)

article_identities = Table(
    "article_identities",
    metadata,
    Column("identity", Words, primary_key=True),
    reference("article", "articles", index=True),
    sqlite_with_rowid=False,
)

purged_names = Table("purged_names", metadata, Column("hash", big_integer(), primary_key=True, autoincrement=False))

feed_texts = Table(
    "feed_texts",
    metadata,
    Column("article", big_integer(), ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    words("text"),
    flag("whole"),
)

text_sketches = Table(
    "text_sketches",
    metadata,
    Column("article", big_integer(), ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    words("outlet"),
    *(Column(f"{which}_key", big_integer(), nullable=False, index=True) for which in ("first", "second", "third")),
    Column("hashes", Packed, nullable=False),
    Column("kept_at", Utc, nullable=False, index=True),
)

mentions = Table(
    "mentions",
    metadata,
    id_column(),
    reference("article", "articles", index=True),
    words("kind"),
    words("topic"),
    words("term"),
    words("field"),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    words("quote"),
    words("context"),
    flag("passing"),
    words("lexicon_version"),
    partial_index("ix_mentions_sentence", "article", where=WITH_SENTENCE),
    Index("ix_mentions_topic", "topic", "kind", "passing", "article"),
)

rejected = Table(
    "rejected",
    metadata,
    id_column(),
    reference("article", "articles", index=True),
    words("kind"),
    words("topic"),
    words("term"),
    words("field"),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    words("quote"),
    words("reason_code"),
    json_map("reason_args"),
    words("lexicon_version"),
)

sentences = Table(
    "sentences",
    metadata,
    id_column(),
    reference("article", "articles", index=True),
    Column("position", Integer, nullable=False),
    words("text"),
    Column("kept_at", Utc, nullable=False, index=True),
)

story_aliases = Table(
    "story_aliases",
    metadata,
    Column("alias", big_integer(), primary_key=True, autoincrement=False),
    reference("story", "stories", index=True),
    Column("made_at", Utc, nullable=False),
)

story_overlays = Table(
    "story_overlays",
    metadata,
    Column("team", Words, primary_key=True),
    Column("article", big_integer(), ForeignKey("articles.id"), primary_key=True, autoincrement=False, index=True),
    Column("story", big_integer(), ForeignKey("stories.id"), primary_key=True, autoincrement=False, index=True),
    Column("person", Words),
    Column("made_at", Utc, nullable=False),
)

story_parts = Table(
    "story_parts",
    metadata,
    Column("story", big_integer(), ForeignKey("stories.id"), primary_key=True, autoincrement=False),
    Column("team", Words, nullable=False, index=True),
    reference("parted_from", "stories", index=True),
)

story_links = Table(
    "story_links",
    metadata,
    id_column(),
    Column("team", Words, nullable=False, index=True),
    reference("story", "stories", index=True),
    reference("other", "stories", index=True),
    Column("person", Words),
    Column("made_at", Utc, nullable=False),
    sqlite_autoincrement=True,
)
