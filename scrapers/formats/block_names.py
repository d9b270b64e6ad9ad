"""Judges blocks by their names: comments, lists of other articles, widgets, standfirsts."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache

_OTHER_TEXT = re.compile(
    r"comment|disqus|livefyre|consent|cookie|gdpr|onetrust|related|recommend|outbrain|taboola|newsletter|side-?bar"
    r"|most-?(?:read|popular|viewed)|trending|popular|ranking|footer|masthead|breadcrumb|also-?(?:read|like|on)"
    r"|read-?(?:more|next)|more-?(?:stories|news|from|on)|sponsor|advert|respond|repl(?:y|ies)\b",
    re.IGNORECASE,
)
"""Names of blocks with a text that is not the article, however long it is."""
_READERS_TEXT = re.compile("comment|disqus|livefyre|consent|cookie|gdpr|onetrust", re.IGNORECASE)
"""Those of them that may be longer than the article."""
_WIDGET = re.compile(
    r"shar(?:e|ing)|social|promo|widget|teaser|\bads?\b|[-_]ads?\b|\bad[-_]|caption|credit|byline|author|\btags?\b"
    r"|[-_]tags?\b|meta|subscri|sign-?up|login|banner|menu|toolbar|modal|popup|copyright|disclaimer|gallery|carousel"
    r"|slide|print|correction|tooltip|rail\b|topics|keyword",
    re.IGNORECASE,
)
_ARTICLE = re.compile("article|body|content|story|post|entry|text|main|view|news", re.IGNORECASE)
_LEAD = re.compile(
    r"lead|intro|teaser|excerpt|summary|sub-?title|sub-?head|stand-?first|\bdek\b|[-_]dek|deck|preface|preamble|vorspann"
    r"|einleitung|abstract|epigraph|chapo|sommaire|bajada|entradilla",
    re.IGNORECASE,
)
"""Names of the sentences that stand between a headline and its article."""


class Kind(Enum):
    """The kinds of names."""

    ANY = auto()
    OTHER = auto()
    READERS = auto()
    WIDGET = auto()
    WIDGET_OF_ARTICLE = auto()


@lru_cache(maxsize=4_096)
def kind_of_name(name: str) -> Kind:
    """The kind of a block by its id and classes."""
    if _OTHER_TEXT.search(name):
        return Kind.READERS if _READERS_TEXT.search(name) else Kind.OTHER
    if _WIDGET.search(name):
        return Kind.WIDGET_OF_ARTICLE if _ARTICLE.search(name) else Kind.WIDGET
    return Kind.ANY


def is_lead(name: str) -> bool:
    """Whether a name is that of a standfirst."""
    return _LEAD.search(name) is not None
