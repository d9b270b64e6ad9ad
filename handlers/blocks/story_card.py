"""Renders a story card, the reply in its thread that reports a material change, and a card that gave way."""

from __future__ import annotations

from handlers.blocks.blockkit import (
    HEADLINE_MAX_CHARS,
    NAME_MAX_CHARS,
    Json,
    actions_block,
    button,
    clean,
    context_block,
    header_block,
    highlighted_runs,
    is_user_group,
    link_run,
    option,
    paragraph,
    quote,
    rich_text_block,
    safe_url,
    text_block,
    text_run,
    user_group_run,
)
from handlers.blocks.fallback_text import escape_bounded
from handlers.blocks.localizer import Localizer
from handlers.blocks.message_builder import MessageBuilder, RenderedMessage
from handlers.cards.story import MergedCard, OtherArticle, ReplyCard, StoryCard, UnreadDocument
from handlers.verbs.mute import MUTE_SPANS

TEXT_MAX_CHARS = 300
SUBSCRIPTIONS_SHOWN = 5
ALSO_SHOWN, ALSO_HEADLINE_CHARS = 5, 90
AFTER_SHOWN = 3
CHANGED_SHOWN = 3
ATTACHMENTS_SHOWN, ATTACHMENT_MAX_CHARS = 3, 80
REPLIES = ("official", "official_listed", "second_language", "milestone", "correction", "gone")


def story_message(card: StoryCard, localizer: Localizer) -> RenderedMessage:
    """Renders the headline, the matched sentence, the other articles, one line of facts, and the buttons."""
    builder = MessageBuilder()
    story_id = clean(card.story, 40)
    if card.severity > 0:
        builder.add_body(header_block("pact:major", localizer.text("story.severity")))
    builder.add_body(rich_text_block(f"pact:story:{story_id}", *_headline_parts(card, localizer)))
    _add_other_articles(builder, card, localizer)
    builder.add_footer(context_block("pact:facts", " · ".join(_facts(card, localizer))))
    builder.add_footer(actions_block("pact:do", _actions(card, story_id, localizer)))
    message = builder.build(card.headline)
    return RenderedMessage(notification_text(card, localizer), message.blocks, message.plain)


def notification_text(card: StoryCard, localizer: Localizer) -> str:
    """Returns ``<headline> — <outlet>, <time zone>``, escaped, at most 300 characters; severity stands before it."""
    outlet = escape_bounded(clean(card.outlet, 60), 120)
    ending = f" — {outlet}, {localizer.format_time(card.published_at or card.seen_at)}"
    severe = f"{localizer.text('story.severity')}: " if card.severity > 0 else ""
    headline = f"{severe}{_headline(card, localizer)}"
    return escape_bounded(headline, TEXT_MAX_CHARS - len(ending)) + ending


def _headline(card: StoryCard, localizer: Localizer) -> str:
    return clean(card.headline, HEADLINE_MAX_CHARS) or localizer.text("story.no_headline")


def _headline_parts(card: StoryCard, localizer: Localizer) -> list[Json]:
    shown = clean(card.bare_headline, HEADLINE_MAX_CHARS) or _headline(card, localizer)
    headline = link_run(card.url, shown, bold=True)
    parts = [
        paragraph(
            *_group_runs(card.mention_group if card.severity > 0 else None), *_mark_runs(card, localizer), headline
        )
    ]
    if card.headline_language != localizer.language and card.topics:
        language = card.headline_language if card.headline_language in ("ko", "en") else "other"
        topics = localizer.topic_names(card.topics)
        parts.append(paragraph(text_run(localizer.text(f"story.line_{language}", topics=topics))))
    if card.lead is not None and card.lead.text.strip():
        label = card.lead.sister if card.lead.sister != card.sister else None
        parts.append(quote([*_sister_runs(label, localizer), *highlighted_runs(card.lead)]))
    parts += [paragraph(*_changed_runs(article, localizer)) for article in _changed(card)]
    if safe_url(card.official_url):
        parts.append(paragraph(link_run(card.official_url, localizer.text("story.official"))))
    if card.unread is not None:
        parts.append(paragraph(*_unread_runs(card.unread, localizer)))
    return parts


def _changed(card: StoryCard) -> list[OtherArticle]:
    """Returns the other articles that their outlets corrected or removed."""
    return [article for article in card.also[:ALSO_SHOWN] if article.mark in ("corrected", "gone")][:CHANGED_SHOWN]


def _changed_runs(article: OtherArticle, localizer: Localizer) -> list[Json]:
    """Returns the line that names the outlet which corrected or removed its article."""
    outlet = clean(article.outlet, NAME_MAX_CHARS)
    headline = clean(article.headline, ALSO_HEADLINE_CHARS) or localizer.text("story.no_headline")
    sentence = localizer.text(f"story.other_{article.mark}", outlet=outlet)
    return [text_run(f"{sentence}: ", bold=True), link_run(article.url, headline, ALSO_HEADLINE_CHARS)]


def _unread_runs(unread: UnreadDocument, localizer: Localizer) -> list[Json]:
    """Returns the line that says of an office's document that its text is missing, with its attachments."""
    runs = [link_run(unread.url, localizer.text("story.official_listed")), text_run(" · ")] if unread.url else []
    runs.append(text_run(localizer.text("story.unread_summary" if unread.by_summary else "story.unread_headline")))
    links = [link_run(url, name, ATTACHMENT_MAX_CHARS) for name, url in unread.attachments[:ATTACHMENTS_SHOWN]]
    for number, link in enumerate(links):
        runs += [text_run(", " if number else f" · {localizer.text('story.attachments')} "), link]
    return runs


def _group_runs(group_id: str | None) -> list[Json]:
    """Returns the mention of the user group that wants to know of severe stories."""
    return [user_group_run(group_id), text_run(" ")] if group_id and is_user_group(group_id) else []


def _mark_runs(card: StoryCard, localizer: Localizer) -> list[Json]:
    """Returns the marks before the headline: the sister pact, corrected, vanished, flash."""
    flags = (("corrected", card.corrected), ("gone", card.gone), ("flash", card.flash))
    marks = [localizer.text(f"story.{name}") for name, is_set in flags if is_set]
    if marks_text := " · ".join(marks):
        return [*_sister_runs(card.sister, localizer), text_run(f"[{marks_text}] ", bold=True)]
    return _sister_runs(card.sister, localizer)


def _sister_runs(sister: str | None, localizer: Localizer) -> list[Json]:
    """Returns the label that keeps a sister pact apart from the pact."""
    return [text_run(f"[{localizer.topic_names((sister,))}] ", bold=True)] if sister else []


def _add_other_articles(builder: MessageBuilder, card: StoryCard, localizer: Localizer) -> None:
    """Adds the list *Also in*."""
    shown = card.also[:ALSO_SHOWN]
    if shown:
        builder.add_body(text_block("pact:also:title", localizer.text("story.also"), bold=True))
        builder.add_list("pact:also", [_other_article_runs(article, localizer) for article in shown])


def _other_article_runs(article: OtherArticle, localizer: Localizer) -> list[Json]:
    headline = clean(article.headline, ALSO_HEADLINE_CHARS) or localizer.text("story.no_headline")
    mark = f"[{localizer.text(f'story.{article.mark}')}] " if article.mark in ("corrected", "gone") else ""
    outlet = clean(article.outlet, NAME_MAX_CHARS)
    return [text_run(f"{outlet}: {mark}"), link_run(article.url, headline, ALSO_HEADLINE_CHARS)]


def _facts(card: StoryCard, localizer: Localizer) -> list[str]:
    """Returns the facts of the line under the headline: outlet, times, coverage, first outlet, ids."""
    facts = [clean(card.outlet, NAME_MAX_CHARS)]
    if card.published_at is None:
        facts.append(localizer.text("story.undated", when=localizer.format_datetime(card.seen_at)))
    else:
        facts.append(localizer.format_both_zones(card.published_at))
    if card.partial:
        facts.append(localizer.text("story.text_partial"))
    facts.append(_coverage(card, localizer))
    if card.first_outlet and card.articles_ko + card.articles_en + card.articles_other > 1:
        facts.append(_first_outlet(card.first_outlet, card.first_by_minutes, localizer))
    if card.after:
        names = ", ".join(clean(name, 40) for name in card.after[:AFTER_SHOWN])
        facts.append(localizer.text("story.after", names=names))
    if card.muted_until is not None:
        facts.append(localizer.text("story.muted", when=localizer.format_datetime(card.muted_until)))
    return [fact for fact in [*facts, clean(card.story, 20), *_subscription_ids(card)] if fact]


def _subscription_ids(card: StoryCard) -> list[str]:
    ids = [clean(subscription_id, 20) for subscription_id in card.subscriptions]
    hidden = len(ids) - SUBSCRIPTIONS_SHOWN
    return [*ids[:SUBSCRIPTIONS_SHOWN], f"+{hidden}"] if hidden > 0 else ids


def _coverage(card: StoryCard, localizer: Localizer) -> str:
    counts = (("ko", card.articles_ko), ("en", card.articles_en), ("other", card.articles_other))
    parts = [localizer.text(f"story.articles_{language}", n=count) for language, count in counts if count > 0]
    return localizer.text("story.articles", parts=", ".join(parts)) if parts else ""


def _first_outlet(outlet: str, lead_minutes: int | None, localizer: Localizer) -> str:
    name = clean(outlet, NAME_MAX_CHARS)
    if lead_minutes is None or lead_minutes <= 0:
        return localizer.text("story.first", outlet=name)
    return localizer.text("story.first_by", outlet=name, time=localizer.format_duration(lead_minutes))


def _actions(card: StoryCard, story_id: str, localizer: Localizer) -> list[Json]:
    elements: list[Json] = []
    if url := safe_url(card.url):
        elements.append(button("pact:open", localizer.text("button.open"), story_id or "–") | {"url": url})
    elements.append(button("pact:why", localizer.text("button.why"), f"why {story_id}"))
    if hidden := _hidden_articles(card):
        elements.append(button("pact:run:also", localizer.text("story.also_more", n=hidden), f"story {story_id}"))
    elements.append(_mute_menu(story_id, localizer))
    elements.append(_more_menu(card, story_id, localizer))
    return elements


def _hidden_articles(card: StoryCard) -> int:
    return max(0, card.also_more) + max(0, len(card.also) - ALSO_SHOWN)


def _mute_menu(story_id: str, localizer: Localizer) -> Json:
    return {
        "type": "static_select",
        "action_id": "pact:mute",
        "placeholder": {"type": "plain_text", "text": localizer.text("button.mute"), "emoji": False},
        "options": [
            option(localizer.text(f"mute.{unit}", n=count), f"mute story {story_id} for {count}{unit[0]}")
            for unit, count, _ in MUTE_SPANS
        ],
    }


def _more_menu(card: StoryCard, story_id: str, localizer: Localizer) -> Json:
    options = [
        option(localizer.text("more.not_relevant"), f"feedback {story_id}"),
        option(localizer.text("more.split"), f"story {story_id}"),
        option(localizer.text("more.receipt"), f"why {story_id} receipt"),
        option(localizer.text("more.share"), f"share {story_id}"),
    ]
    if card.muted_until is not None:
        options.insert(0, option(localizer.text("more.unmute"), f"unmute story {story_id}"))
    return {"type": "overflow", "action_id": "pact:more", "options": options}


def reply_message(card: ReplyCard, localizer: Localizer) -> RenderedMessage:
    """Renders a material change: its kind, the headline, the outlet and the time."""
    kind = card.what if card.what in REPLIES else "other"
    outlet = clean(card.outlet, NAME_MAX_CHARS)
    kind_text = localizer.text(f"reply.{kind}", outlet=outlet)
    if card.raised:
        kind_text = f"{localizer.text('story.severity')}: {kind_text}"
    facts = [outlet]
    if card.published_at:
        facts.append(localizer.format_both_zones(card.published_at))
    headline = link_run(card.url, card.headline or localizer.text("story.no_headline"))
    builder = MessageBuilder()
    block_id = f"pact:reply:{clean(card.story, 40)}"
    group = _group_runs(card.mention_group)
    builder.add_body(rich_text_block(block_id, paragraph(*group, text_run(f"{kind_text}: ", bold=True), headline)))
    builder.add_footer(context_block("pact:facts", " · ".join(facts)))
    return builder.build(f"{kind_text}: {clean(card.headline, HEADLINE_MAX_CHARS)}")


def merged_message(card: MergedCard, localizer: Localizer) -> RenderedMessage:
    """Renders one line: the story was merged, and where its card is."""
    sentence = localizer.text("story.merged", story=clean(card.story, 20))
    headline = link_run(card.url, clean(card.headline, HEADLINE_MAX_CHARS) or localizer.text("story.no_headline"))
    builder = MessageBuilder()
    builder.add_body(rich_text_block("pact:merged", paragraph(text_run(f"{sentence} "), headline)))
    return builder.build(f"{sentence} {clean(card.headline, HEADLINE_MAX_CHARS)}")
