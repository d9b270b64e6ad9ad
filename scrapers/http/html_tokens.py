"""Reads the tokens of an HTML page as the standard says (WHATWG HTML, 13.2.5): tags, comments, raw text."""

from __future__ import annotations

import re

_SPACE = r"[\t\n\f\r ]"
_ATTRIBUTES = (
    rf"(?:[\t\n\f\r /]++|(?:=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)"
    rf"(?:{_SPACE}*+={_SPACE}*+(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+|(?=>)))?+)*+"
)
_USUAL_ATTRIBUTES = r"(?:[\t\n\f\r /]++[^\t\n\f\r />=\"']++=\"[^\"]*+\")*+"
"""Attributes as nearly all are written, which are read in half of the steps."""
TOKEN = re.compile(
    rf"<(?:(/?[a-zA-Z][^\t\n\f\r />]*+)({_USUAL_ATTRIBUTES}{_ATTRIBUTES})((?:>(?:[^<]*+</\1>)?+)?+)"
    rf"|(!--|!\[CDATA\[|[!?/]))"
)
"""A tag, with the text and the end tag after it where nothing else stands in the element; or a declaration."""
SELF_CLOSED = re.compile(
    rf"(?:{_SPACE}*+[a-zA-Z][\w:.-]*+(?:{_SPACE}*+={_SPACE}*+(?:\"[^\"]*+\"|'[^']*+'))?+)*+{_SPACE}*+/"
)
"""Attributes in plain writing and a final slash, which closes an element inside SVG; it may also end a value."""
ATTRIBUTE = re.compile(r"[\t\n\f\r /\"'][^\t\n\f\r /\"']")
"""Where an attribute may begin."""
LONG_ATTRIBUTES = 2_000
_EMPTY_COMMENT = re.compile("-?>")
_COMMENT_END = re.compile("--!?>")
START = re.compile(r"<[a-zA-Z]")
_SCRIPT_STATE = re.compile(rf"<!--|-->|<(/?)script(?={_SPACE}|[/>])", re.IGNORECASE | re.ASCII)
_SCRIPT_END = re.compile(rf"</script(?={_SPACE}|[/>])", re.IGNORECASE | re.ASCII)


def end_of_raw(page: str, name: str, position: int) -> int | None:
    """The position of the end tag of an element whose content is text, such as a style or a title."""
    found = re.compile(rf"</{name}(?={_SPACE}|[/>])", re.IGNORECASE | re.ASCII).search(page, position)
    return found.start() if found is not None else None


def end_of_script(page: str, position: int) -> int | None:
    """Scripts may hold ``<!-- <script> </script> -->``, in which the end tag does not end them."""
    end = page.find("</", position)
    while end >= 0 and _SCRIPT_END.match(page, end) is None:
        end = page.find("</", end + 2)
    if end < 0 or page.find("<!--", position, end) < 0:
        return end if end >= 0 else None
    escaped = twice = False
    while (found := _SCRIPT_STATE.search(page, position)) is not None:
        text = found.group().lower()
        position = found.end()
        if text == "<!--":
            position -= 2  # its dashes may be those of the end
            escaped = True
        elif text == "-->":
            escaped = twice = False
        elif text == "<script":
            twice = escaped
        elif twice:
            twice = False
        else:
            return found.start()
    return None


def end_of_comment(page: str, position: int) -> int | None:
    """The position after the end of a comment whose content begins here."""
    end = _EMPTY_COMMENT.match(page, position) or _COMMENT_END.search(page, position)
    return end.end() if end is not None else None


def reads_the_same_as_tags(page: str, position: int, end: int | None) -> bool:
    """Whether the content of a raw element has no tags, so that the parser goes on at its end tag in any case."""
    if end is None:
        return False
    content = page[position:end].strip()
    if content.startswith("<![CDATA[") and content.endswith("]]>"):
        content = content[9:]
    return "<" not in content


def text_element(page: str, name: str, position: int) -> int | None:
    """The position after the end tag, where the element holds nothing but text."""
    end = page.find("<", position)
    closed = f"</{name}>"
    return end + len(closed) if page[end : end + len(closed)].lower() == closed else None
