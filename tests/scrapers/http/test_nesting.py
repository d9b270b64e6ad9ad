"""The bounds of depth and elements hold for every page, as the real parser shows, and stay low for honest pages."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.errors import TooBig
from scrapers.http.markup_gate import check_depth
from scrapers.http.nesting import Nesting, nesting

NO_LIMIT = Nesting(10**9, 10**9, 10**12)


def _built(page: str) -> tuple[int, int]:
    """The depth and the number of elements that the parser really builds."""
    greatest = elements = 0
    level: list[LexborNode] = [node for node in (LexborHTMLParser(page).root,) if node is not None]
    while level:
        greatest += 1
        elements += len(level)
        level = [child for node in level for child in node.iter(include_text=False)]
    return greatest, elements


def _assert_bounded(page: str) -> None:
    depth, elements = _built(page)
    bound = nesting(page, NO_LIMIT)
    assert depth <= 3 * bound.depth + 5
    assert elements <= 3 * bound.elements + 10


@pytest.mark.parametrize(
    "page, depth",
    [
        ("<div><div><p>x</p></div></div>", 3),
        ("<p>a<p>b<p>c" * 300, 1),
        ("<ul><li>a<li>b<li>c</ul>" * 300, 2),
        ("<dl><dt>a<dd>b<dt>c</dl>" * 300, 2),
        ("<table><tr><td>a<td>b<tr><td>c</table>" * 300, 3),
        ("<table><tbody><tr><td>a</td></tr></tbody></table>" * 300, 4),
        ("<select><option>a<option>b</select>" * 300, 2),
        ("<br><img src=x><hr>" * 600, 0),
        ("<script>" + "<div>" * 900 + "</script><div>x</div>", 1),
        ("<script><!-- <script>" + "<div>" * 900 + "</script> --></script><div>", 1),
        ("<!--" + "<div>" * 900 + "--><div>x</div>", 1),
        ("<div></x></x></x>" * 20, 20),
        ("</div>" * 20 + "<div>", 1),
        ("<DIV><Div></DIV></div>", 2),
        ("a < b and <3 </ >", 0),
        ("<div title='<div><div>'></div>" * 300, 1),
        ("<svg><g><path d='M0 0'/><circle r='1' /><use href='#a'/></g></svg>" * 300, 2),
        ("<svg/><svg class='icon' />" * 300, 0),
        ('<svg><title>Icon</title><style>.a{}</style><path d="M0"></svg>' * 300, 2),
        ("<svg><style><![CDATA[ .a{} ]]></style></svg>" * 300, 2),
        ("<div><span>unclosed</div>" * 300, 2),
        ("<li><b><p>overlapping</b></p></li>" * 300, 3),
        ("<section><div>unclosed</section>" * 300, 2),
        ("<table>" + "<tr><td><font color=red>x</td><td><a href=1>x</tr>" * 300, 4),
        ("<form><input><button>x</button></form>" * 300, 2),
        ("<div/>" * 30, 30),
        ("<svg>" + "<path>" * 30, 31),
        ("<SCRIPT>'<div>'</SCRIPT><div>", 1),
        ("<noscript><img src=x></noscript>" * 300, 1),
        ("<iframe><div></iframe>" * 300, 1),
        ("<template><div>x</div></template>" * 300, 2),
        ("<title>a<b></title><textarea><p></textarea>" * 300, 1),
    ],
)
def test_honest_pages_are_counted_as_they_are(page: str, depth: int) -> None:
    assert nesting(page, NO_LIMIT).depth == depth
    check_depth(page, "u")


EVASIONS = [
    "<div>",
    "<p_>",
    "<x-y>",
    "<a\u00e9>",
    "<lin\u212a>",
    "<svg>",
    "<math>",
    "<a\x0bb>",
    "<svg><a>",
    "<math><mi>",
    "<math><mi><p>",
    "<svg><title><div>",
    "<svg><foreignobject><div>",
    "<math><annotation-xml encoding=text/html><div>",
    "<!--><div>",
    "<!---><div>",
    "<!-- --!><div>",
    "<!x><div>",
    "<?x><div>",
    "</ x><div>",
    "<div a='>'>",
    '<div a=">">',
    "<div a==\"'>",
    "<x><div></x></div>",
    "<span><div></span>",
    "<li><dd>",
    "<li><ul></li>",
    "<optgroup><optgroup>",
    "<rt><rt>",
    "<table><td>",
    "<table><table></table><div></table>",
    "<form><table><td></form></td></table></form>",
    "<p><x><hr><y></p>",
    "<h1><h2></h2><div></h1>",
    "<a><x><div><a></div><span></x>",
    "<b><b><b><b></b></b></b><div></b></div>",
    "<div></p></td><td>",
    "<font></span><span>",
    "<i><i></annotation-xml><annotation-xml>",
    "<select></select><div><option></div>",
    "<option><ul><i></ul>",
    "<button><p><div></button>",
    "<object><p>",
    "<template><div>",
    "<template><tr>",
    "<noscript><div>",
    "<frameset><frameset>",
    "<ruby><rt><div>",
    "<nobr><div>",
    "<center><font><div></font>",
    "<div></div ></div/><div><div>",
]


@pytest.mark.parametrize("shape", EVASIONS)
def test_no_shape_evades_the_gate(shape: str) -> None:
    """A page of thousands of them is refused if the parser would nest it deep, and its bounds hold at any length."""
    for times in (1, 7, 300):
        _assert_bounded(shape * times)
    if _built(shape * 600)[0] > 3 * 512:
        with pytest.raises(TooBig):
            check_depth(shape * 2_000, "u")


@pytest.mark.parametrize(
    "before, after",
    [
        ("<svg><![CDATA[></g>", "]]>"),
        ("<svg><script><!--</script>", "-->"),
        ("<svg><p><style><a b='</style>", "'>"),
        ("<select><title></select>", "</title>"),
        ("<template><col><textarea></template>", "</textarea>"),
        ("<svg><style><a b='", "'>"),
        ("<math><title><!--", "-->"),
        ("<script><!--><script>", "-->"),
        ("<a title='<script>'>", "</script>"),
        ("<script></\u017fcript><!--</script>", "-->"),
        ("<style></\u017ftyle><!--</style>", "-->"),
        ("<textarea></textareax>", "</textarea>"),
        ("<svg><desc><plaintext></desc></svg>", ""),
    ],
)
def test_nothing_hides_tags_from_the_gate(before: str, after: str) -> None:
    hidden = "<div>" * 600
    for page in (before + hidden + after, "<g>" * 300 + before + "</g>" * 300 + "<g>" * 300 + after):
        _assert_bounded(page)


NAMES = (
    "ul ol section h1 h2 p p_ x div span a b i font li dd dt option optgroup select table tr td th tbody caption svg "
    "math mi title style script desc foreignobject annotation-xml g path template form button rt ruby textarea "
    "noscript iframe frameset frame html body head input col colgroup object marquee nobr br img xmp link plaintext"
)
ODDITIES = (
    *("x", "<!-->", "<!--->", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<a b='", '<a b="', '"', "'", "<?x>", "</ >"),
    *("<!x>", "<x/>", "<svg/>", "<path d=a/>", "<script><!--<script>", "<b a=1>", "<b a=2>", "<font color=1>", "<P >"),
)
ATOMS = [f"<{slash}{name}>" for slash in ("", "/") for name in NAMES.split()] + list(ODDITIES)


@given(st.lists(st.sampled_from(ATOMS), max_size=8), st.lists(st.sampled_from(ATOMS), max_size=8), st.integers(1, 40))
@settings(max_examples=200, deadline=None)
def test_the_bounds_hold_for_any_page(before: list[str], unit: list[str], times: int) -> None:
    _assert_bounded("".join(before) + "".join(unit) * times)


def _random_page(seed: int) -> str:
    chance = random.Random(seed)
    parts = ["".join(chance.choices(ATOMS, k=chance.randrange(8))) for _ in range(3)]
    return parts[0] + parts[1] * 40 + parts[2] * 40


def test_scripts_after_a_frameset_hide_no_tags() -> None:
    """The parser ignores a script start tag after a frameset, so what follows it is no script's text."""
    _assert_bounded(_random_page(51_125))


@pytest.mark.long
def test_the_bounds_hold_for_a_hundred_thousand_pages() -> None:
    for seed in range(100_000):
        _assert_bounded(_random_page(seed))


@pytest.mark.parametrize(
    "markup",
    [
        *("<!--", "<!-- -->", "<script>", "<script><!--", "<a", "<a b='", '<a b="', "<", "<div></x>", "<title><", "</"),
        *("<p <p ", "<svg><path ", "<svg><![CDATA[", "<a =", "<x></p>", "<b></i>", "<select><title><", "<option>"),
    ],
)
def test_the_pass_takes_linear_time(markup: str) -> None:
    def seconds(times: int) -> float:
        started = time.process_time()
        nesting(markup * times, Nesting(512, 10**9, 10**12))
        return time.process_time() - started

    seconds(1_000)
    assert seconds(80_000) < 40 * (seconds(10_000) + 0.005)
