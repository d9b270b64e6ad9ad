"""Parses the tokens of a query by its grammar, and looks up each word in the names of the lexicon."""

from __future__ import annotations

from bot.matching.query.names import (
    MAX_FORM_WORDS,
    Names,
    field_name,
    known_fields,
    names_of,
    nearest,
)
from bot.matching.query.nodes import And, FieldFilter, Not, Or, Phrase, Query, QueryError, Word
from bot.matching.query.tokens import LIST_SIGNS, QueryToken, tokens
from settings.lexicon import Lexicon

MAX_DEPTH = 20
_UNKNOWN = {
    "who": "query.unknown_person", "topic": "query.topic_values", "kind": "query.kind_values",
    "severity": "query.severity_values",
}  # fmt: skip
"""What is said of an unknown value: the values of a field that has few are named."""


def parse(text: str, lexicon: Lexicon) -> Query:
    """Parse what a person typed. Raises QueryError with the place of the bad token and the nearest match."""
    return QueryParser(tokens(text), names_of(lexicon)).query()


class QueryParser:
    """A recursive descent over the tokens of one text."""

    def __init__(self, query_tokens: list[QueryToken], names: Names) -> None:
        self._tokens = query_tokens
        self._names = names
        self._at = 0
        self._depth = 0

    def query(self) -> Query:
        """The whole text as one query."""
        if not self._tokens:
            raise QueryError(0, 0, "query.empty")
        query = self._or()
        extra = self._peek()
        if extra is not None:
            raise QueryError(extra.position, extra.length, "query.stray_paren")
        return query

    def _peek(self) -> QueryToken | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _kind(self) -> str | None:
        token = self._peek()
        return token.kind if token else None

    def _or(self) -> Query:
        parts = [self._and()]
        while self._kind() == "or":
            self._at += 1
            parts.append(self._and())
        return _joined(Or, parts)

    def _and(self) -> Query:
        parts = [self._not()]
        while self._kind() not in (None, "or", ")"):
            if self._kind() == "and":
                self._at += 1
            parts.append(self._not())
        return _joined(And, parts)

    def _not(self) -> Query:
        if self._kind() == "not":
            self._at += 1
            return Not(self._atom())
        return self._atom()

    def _atom(self) -> Query:
        token = self._peek()
        if token is None or token.kind in ("or", "and", "not", ")"):
            raise self._dangling(token)
        self._at += 1
        match token.kind:
            case "(":
                return self._parens(token)
            case "phrase":
                return Phrase(token.text)
            case "field":
                return self._field(token)
            case _:
                return self._word(token)

    def _dangling(self, token: QueryToken | None) -> QueryError:
        before = self._tokens[self._at - 1] if self._at else None
        if token is not None and token.kind == ")" and (before is None or before.kind != "("):
            code = "query.dangling_paren" if self._depth else "query.stray_paren"
            return QueryError(token.position, token.length, code, {"token": token.text})
        bad = token if token is not None and (before is None or before.kind in ("(", "or", "and", "not")) else before
        if bad is None:
            return QueryError(0, 0, "query.empty")
        return QueryError(bad.position, bad.length, "query.dangling", {"token": bad.text})

    def _parens(self, opening: QueryToken) -> Query:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryError(opening.position, 1, "query.too_deep", {"most": str(MAX_DEPTH)})
        query = self._or()
        if self._kind() != ")":
            raise QueryError(opening.position, 1, "query.unclosed_paren")
        self._at += 1
        self._depth -= 1
        return query

    def _field(self, token: QueryToken) -> Query:
        name = field_name(token.text)
        if name is None:
            suggestion = nearest(token.text, known_fields())
            raise QueryError(token.position, len(token.text), "query.unknown_field", {"token": token.text}, suggestion)
        if not token.value:
            raise QueryError(token.position, token.length, "query.value_missing", {"field": name})
        value = self._names.value(name, token.value)
        if value is None:
            is_list = any(sign in token.value for sign in LIST_SIGNS)
            suggestion = None if is_list else nearest(token.value, self._names.values(name))
            args = {"field": name, "token": token.value}
            length = token.position + token.length - token.value_at
            code = _UNKNOWN.get(name, "query.unknown_value")
            if name == "topic":
                args["queries"] = ", ".join(f"topic:{each}" for each in ("pact", "officials", *self._names.sisters))
            raise QueryError(token.value_at, length, code, args, suggestion)
        return FieldFilter(name, value)

    def _word(self, token: QueryToken) -> Query:
        if token.text.startswith("@"):
            return self._person(token)
        following = self._following()
        for count in range(min(MAX_FORM_WORDS - 1, len(following)), 0, -1):
            together = " ".join([token.text, *(word.text for word in following[:count])])
            meant = self._names.word(together)
            if meant is not None:
                self._at += count
                return meant
        if not any(char.isalnum() for char in token.text):
            raise QueryError(token.position, token.length, "query.no_letters", {"token": token.text})
        return self._names.word(token.text) or Word(token.text)

    def _following(self) -> list[QueryToken]:
        """The bare words that follow directly; only such words may be one form together."""
        words: list[QueryToken] = []
        for token in self._tokens[self._at : self._at + MAX_FORM_WORDS]:
            if token.kind != "word" or token.text.startswith("@"):
                break
            words.append(token)
        return words

    def _person(self, token: QueryToken) -> Query:
        name = self._names.value("who", token.text[1:])
        if name is None:
            near = nearest(token.text[1:], self._names.values("who"))
            meant = self._names.value("who", near) if near else None
            shown = self._names.person(meant).said if meant else None
            raise QueryError(token.position, token.length, "query.unknown_person", {"token": token.text[1:]}, shown)
        return self._names.person(name)


def _joined(made: type[And] | type[Or], parts: list[Query]) -> Query:
    flat: list[Query] = []
    for part in parts:
        if isinstance(part, made):
            flat += part.children
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else made(tuple(flat))
