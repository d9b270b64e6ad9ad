"""The general extractor: the part of a page where prose stands densest."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.formats.text_lines import lines_of

_CANDIDATES = "article, main, section, div, td"
_MAX_CANDIDATES = 3_000
_PARAGRAPHS = "p, pre, blockquote"


def densest_lines(tree: LexborHTMLParser) -> tuple[str, ...]:
    """The lines of the element with most prose of its own, links taken off; nothing when there is none."""
    scores: dict[int, float] = {}
    nodes: dict[int, LexborNode] = {}
    for node, prose in _prose(tree):
        share = 1.0
        holder: LexborNode | None = node
        for _ in range(3):
            if holder is None or holder.tag in ("html", "body", None):
                break
            scores[holder.mem_id] = scores.get(holder.mem_id, 0.0) + prose * share
            nodes[holder.mem_id] = holder
            share *= 0.7
            holder = holder.parent
    if not scores:
        return ()
    best = max(scores, key=lambda name: scores[name] * _bonus(nodes[name]))
    return tuple(lines_of(nodes[best]))


def _prose(tree: LexborHTMLParser) -> list[tuple[LexborNode, float]]:
    """Holders of text with the characters of prose directly in them: a paragraph counts for its parent."""
    found = [(one.parent, _unlinked(one)) for one in tree.css(_PARAGRAPHS)[:_MAX_CANDIDATES] if one.parent is not None]
    for holder in tree.css(_CANDIDATES)[:_MAX_CANDIDATES]:
        own = sum(
            len((one.text(deep=False) or "").strip()) for one in holder.iter(include_text=True) if one.is_text_node
        )
        if own > 40:
            found.append((holder, float(own)))
    return [(node, prose) for node, prose in found if prose > 20]


def _unlinked(node: LexborNode) -> float:
    text = len(node.text().strip())
    linked = sum(len(link.text().strip()) for link in node.css("a"))
    return float(max(text - 2 * linked, 0))


def _bonus(node: LexborNode) -> float:
    """What authors call the part."""
    name = f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}".lower()
    if any(word in name for word in ("comment", "related", "sidebar", "footer", "ranking", "banner", "promo", "menu")):
        return 0.3
    if node.tag == "article" or any(word in name for word in ("article", "content", "body", "story", "entry", "view")):
        return 1.3
    return 1.0
