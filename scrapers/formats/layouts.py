"""Reads an article by the layouts of its outlet's spec: by selectors, or by paths into the JSON of a script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from selectolax.lexbor import LexborHTMLParser

from scrapers.formats.page_metadata import first_text
from scrapers.formats.page_script import first_line, json_in_script, lines_at
from scrapers.formats.results import MIN_TEXT_CHARS
from scrapers.formats.text_lines import lines_of
from scrapers.outlet import Outlet, PageLayout

_NO_TEXT = (
    "script, style, noscript, template, iframe, svg, button, select, textarea, label, figcaption, nav, footer, aside, "
    "[hidden], [aria-hidden=true]"
)


@dataclass(frozen=True, slots=True)
class Selected:
    """The text that the outlet's selectors found."""

    title: str = ""
    lines: tuple[str, ...] = ()
    published: str = ""
    byline: str = ""
    drop: tuple[str, ...] = ()
    """The layout's own elements to remove, for when the page is read without its other selectors."""
    has_body: bool = False
    """Whether the page has the element of the body, be it empty."""

    @property
    def chars(self) -> int:
        return sum(map(len, self.lines))


def read_by_layouts(page: str, tree: LexborHTMLParser, outlet: Outlet | None) -> Selected:
    """Try the layouts, newest first; the first with enough text wins, else the one with most."""
    layouts = outlet.pages if outlet else ()
    best = Selected()
    for layout in sorted(layouts, key=lambda layout: layout.until or date.max, reverse=True):
        selected = _by_script(page, layout) if layout.script else _by_layout(tree.clone(), layout)
        if selected.chars >= MIN_TEXT_CHARS:
            return selected
        best = max(best, selected, key=lambda candidate: (candidate.chars, len(candidate.title), candidate.has_body))
    return best


def _by_layout(tree: LexborHTMLParser, layout: PageLayout) -> Selected:
    published = first_text(tree, layout.published, attribute=True)
    title_in_dropped, byline_in_dropped = first_text(tree, layout.title), first_text(tree, layout.byline)
    for selector in (*layout.drop, _NO_TEXT):
        _remove(tree, selector)
    return Selected(
        title=first_text(tree, layout.title) or title_in_dropped,
        lines=_body(tree, layout.body),
        published=published or first_text(tree, layout.published),
        byline=first_text(tree, layout.byline) or byline_in_dropped,
        drop=layout.drop,
        has_body=any(tree.css_first(selector) is not None for selector in layout.body),
    )


def _by_script(page: str, layout: PageLayout) -> Selected:
    value = json_in_script(page, layout.script or "")
    return Selected(
        title=first_line(value, layout.title),
        lines=lines_at(value, layout.body),
        published=first_line(value, layout.published),
        byline=first_line(value, layout.byline),
    )


def _remove(tree: LexborHTMLParser, selector: str) -> None:
    """Remove the selected elements, innermost first: a node must not be touched after its parent is removed."""
    for node in reversed(tree.css(selector)):
        if node.tag not in ("html", "body", "head"):
            node.decompose()


def _body(tree: LexborHTMLParser, selectors: Iterable[str]) -> tuple[str, ...]:
    for selector in selectors:
        lines = lines_of(tree.css(selector))
        if lines:
            return lines
    return ()
