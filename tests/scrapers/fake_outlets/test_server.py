"""The fake outlets answer as outlets do: conditional GET, charsets, gzip, robots.txt, corrections, faults, a record."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import decompressobj

import aiohttp
import httpx
import pytest

from scrapers.catalogue import load_catalogue
from scrapers.fake_outlets.fake_articles import FakeArticle
from scrapers.fake_outlets.outlet_faults import BOMB_BYTES, FaultKind
from scrapers.fake_outlets.server import FakeOutlets
from scrapers.fake_outlets.sites import SITES

ARTICLE = FakeArticle(
    slug="plan",
    headline="양자기술 협력 “첫발” <시험> & 확인",
    paragraphs=("첫 문단이다. 6G와 양자를 말한다.", "둘째 문단 — 줄표와 ‘따옴표’."),
    byline="윤가람 기자",
)
OUTLETS = [site.key for site in SITES]


async def test_every_outlet_has_a_host_and_port_of_its_own(fake_outlets: FakeOutlets) -> None:
    assert len(fake_outlets.trusted) == len(OUTLETS) == 8
    assert {fake_outlets.base(key).removeprefix("http://") for key in OUTLETS} == set(fake_outlets.trusted)
    assert len({address.partition(":")[0] for address in fake_outlets.trusted}) == 8


@pytest.mark.parametrize("outlet", OUTLETS)
async def test_an_article_stands_in_the_source_and_on_its_page(
    fake_outlets: FakeOutlets, reader: httpx.AsyncClient, outlet: str
) -> None:
    url = fake_outlets.publish(outlet, ARTICLE)
    source = await reader.get(fake_outlets.source_url(outlet))
    page = await reader.get(url)
    charset = "cp949" if outlet == "narae" else "utf-8"
    assert source.status_code == page.status_code == 200
    assert "양자기술 협력 “첫발”" in source.content.decode(charset)
    assert url.removeprefix(fake_outlets.base(outlet)).split("?")[0] in source.content.decode(charset)
    text = page.content.decode(charset)
    assert "&lt;시험&gt; &amp; 확인</h1>" in text
    assert "첫 문단이다. 6G와 양자를 말한다." in text
    assert ("많이 본 뉴스" in text) or ("Most read" in text)


async def test_one_korean_outlet_declares_and_uses_euc_kr(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    url = fake_outlets.publish("narae", ARTICLE)
    page = await reader.get(url)
    assert page.headers["content-type"] == "text/html; charset=euc-kr"
    with pytest.raises(UnicodeDecodeError):
        page.content.decode("utf-8")
    assert b'encoding="euc-kr"' in (await reader.get(fake_outlets.source_url("narae"))).content


@pytest.mark.parametrize("outlet", OUTLETS)
async def test_either_validator_of_an_unchanged_source_gives_304(
    fake_outlets: FakeOutlets, reader: httpx.AsyncClient, outlet: str
) -> None:
    fake_outlets.publish(outlet, ARTICLE)
    first = await reader.get(fake_outlets.source_url(outlet))
    for validator in (
        {"If-None-Match": first.headers["etag"]},
        {"If-Modified-Since": first.headers["last-modified"]},
        {"If-None-Match": f'"other", {first.headers["etag"]}'},
    ):
        again = await reader.get(fake_outlets.source_url(outlet), headers=validator)
        assert (again.status_code, again.content) == (304, b"")
    fake_outlets.publish(outlet, replace(ARTICLE, slug="next"))
    changed = await reader.get(fake_outlets.source_url(outlet), headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


async def test_an_unreadable_validator_matches_nothing(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    url = fake_outlets.publish("hanbit", ARTICLE)
    for since in ("yesterday", "", "Wed, 99 Foo 2025 00:00:00 GMT"):
        assert (await reader.get(url, headers={"If-Modified-Since": since})).status_code == 200


async def test_only_a_reader_that_accepts_gzip_gets_it(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    url = fake_outlets.publish("hanbit", ARTICLE)
    plain = await reader.get(url, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    async with aiohttp.ClientSession(auto_decompress=False) as session, session.get(url) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(await response.read()) == plain.content


async def test_robots_txt_is_answered_during_a_fault(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    fake_outlets.fail("hanbit", "status")
    answer = await reader.get(fake_outlets.base("hanbit") + "/robots.txt")
    assert answer.status_code == 200
    assert "Disallow: /login" in answer.text


async def test_a_correction_keeps_the_address(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    url = fake_outlets.publish("saeyeon", ARTICLE)
    first = await reader.get(url)
    assert fake_outlets.correct("saeyeon", replace(ARTICLE, headline="[정정] 양자기술 협력")) == url
    again = await reader.get(url, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200
    assert "[정정] 양자기술 협력" in again.text
    assert "[정정] 양자기술 협력" in (await reader.get(fake_outlets.source_url("saeyeon"))).text


async def test_a_withdrawn_article_answers_410_and_an_unknown_one_404(
    fake_outlets: FakeOutlets, reader: httpx.AsyncClient
) -> None:
    url = fake_outlets.publish("seoul-courier", ARTICLE)
    fake_outlets.withdraw("seoul-courier", "plan")
    assert (await reader.get(url)).status_code == 410
    assert "첫발" not in (await reader.get(fake_outlets.source_url("seoul-courier"))).text
    assert (await reader.get(fake_outlets.base("seoul-courier") + "/article/00000001")).status_code == 404


async def test_a_slug_is_published_once(fake_outlets: FakeOutlets) -> None:
    fake_outlets.publish("hanbit", ARTICLE)
    with pytest.raises(ValueError, match="correct it"):
        fake_outlets.publish("hanbit", ARTICLE)


async def test_a_source_lists_the_newest_fifty_first(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(60):
        article = FakeArticle(f"p{number}", f"소식 {number:02d}", ("글",))
        fake_outlets.publish("hanbit", article, start + timedelta(hours=number))
    listed = (await reader.get(fake_outlets.source_url("hanbit"))).text
    assert listed.index("소식 59") < listed.index("소식 58") < listed.index("소식 10")
    assert "소식 09" not in listed


async def test_each_request_is_recorded(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    url = fake_outlets.publish("hanbit", ARTICLE)
    page = await reader.get(url)
    await reader.get(url, headers={"If-None-Match": page.headers["etag"]})
    first, second = fake_outlets.requests
    assert (first.outlet, first.conditional, first.status) == ("hanbit", False, 200)
    assert (second.conditional, second.status) == (True, 304)
    assert first.host in fake_outlets.base("hanbit")
    assert url.endswith(first.path)
    assert first.at <= second.at


async def test_an_error_status_carries_retry_after(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    fake_outlets.fail("narae", "status", status=429, retry_after_seconds=7)
    answer = await reader.get(fake_outlets.source_url("narae"))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    fake_outlets.recover("narae")
    assert (await reader.get(fake_outlets.source_url("narae"))).status_code == 200


async def test_garbage_is_no_text(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    fake_outlets.fail("hanbit", "garbage")
    answer = await reader.get(fake_outlets.source_url("hanbit"))
    assert answer.status_code == 200
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")


async def test_a_dropped_connection_gives_no_answer(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    fake_outlets.fail("hanbit", "drop")
    with pytest.raises(httpx.TransportError):
        await reader.get(fake_outlets.source_url("hanbit"))


async def test_a_redirect_loop_exceeds_every_limit(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    fake_outlets.fail("hanbit", "redirect-loop")
    with pytest.raises(httpx.TooManyRedirects):
        await reader.get(fake_outlets.source_url("hanbit"), follow_redirects=True)


async def test_a_slow_outlet_delays_no_other(fake_outlets: FakeOutlets, reader: httpx.AsyncClient) -> None:
    fake_outlets.fail("hanbit", "slow")
    async with reader.stream("GET", fake_outlets.source_url("hanbit")) as slow:
        bytes_seen = slow.aiter_raw()
        assert await anext(bytes_seen) == b" "
        other = await asyncio.wait_for(reader.get(fake_outlets.source_url("narae")), 30)
        assert other.status_code == 200


async def test_a_decompression_bomb_is_small_on_the_wire(fake_outlets: FakeOutlets) -> None:
    fake_outlets.fail("hanbit", "bomb")
    url = fake_outlets.source_url("hanbit")
    async with aiohttp.ClientSession(auto_decompress=False) as session, session.get(url) as answer:
        body = await answer.read()
    assert len(body) < BOMB_BYTES / 200
    assert len(decompressobj(31).decompress(body, 1024 * 1024)) == 1024 * 1024


@pytest.mark.parametrize("kind", ["status", "slow", "garbage", "drop", "redirect-loop"])
async def test_the_outlets_close_during_a_fault(kind: FaultKind) -> None:
    fake_outlets = FakeOutlets()
    await fake_outlets.start()
    fake_outlets.fail("hanbit", kind)
    reading = asyncio.create_task(_try_to_read(fake_outlets.source_url("hanbit")))
    await asyncio.wait_for(fake_outlets.wait_for_requests("hanbit"), 30)
    await asyncio.wait_for(fake_outlets.close(), 30)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


async def _try_to_read(url: str) -> int:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        return (await client.get(url)).status_code


async def test_a_port_in_use_closes_what_was_started(fake_outlets: FakeOutlets) -> None:
    port = int(fake_outlets.base("hanbit").rpartition(":")[2])
    other = FakeOutlets(SITES[:1])
    second = FakeOutlets(SITES[:1])
    await other.start(port)  # 127.0.0.11 uses the port, so this one moves to 127.0.0.1
    try:
        assert other.base("hanbit") == f"http://127.0.0.1:{port}"
        with pytest.raises(OSError, match="address already in use"):
            await second.start(port)
    finally:
        await other.close()


async def test_the_catalogue_reads_the_written_specs(fake_outlets: FakeOutlets, tmp_path: Path) -> None:
    files = fake_outlets.write_specs(tmp_path / "outlets")
    outlets = load_catalogue([tmp_path / "outlets"], built_in=False).outlets()
    assert len(files) == len(outlets) == 8
    assert {outlet.language for outlet in outlets.values()} == {"ko", "en"}
    assert {outlet.kind for outlet in outlets.values()} == {"media", "official"}
    assert {source.kind for outlet in outlets.values() for source in outlet.sources} == {
        "feed",
        "sitemap",
        "listing",
        "json",
    }
    for key, outlet in outlets.items():
        assert outlet.every_minutes == 0.05
        url = fake_outlets.publish(key, ARTICLE)
        assert outlet.lives_at(url)
        assert outlet.article_key(url)
