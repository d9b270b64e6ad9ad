"""Finds an article's text without selectors: the element of the page with the highest density of prose."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.formats.text_lines import lines_of

_CANDIDATES = "article, main, section, div, td"
_MAX_CANDIDATES = 3_000
_PARAGRAPHS = "p, pre, blockquote"
_MIN_OWN_CHARS = 40
_MIN_PROSE_CHARS = 20
_MIN_PAGE_PROSE_CHARS = 80
_BOILERPLATE_NAMES = ("comment", "related", "sidebar", "footer", "ranking", "banner", "promo", "menu")
_ARTICLE_NAMES = ("article", "content", "body", "story", "entry", "view")


def densest_lines(tree: LexborHTMLParser) -> tuple[str, ...]:
    """The lines of the element with most prose, not counting the text of links; empty when no element has any.

    A paragraph counts for its parent, and with falling weight for the two elements around that.
    """
    scores: dict[int, float] = {}
    nodes: dict[int, LexborNode] = {}
    for node, prose in _prose(tree):
        weight = 1.0
        ancestor: LexborNode | None = node
        for _ in range(3):
            if ancestor is None or ancestor.tag in ("html", "body", None):
                break
            scores[ancestor.mem_id] = scores.get(ancestor.mem_id, 0.0) + prose * weight
            nodes[ancestor.mem_id] = ancestor
            weight *= 0.7
            ancestor = ancestor.parent
    if not scores:
        return ()
    best = max(scores, key=lambda node_id: scores[node_id] * _name_weight(nodes[node_id]))
    return lines_of([nodes[best]])


def prose_chars(tree: LexborHTMLParser) -> int:
    """The number of characters of prose in all paragraphs of a page, without what its links say."""
    paragraphs = tree.css(_PARAGRAPHS)[:_MAX_CANDIDATES]
    return int(sum(chars for chars in map(_unlinked_chars, paragraphs) if chars >= _MIN_PAGE_PROSE_CHARS))


def _prose(tree: LexborHTMLParser) -> list[tuple[LexborNode, float]]:
    """Elements with the number of prose characters directly in them; a paragraph's count for its parent."""
    paragraphs = tree.css(_PARAGRAPHS)[:_MAX_CANDIDATES]
    counts = [(node.parent, _unlinked_chars(node)) for node in paragraphs if node.parent is not None]
    for node in tree.css(_CANDIDATES)[:_MAX_CANDIDATES]:
        texts = [inner.text(deep=False) or "" for inner in node.iter(include_text=True) if inner.is_text_node]
        own_chars = sum(len(text.strip()) for text in texts)
        if own_chars > _MIN_OWN_CHARS:
            counts.append((node, float(own_chars)))
    return [(node, prose) for node, prose in counts if prose > _MIN_PROSE_CHARS]


def _unlinked_chars(node: LexborNode) -> float:
    """The characters of a paragraph, minus twice those of its links."""
    chars = len(node.text().strip())
    linked_chars = sum(len(link.text().strip()) for link in node.css("a"))
    return float(max(chars - 2 * linked_chars, 0))


def _name_weight(node: LexborNode) -> float:
    """A weight by the id and class of an element: outlets name their comments, sidebars and article bodies."""
    name = f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}".lower()
    if any(word in name for word in _BOILERPLATE_NAMES):
        return 0.3
    if node.tag == "article" or any(word in name for word in _ARTICLE_NAMES):
        return 1.3
    return 1.0
