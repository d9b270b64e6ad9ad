"""Pages that are too large are read without their scripts."""

from __future__ import annotations

import contextlib
import time

import pytest

from scrapers.errors import TooBig
from scrapers.formats.large_pages import parsable
from scrapers.http.markup_gate import MAX_PAGE_BYTES

PAD = "x" * MAX_PAGE_BYTES
LD = '<script type="application/ld+json">{"a": 1}</script>'


def test_a_page_of_two_mebibytes_stays_as_it_is() -> None:
    page = f"<script>{PAD}"[:MAX_PAGE_BYTES]
    assert parsable(page, "u") is page


@pytest.mark.parametrize(
    "part",
    [
        f"<script>{PAD}</script>",
        f"<STYLE media=all>{PAD}</STYLE >",
        f"<!--{PAD}-->",
        f'<script type="application/json">{PAD}</script>',
    ],
    ids=["script", "style", "comment", "JSON"],
)
def test_what_is_no_text_is_cut_out(part: str) -> None:
    page = parsable(f"<p>a</p>{LD}{part}<p>b</p>{LD}", "u").replace("</script></script>", "</script>")
    assert page.startswith(f"<p>a</p>{LD}")
    assert page.endswith(f"<p>b</p>{LD}")
    assert PAD not in page


def test_embedded_files_are_cut_out() -> None:
    assert parsable(f'<img src="data:image/png;base64,{PAD}"><p>a</p>', "u") == '<img src=""><p>a</p>'


def test_json_stays_while_the_rest_is_small_enough() -> None:
    data = '<script id=__NEXT_DATA__ type="application/json">{"b": 2}</script>'
    assert parsable(f"<script>{PAD}</script>{data}", "u") == data


def test_a_script_that_is_not_closed_reaches_to_the_end() -> None:
    assert parsable(f"<p>a</p><script>{PAD}", "u") == "<p>a</p>"


def test_a_text_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooBig, match="beside its scripts"):
        parsable(f"<p>{PAD}", "u")


@pytest.mark.parametrize("part", ["<script>", "<style>", "<!--", "<!-->", "<script ", "data:a;base64,", "</script"])
def test_ten_mebibytes_of_a_part_are_judged_within_two_seconds(part: str) -> None:
    began = time.process_time()
    with contextlib.suppress(TooBig):
        parsable(part * (5 * MAX_PAGE_BYTES // len(part)), "u")
    assert time.process_time() - began < 2
