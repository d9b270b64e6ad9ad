"""Finds what a person has to be asked about a query: a term of several senses, or a word that nothing knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.answers.context import AnswerContext
from bot.answers.outlet_names import nearest_outlet, outlet_called, outlet_named, outlets_called
from bot.matching.engine.forms import literal_spellings
from bot.matching.query.ambiguity import Question, questions, sister_named, with_sense
from bot.matching.query.names import shown_names
from bot.matching.query.near_words import near_cadence, near_words, wanted_words, words_of
from bot.matching.query.nodes import And, FieldFilter, Not, Or, Query, Word, leaves
from bot.matching.query.options import SubscriptionOptions
from bot.matching.query.parse_query import parse
from bot.matching.query.schedule import KOREAN_CADENCES
from bot.matching.query.show import show
from bot.matching.text.korean import has_word, without_particle
from bot.matching.text.normalize import fold
from bot.store import known_words
from bot.store.engine import Connection
from handlers.cards.answers import SenseQuestion
from handlers.text.words import language_of, topic_name
from settings.lexicon import Lexicon

HISTORY = timedelta(days=90)
"""A word is known when a headline of this time has it."""
SENTENCES = timedelta(days=7)
"""It is also known when a kept sentence of this time has it."""
AS_TYPED = {"en": "as typed", "ko": "그대로"}
"""The option that says that a word is meant as it was typed, in each language."""


_QUESTIONS: Mapping[str, SenseQuestion] = {"query.unknown_word": "unknown", "query.only_left_out": "everything"}


@dataclass(frozen=True, slots=True)
class Clarification:
    """A term to be asked about, and the queries that may be meant; none for a term that is too short."""

    term: str
    code: str
    """``query.ambiguous``, ``query.too_short``, ``query.unknown_word`` or ``query.only_left_out``."""
    choices: tuple[tuple[str, str], ...] = ()
    """Each sense in the reader's language, or the word (``as_typed`` for the typed one), with the whole query."""

    @property
    def question(self) -> SenseQuestion:
        """What the person is asked."""
        return _QUESTIONS.get(self.code, "sense")


async def clarification(
    context: AnswerContext, language: str, query: Query, options: SubscriptionOptions
) -> Clarification | None:
    """Returns the first question about a query; None where it is clear. Nothing is asked of a phrase in quotes."""
    for question in questions(query, context.lexicon):
        if is_asked(context.lexicon, language, question):
            return _of_sense(context, language, query, question)
    if options.as_typed:
        return None
    return (
        sister_or_unread(context, query, language)
        or await _unknown(context, query, options, language)
        or _only_left_out(query, language)
    )


def _only_left_out(query: Query, language: str) -> Clarification | None:
    """Returns the question about a query that only leaves out, so that every other article matches it."""
    if not leaves_out_only(query):
        return None
    of_pact = And((FieldFilter("topic", "pact", "pact"), *(query.children if isinstance(query, And) else (query,))))
    choices = (("pact_without", show(of_pact)), ("as_typed", f"{show(query)} {AS_TYPED[language_of(language)]}"))
    return Clarification(show(query), "query.only_left_out", choices)


def leaves_out_only(query: Query) -> bool:
    """Returns whether an article matches a query although it has nothing of what the query names."""
    match query:
        case Not(_):
            return True
        case And(children):
            return all(map(leaves_out_only, children))
        case Or(children):
            return any(map(leaves_out_only, children))
        case _:
            return False


def is_asked(lexicon: Lexicon, language: str, question: Question) -> bool:
    """Returns whether a person is asked: a sector's id is the sector, but AI in Korean is avian flu as well.

    Such an exception stands in the lexicon's questions in another spelling than the id (``AI``, ``ai``).
    """
    if lexicon.sector(question.term.lower()) is None:
        return True
    asked = (ask.term for ask in lexicon.ambiguous_terms if fold(ask.term) == fold(question.term))
    return language == "ko" and any(lexicon.sector(term) is None for term in asked)


def sister_or_unread(context: AnswerContext, query: Query, language: str) -> Clarification | None:
    """Returns the question about a country with a pact of its own, or an outlet or a language that is not read."""
    return _sister(context, query, language) or _unread(context, query, language)


def _sister(context: AnswerContext, query: Query, language: str) -> Clarification | None:
    """Returns the question about a country with a pact of its own: the pact, or the word; one left out is the word."""
    wanted = wanted_words(query)
    for word in words_of(query):
        sister = sister_named(word, context.lexicon) if word in wanted else None
        if sister is not None:
            name = topic_name(language, sister, shown_names(context.lexicon))
            asked = _of_unknown(context, query, word, (), language)
            of_pact = (name, _with(context, query, word, f"topic:{sister}"))
            return Clarification(word, "query.ambiguous", (of_pact, *asked.choices))
    return None


def _unread(context: AnswerContext, query: Query, language: str) -> Clarification | None:
    """Returns the question about an outlet or a language that nothing read has, as a mistyped key: it brings nothing.

    An address's host is not asked about: a news search may find articles of outlets that are not read themselves.
    """
    for asked in _source_filters(query):
        if asked.name == "lang":
            near = sorted({outlet.language for outlet in context.outlets.values()})
            is_read = asked.value in near
        else:
            is_read = "." in asked.value or bool(outlets_called(context.outlets, asked.value))
            key = outlet_named(context.outlets, asked.value) or nearest_outlet(context.outlets, asked.value)
            near = [] if key is None else [key]
        if not is_read:
            return _of_unknown(context, query, show(asked), tuple(f"{asked.name}:{each}" for each in near), language)
    return None


def _source_filters(query: Query) -> Iterator[FieldFilter]:
    for leaf in leaves(query):
        if isinstance(leaf, FieldFilter) and leaf.name in ("outlet", "lang"):
            yield leaf


async def _unknown(
    context: AnswerContext, query: Query, options: SubscriptionOptions, language: str
) -> Clarification | None:
    """Returns the question about the first word that nothing knows, whether or not it is near one that is known.

    A word that is left out (-영국) is asked about only where it is near a known one: it takes nothing away otherwise.
    """
    asked = _mistyped_cadence(context, query, options, language)
    wanted = wanted_words(query)
    words = [word for word in await unknown_words(context, query) if word in wanted]
    if asked is not None and asked.term in words:
        return asked
    return await unknown_word(context, query, language) or next(
        (_of_unknown(context, query, word, (), language) for word in words), None
    )


def _mistyped_cadence(
    context: AnswerContext, query: Query, options: SubscriptionOptions, language: str
) -> Clarification | None:
    """Returns the question about a last word that is nearly a cadence (매일매일, ``dialy``)."""
    last = query.children[-1] if isinstance(query, And) else None
    if options.cadence is not None or not isinstance(query, And) or not isinstance(last, Word):
        return None
    cadence = near_cadence(last.text)
    if cadence is None:
        return None
    before = query.children[:-1]
    rest = show(And(before) if len(before) > 1 else before[0])
    korean = language == "ko"
    word = KOREAN_CADENCES[cadence] if korean else cadence
    line = f"{rest} {word}" if korean else f"{rest} as {word}"
    asked = _of_unknown(context, query, last.text, near_words(last.text, context.lexicon), language)
    return Clarification(last.text, asked.code, ((word, line), *asked.choices))


async def unknown_word(context: AnswerContext, query: Query, language: str = "en") -> Clarification | None:
    """Returns the question about the first word that nothing knows and that is near one that is known."""
    async with context.store.read() as c:
        for word in words_of(query):
            near = await _meant(c, context, word)
            if near:
                return _of_unknown(context, query, word, near, language)
    return None


async def unknown_words(context: AnswerContext, query: Query) -> tuple[str, ...]:
    """Returns the query's words that neither the lexicon nor stored history knows."""
    async with context.store.read() as c:
        return tuple([word for word in words_of(query) if not await _is_known(c, context, word)])


async def _is_known(c: Connection, context: AnswerContext, word: str) -> bool:
    """Returns whether stored history has the word, in a spelling in which a query finds it.

    A piece of another word is not known by that word.
    """
    now, spellings = context.now(), literal_spellings(word)
    async for text in known_words.texts_with(c, spellings, now - HISTORY, now - SENTENCES):
        folded = fold(text)
        if any(has_word(folded, spelling) for spelling in spellings):
            return True
    return False


async def _meant(c: Connection, context: AnswerContext, word: str) -> tuple[str, ...]:
    """Returns what an unknown word may have meant: an outlet of that name, near words; none for a word of history."""
    near = (*_outlet_of(context, word), *near_words(word, context.lexicon))
    stem = without_particle(word)
    if not (near or stem) or await _is_known(c, context, word):
        return ()
    is_stem_known = stem is not None and await _is_known(c, context, stem)
    return (stem, *near) if stem is not None and is_stem_known else near


def _outlet_of(context: AnswerContext, word: str) -> tuple[str, ...]:
    """Returns the field of the outlet whose key, name or host the word is."""
    key = outlet_called(context.outlets, word)
    return () if key is None else (f"outlet:{key}",)


def _of_sense(context: AnswerContext, language: str, query: Query, question: Question) -> Clarification:
    choices = (
        (choice.ko if language == "ko" else choice.en, _with(context, query, question.term, choice.query))
        for choice in question.choices
    )
    return Clarification(question.term, question.code, tuple(choices))


def _of_unknown(context: AnswerContext, query: Query, word: str, near: tuple[str, ...], language: str) -> Clarification:
    choices = [(each, _with(context, query, word, each)) for each in near]
    typed = f"{show(query)} {AS_TYPED[language_of(language)]}"
    return Clarification(word, "query.unknown_word", (*choices, ("as_typed", typed)))


def _with(context: AnswerContext, query: Query, term: str, meant: str) -> str:
    """Returns the query with the term replaced wherever it stands, as it prints: parentheses keep its meaning."""
    return show(with_sense(query, term, parse(meant, context.lexicon)))
