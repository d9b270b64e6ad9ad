"""Headers in a spec: valid names and values, an honest User-Agent, keys by the name of their setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.catalogue import Catalogue, load_catalogue
from scrapers.spec import read_spec
from settings.errors import BadSpec

HEAD = 'name = "A"\nhome = "https://a.example/"\nlanguage = "en"\ntimezone = "UTC"\nreason = "needs a key"\n'
TAIL = '[[source]]\nkind = "feed"\nurl = "https://a.example/feed"\n'
ID, SECRET = "PACT_NAVER_CLIENT_ID", "PACT_NAVER_CLIENT_SECRET"


def _spec(line: str, head: str = HEAD) -> bytes:
    return f"{head}{line}\n{TAIL}".encode()


def test_headers_are_read_as_they_are_written() -> None:
    outlet = read_spec("a.toml", _spec(f'headers = {{ X-A = "1 2", x-b = "{{{ID}}}/{{{SECRET}}}" }}'))
    assert outlet.headers == (("X-A", "1 2"), ("x-b", f"{{{ID}}}/{{{SECRET}}}"))
    assert outlet.key_settings == (ID, SECRET)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('headers = { "X-A\\r\\nHost" = "1" }', "is no name of a header"),
        ('headers = { "X A" = "1" }', "is no name of a header"),
        ('headers = { Host = "b.example" }', "no spec may set"),
        ('headers = { cookie = "a=1" }', "no spec may set"),
        ('headers = { User-Agent = "x" }', "no spec may set"),
        ('headers = { If-None-Match = "x" }', "no spec may set"),
        ('headers = { X-Forwarded-For = "1.1.1.1" }', "no spec may set"),
        ('headers = { Proxy-Authorization = "x" }', "no spec may set"),
        ('headers = { X-A = "1", x-a = "2" }', "stands twice"),
        ('headers = { X-A = "1\\r\\nX-B: 2" }', "printable ASCII"),
        ('headers = { X-A = "값" }', "printable ASCII"),
        ('headers = { X-A = 1 }', "must be text"),
        ('headers = { X-A = "' + "x" * 501 + '" }', "longer than 500"),
        ('headers = { X-A = "{PACT_NAVER_CLIENT}" }', "{PACT_NAVER_CLIENT} is no setting that holds a key"),
        ('headers = { X-A = "{SLACK_BOT_TOKEN}" }', "{SLACK_BOT_TOKEN} is no setting that holds a key"),
        (f"headers = {{ {', '.join(f'X-{number} = 1' for number in range(11))} }}", "at most 10"),
        ('headers = "X-A: 1"', "is no table"),
        ('user_agent = "Mozilla/5.0"', "must hold {agent} once"),
        ('user_agent = "{agent} {agent}"', "must hold {agent} once"),
        ('user_agent = "{agent} {PACT_NAVER_CLIENT_ID}"', "must hold {agent} once"),
        ('user_agent = "{agent}\\n"', None),
        ('user_agent = "{agent}\\nX-B: 2"', "printable ASCII"),
    ],
)  # fmt: skip
def test_a_wrong_header_is_one_line_with_its_cure(line: str, problem: str | None) -> None:
    if problem is None:
        assert read_spec("a.toml", _spec(line)).user_agent == "{agent}"
        return
    with pytest.raises(BadSpec) as caught:
        read_spec("a.toml", _spec(line))
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_outlet_that_needs_a_key_says_why_it_may_be_off() -> None:
    line = f'headers = {{ X-A = "{{{ID}}}" }}'
    with pytest.raises(BadSpec, match=f"reason: is missing, and without {ID}"):
        read_spec("a.toml", _spec(line, HEAD.replace('reason = "needs a key"\n', "")))


def test_an_outlet_is_read_with_all_its_keys_alone() -> None:
    outlet = read_spec("a.toml", _spec(f'headers = {{ X-A = "{{{ID}}}", X-B = "{{{SECRET}}}" }}'))
    for keys, is_read in ((set[str](), False), ({ID}, False), ({ID, SECRET}, True)):
        shown = Catalogue({"a": outlet}, keys=frozenset(keys)).outlets()["a"]
        assert (shown.enabled, shown.reason_in("en")) == (is_read, "" if is_read else "needs a key")


def test_a_line_switches_an_aggregator_on(tmp_path: Path) -> None:
    for key in ("googlenews", "navernews"):
        (tmp_path / f"{key}.toml").write_text("enabled = true")
    with_keys = load_catalogue([tmp_path], keys=(ID, SECRET)).outlets()
    assert (with_keys["googlenews"].enabled, with_keys["navernews"].enabled) == (True, True)
    without = load_catalogue([tmp_path]).outlets()["navernews"]
    assert not without.enabled
    assert ID in without.reason_in("en")
    assert ID in without.reason_in("ko")
