"""Bounds what an HTML parser will build from a page, in one pass over its tags: open elements at once, and elements.

A parser's time grows with the square of the depth, and a page may be written so that a naive count of tags misses the
depth: unknown names, SVG and MathML, comments and quotes that hide tags, end tags that close nothing. So this pass
keeps a stack that is never shorter than a third of the parser's (WHATWG HTML, 13.2): it reads tokens as the standard
says, pushes every start tag, and pops only what the parser surely pops. Where the standard's reading depends on a state
that this pass does not know, the rest of the page counts as open.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from scrapers.http.html_elements import (
    BLOCKS,
    BOUNDARIES,
    CLOSABLE,
    CLOSED_AS_CURRENT,
    CLOSED_BY,
    CLOSED_FORMATTING,
    CLOSES,
    FOREIGN,
    FORMATTING,
    LEAVES_SVG,
    MISNESTED_ELEMENTS,
    MOVED_OUT_OF,
    NEVER_OPEN,
    ONE_AT_A_TIME,
    PARTS,
    PASSED,
    PLAIN,
    RAW,
    SAME_FORMATTING,
    SCOPES,
    TABLE,
    TAG_KINDS,
    UNSURE,
)
from scrapers.http.html_tokens import (
    ATTRIBUTE,
    LONG_ATTRIBUTES,
    SELF_CLOSED,
    START,
    TOKEN,
    end_of_comment,
    end_of_raw,
    end_of_script,
    reads_the_same_as_tags,
    text_element,
)


class Nesting(NamedTuple):
    """Upper bounds, within a factor of three, of what a parser makes of a page."""

    depth: int
    elements: int
    steps: int = 0
    """What a parser does that walks through all open elements at every tag, and through all attributes at each."""


def nesting(page: str, limits: Nesting) -> Nesting:
    """The greatest depth, the number of elements, and the steps; the pass ends above any of these limits."""
    return _Pass(page, limits).run()


class _Pass:
    """One pass over a page.

    ``stack`` holds what may be open, innermost last. An entry is ``sure`` until a tag comes on which the parser may
    have closed it alone. An end tag closes a sure entry with all above it, and an unsure one only if it is innermost.

    The parser opens a formatting element again (a copy) where its parent closed it. ``reopenable`` counts those that it
    may remember, ``pending`` those of them that are not open, ``copies`` the copies that may be open above each entry
    of the stack, and at [0] those below all entries.
    """

    def __init__(self, page: str, limits: Nesting) -> None:
        self.page = page
        self.limits = limits
        self.stack: list[str] = []
        self.attributes: list[str] = []
        self.unsure: Counter[str] = Counter()
        self.foreign = self.doubts = 0
        self.sure: list[bool] = []
        self.in_plain_svg = self.form_is_lost = self.had_frameset = False
        self.reopenable = self.pending = self.all_copies = 0
        self.kinds: Counter[str] = Counter()
        self.copies = [0]
        self.closable: dict[str, int] = {}
        """How often each element stands in the stack that a start tag may close."""
        self.depth = self.elements = self.steps = self.options = 0

    def run(self) -> Nesting:
        position: int | None = 0
        search, page, kinds, closable = TOKEN.search, self.page, TAG_KINDS, self.closable.keys()
        stack, sure, copies, attributes_of = self.stack, self.sure, self.copies, self.attributes
        max_depth, max_elements, max_steps = self.limits
        elements = steps = deepest = 0  # what this loop counts by itself
        while position is not None and (token := search(page, position)) is not None:
            tag, attributes, end, declaration = token.groups()
            elements += 1
            if not end:
                # None: the page ends inside a tag, which is dropped
                position = self._after_declaration(declaration, token.end()) if declaration else None
                continue
            position = token.start(3) + 1
            name, is_end, is_simple, is_void, closes = kinds[tag]
            if self.pending or len(attributes) > LONG_ATTRIBUTES:
                self._before_tag(attributes)
            if is_end and is_simple and stack and stack[-1] == name and not copies[-1]:
                stack.pop(), sure.pop(), copies.pop(), attributes_of.pop()
                if name in CLOSABLE:
                    self._forget(name)
            elif is_end or self.foreign or not (is_void or (is_simple and closable.isdisjoint(closes))):
                position = self._end(name, position) if is_end else self._open(name, attributes, position)
                if elements + self.elements > max_elements or steps + self.steps > max_steps:
                    break
            elif len(end) > 1 and not is_void:
                position = token.end()  # a simple element without elements in it
                elements += 1 if name in PASSED else 1 + self.reopenable
                steps += len(stack) + self.all_copies + 1  # as if it had been put on the stack
                deepest = max(deepest, len(stack) + self.all_copies + 1)
            elif not is_void:
                self._put(name, attributes)
            depth = len(stack) + self.all_copies
            steps += depth
            if depth > deepest:
                deepest = depth
                if depth > max_depth:
                    break
        return Nesting(max(self.depth, deepest), self.elements + elements, self.steps + steps)

    def _before_tag(self, attributes: str) -> None:
        """Count the steps for long attributes, and what is opened again before the tag."""
        if len(attributes) > LONG_ATTRIBUTES:
            self.steps += len(ATTRIBUTE.findall(attributes)) ** 2
        if self.pending:
            self._reopen()

    def _reopen(self) -> None:
        """Copy all pending formatting elements into the innermost element."""
        self.copies[-1] += self.pending
        self.all_copies += self.pending
        self.elements += self.pending
        self.pending = 0

    def _after_declaration(self, kind: str, position: int) -> int | None:
        """The position after a comment, a CDATA section, or what the standard calls a bogus comment."""
        if kind == "!--":
            return end_of_comment(self.page, position)
        if kind == "![CDATA[" and self.foreign:
            closed = self.page.find("]]>", position)
            if closed < 0 or "<" in self.page[position:closed]:
                self._give_up(position)
                return None
            return closed + 3
        closed = self.page.find(">", position - (kind == "/"))
        return closed + 1 if closed >= 0 else None

    def _open(self, name: str, attributes: str, position: int) -> int | None:
        """Handle a start tag; the position from which to read on."""
        stack = self.stack
        if name in FOREIGN and SELF_CLOSED.fullmatch(attributes):
            return position
        if self.foreign:
            if self.in_plain_svg and name in ("title", "desc") and (text := text_element(self.page, name, position)):
                return text
            if name in LEAVES_SVG:
                self.in_plain_svg = False
            elif self.in_plain_svg and SELF_CLOSED.fullmatch(attributes):
                return position
        elif name in NEVER_OPEN:
            if name == "hr" and "p" in stack:
                self._close_before(CLOSES[name])
            return position
        else:
            while stack and name in CLOSED_BY.get(stack[-1], ()) and self._is_current(stack[-1]):
                self._pop()
        if name in CLOSES and not CLOSES[name].isdisjoint(stack):
            self._close_before(CLOSES[name])
        if name in PARTS and stack and stack[-1] not in TABLE:
            self._doubt_in_table()
        return self._push(name, attributes, position)

    def _is_current(self, name: str) -> bool:
        """Whether a start tag may close the innermost element, in which a copy of a formatting element may be open."""
        return not self.copies[-1] or name not in CLOSED_AS_CURRENT

    def _put(self, name: str, attributes: str) -> None:
        """Put an element on the stack."""
        self.stack.append(name)
        self.copies.append(0)
        self.attributes.append(attributes)
        self.sure.append(True)
        if name not in PASSED:
            self.elements += self.reopenable
        if name in CLOSABLE:
            self.closable[name] = self.closable.get(name, 0) + 1

    def _drop(self) -> None:
        """Take the innermost element from the stack."""
        name = self.stack.pop()
        self.attributes.pop()
        self.copies.pop()
        self.sure.pop()
        if name in CLOSABLE:
            self._forget(name)

    def _forget(self, name: str) -> None:
        """Note that one element less of this name may be closed by a start tag."""
        if self.closable[name] == 1:
            del self.closable[name]
        else:
            self.closable[name] -= 1

    def _end(self, name: str, position: int) -> int:
        """Handle an end tag; the position from which to read on."""
        if self.stack and self.stack[-1] == name and not (self.form_is_lost and name == "form"):
            self._pop()
        else:
            self._close(name)
        return position

    def _push(self, name: str, attributes: str, position: int) -> int | None:
        self._put(name, attributes)
        if name == "option":
            self.options += 1
            self.steps += self.options  # the parser goes through all options of a select at each
        if name in PLAIN:
            return position
        if name in UNSURE:
            self.in_plain_svg = name in FOREIGN and attributes[-1:] != "/" and (self.in_plain_svg or not self.doubts)
            self._count_unsure(name, 1)
        elif name == "plaintext":
            if self.doubts:
                self._give_up(position)
            return None
        elif name in RAW:
            return self._after_raw(name, position)
        return position

    def _count_unsure(self, name: str, change: int) -> None:
        self.unsure[name] += change
        self.had_frameset = self.had_frameset or name == "frameset"  # the parser ignores most tags after it, too
        self.doubts += change
        if name in FOREIGN:
            self.foreign += change

    def _after_raw(self, name: str, position: int) -> int | None:
        """The start of the end tag of an element whose content is text."""
        end = end_of_script(self.page, position) if name == "script" else end_of_raw(self.page, name, position)
        if self._raw_is_unsure() and not reads_the_same_as_tags(self.page, position, end):
            self._give_up(position)
            return None
        return end

    def _close_before(self, names: frozenset[str]) -> None:
        """Close the elements of these names that a start tag surely closes, and doubt those that it may close."""
        for name in sorted(names, key="p".__eq__):  # as the parser does: paragraphs last
            if name in self.stack:
                position = self._open_position(name) if name in ("p", "li", "dd", "dt") else None
                if position is None or (name != "p" and not PASSED.issuperset(self.stack[position + 1 :])):
                    self._doubt_from(self.stack.index(name))
                else:
                    self._pop_to(position)

    def _pop_to(self, position: int) -> None:
        """Close an element with all above it; formatting in a cell is not opened again after it."""
        cell = next((place for place in range(position, len(self.stack)) if self._is_cell(place)), len(self.stack))
        while len(self.stack) > position + 1:
            self._pop(reopened=len(self.stack) - 1 < cell)
        self._pop()

    def _is_cell(self, place: int) -> bool:
        name = self.stack[place]
        return name in ("td", "th", "caption") and self.sure[place] and self._was_opened(name, place)

    def _doubt_in_table(self) -> None:
        """Note that the parser may have closed all in the innermost table."""
        if "table" in self.stack:
            innermost = len(self.stack) - 1 - self.stack[::-1].index("table")
            self._doubt_from(innermost + 1 if self.sure[innermost] else self.stack.index("table"))

    def _doubt_from(self, position: int) -> None:
        """Note that all from here on may be closed, and that the parser may reopen what of it is formatting."""
        self.sure[position:] = [False] * (len(self.stack) - position)
        self.elements += sum(name in FORMATTING for name in self.stack[position:])

    def _close(self, name: str) -> None:
        """Handle an end tag that is not that of the innermost element."""
        if name in ("p", "br"):
            self.in_plain_svg = False  # these create an element where none is open
        if name == "form":
            self.form_is_lost = True  # the parser may have forgotten which form is open, and ignore the next end tag
            return
        if name not in self.stack:
            return
        position = self._open_position(name)
        if position is None:
            if name not in FORMATTING:
                self._doubt_from(self.stack.index(name))
                self.in_plain_svg = False
        elif name in FORMATTING:
            self._close_formatting(name, position)
        else:
            self._pop_to(position)

    def _open_position(self, name: str) -> int | None:
        """The position of the element that an end tag surely closes together with all above it."""
        if self.foreign:
            sure_svg = self.in_plain_svg and name in FOREIGN and self.doubts == self.unsure[name] == 1
            return self.stack.index(name) if sure_svg else None
        stack = self.stack
        position = len(stack) - 1
        while position >= 0 and stack[position] != name and not _stops(stack[position], name):
            position -= 1
        self.steps += 4 * (len(stack) - position)
        found = position >= 0 and stack[position] == name and self.sure[position]
        return position if found and self._was_opened(name, position) else None

    def _was_opened(self, name: str, position: int) -> bool:
        """Whether the parser surely did not ignore the start tag."""
        if name in UNSURE:
            return self.doubts == 1 and name != "frameset"
        while self.stack[position] in PARTS and position > 0:
            position -= 1
        return name not in PARTS or (self.stack[position] == "table" and self.sure[position])

    def _close_formatting(self, name: str, position: int) -> None:
        """Overlapping formatting: the parser takes the element out, or not, and builds copies of those between."""
        self.elements += MISNESTED_ELEMENTS
        self._doubt_from(position)
        if len(self.stack) - position <= MOVED_OUT_OF:
            self.stack[position] = CLOSED_FORMATTING
            if name in CLOSABLE:
                self._forget(name)

    def _pop(self, reopened: bool = False) -> None:
        if self.copies[-1]:
            self._close_copies()
        name, attributes = self.stack[-1], self.attributes[-1]
        self._drop()
        if name in UNSURE:
            self._count_unsure(name, -1)
            self.in_plain_svg = self.in_plain_svg and self.foreign > 0
        if reopened and name in FORMATTING:
            kind, limit = (name, 1) if name in ONE_AT_A_TIME else (name + attributes, SAME_FORMATTING)
            self.kinds[kind] += 1
            self.reopenable += self.kinds[kind] <= limit
            self.pending = min(self.pending + 1, self.reopenable)

    def _close_copies(self) -> None:
        """Close the copies in the innermost element; if it may be none, they stand in the one around it and stay."""
        name, copies = self.stack[-1], self.copies[-1]
        if self.sure[-1] and not self.doubts and name != "form" and self._was_opened(name, len(self.stack) - 1):
            self.all_copies -= copies
            self.pending = min(self.pending + copies, self.reopenable)
        else:
            self.copies[-2] += copies

    def _raw_is_unsure(self) -> bool:
        """Whether an element that usually holds text may be ignored, or hold elements."""
        unsure = self.unsure
        if self.foreign or unsure["select"] or self.had_frameset:
            return True
        return bool(unsure["template"]) and "<col" in self.page.lower()

    def _give_up(self, position: int) -> None:
        """Count all start tags of the rest as open, for it can be read in several ways."""
        rest = sum(1 for _ in START.finditer(self.page, position))
        self.depth = max(self.depth, len(self.stack) + self.all_copies + rest)
        self.elements += self.page.count("<", position) * (1 + self.reopenable + rest)


def _stops(above: str, name: str) -> bool:
    """Whether an open element keeps the end tag of another one, which stands further out, from having an effect."""
    if name == "select":
        return above not in ("option", "optgroup")
    if name in BLOCKS:
        return above in SCOPES.get(name, BOUNDARIES)
    if name in FORMATTING:
        return above in BOUNDARIES
    return above not in PASSED
