"""Names of HTML elements by what their tags do to the elements that are open (WHATWG HTML, 13.2.6)."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _names("area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr")
NEVER_OPEN = VOID | {"html", "head", "body"}
"""Elements without an end tag, and those of which there is one; inside SVG they may be elements like any other."""
RAW = _names("script style textarea title xmp iframe noembed noframes")
FOREIGN = frozenset({"svg", "math"})
UNSURE = FOREIGN | {"select", "template", "frameset"}
"""Below these a start tag may be ignored, or mean something else."""
FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")
BLOCKS = _names(
    "address article aside blockquote button center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "h1 h2 h3 h4 h5 h6 header hgroup li listing main menu nav ol p pre section select summary td th tr tbody "
    "thead tfoot table ul"
)
"""Elements whose end tag closes all that stands open above them, up to a boundary of the scope."""
HEADINGS = _names("h1 h2 h3 h4 h5 h6")
BOUNDARIES = _names("applet caption html marquee object table td template th") | UNSURE
PARTS = _names("caption tbody thead tfoot tr td th")
"""Start tags that are ignored outside of a table."""
TABLE = PARTS - {"caption", "td", "th"} | {"table"}
PASSED = (
    FORMATTING
    | _names(
        "abbr acronym bdi bdo cite data del dfn ins kbd label mark output q rp rt ruby samp span sub sup time var "
        "option optgroup"
    )
    | {"/"}
)
"""Elements that any end tag passes on its way up; all others stop that of an unknown element."""
PLAIN = (BLOCKS | PASSED) - UNSURE
"""Elements whose start tag has no further meaning."""
SIMPLE = PLAIN - PARTS - {"option"}
"""Of these, those that stand anywhere and are not counted by themselves."""
CLOSES_P = BLOCKS - {"button", "select", "td", "th", "tr", "tbody", "thead", "tfoot"} | {"form", "plaintext", "xmp"}
CLOSED_BY = {
    "p": CLOSES_P | {"td", "th", "tr", "tbody", "thead", "tfoot"},
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option", "optgroup"}),
    **dict.fromkeys(HEADINGS, HEADINGS),
    **dict.fromkeys(("td", "th"), _names("td th tr tbody thead tfoot")),
    "tr": _names("tr tbody thead tfoot"),
    **dict.fromkeys(("tbody", "thead", "tfoot"), _names("tbody thead tfoot")),
}
"""For an element that is the innermost one: the start tags that close it."""
CLOSED_AS_CURRENT = HEADINGS | {"option"}
"""Elements that a start tag closes only if nothing is open in them, not even a copy of a formatting element."""
CLOSES = {
    **dict.fromkeys(CLOSES_P | {"hr"}, frozenset({"p"})),
    **dict.fromkeys(HEADINGS, HEADINGS | {"p"}),
    "li": frozenset({"li", "p"}),
    **dict.fromkeys(("dd", "dt"), frozenset({"dd", "dt", "p"})),
    **dict.fromkeys(("option", "optgroup"), frozenset({"option"})),
    **dict.fromkeys(("rt", "rp", "rb", "rtc"), frozenset({"ruby"})),
    "table": frozenset({"table", "p"}),
    "button": frozenset({"button"}),
    "a": frozenset({"a"}),
    "nobr": frozenset({"nobr"}),
}
"""For a start tag: the elements that it may close together with all that is open in them."""
CLOSABLE = frozenset().union(*CLOSES.values())
LEAVES_SVG = _names(
    "b big blockquote body br center code dd div dl dt em embed font foreignobject desc title h1 h2 h3 h4 h5 h6 head "
    "hr i img li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var "
    "mi mo mn ms mtext annotation-xml"
)
"""Start tags after which the parser may be back in HTML."""
SCOPES = {
    "li": BOUNDARIES | {"ol", "ul"},
    "p": BOUNDARIES | {"button"},
    **dict.fromkeys(HEADINGS, BOUNDARIES | HEADINGS),
    **dict.fromkeys(PARTS | {"table"}, frozenset({"table", "html"}) | UNSURE),
}
"""What stops the end tag of a block on its way up, where that is not the boundaries."""
CLOSED_FORMATTING = "/"
"""A formatting element that the parser has taken out, unless it was none any more."""
MOVED_OUT_OF = 8
"""Elements out of which the parser takes a formatting element at once."""
ONE_AT_A_TIME = frozenset({"a", "nobr"})
"""Formatting elements that a second one closes."""
MISNESTED_ELEMENTS = 32
"""Elements that the parser may build when formatting elements overlap with others."""
SAME_FORMATTING = 3
"""The parser reopens at most so many formatting elements with the same attributes."""
_VOID = NEVER_OPEN - {"hr"}
_MAX_KINDS = 2_000
"""Names that are kept; a page may have any number of its own."""


class _TagKinds(dict[str, tuple[str, bool, bool, bool, frozenset[str]]]):
    """What each tag is, by the name as it is written.

    Its name; whether it is an end tag; whether it is simple, which an end tag is that does nothing more where its
    element is innermost; whether it is never open, and closes nothing; the open elements that it may close.
    """

    def __missing__(self, tag: str) -> tuple[str, bool, bool, bool, frozenset[str]]:
        name = tag.lower() if tag.isascii() else tag
        if name[0] == "/":
            kind = name[1:], True, name[1:] not in UNSURE | {"form"}, False, frozenset[str]()
        else:
            kind = name, False, name in SIMPLE, name in _VOID, CLOSES.get(name, frozenset())
        if len(self) < _MAX_KINDS:
            self[tag] = kind
        return kind


TAG_KINDS = _TagKinds()
