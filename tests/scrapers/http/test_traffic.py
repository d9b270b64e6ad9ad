"""A fetch may receive little that is no content, in few pieces, so that no host keeps the event loop busy."""

from __future__ import annotations

import asyncio
import socket

import pytest

from scrapers.errors import NotUnderstood, TooBig, Unreachable
from scrapers.http.fetch import Client
from scrapers.http.traffic import CONNECTION, HostConnection, MeteredSocket, TooMuchTraffic, Traffic
from tests.support.hostile_outlets import ATTACKS, hostile_server

KIB = 1024
SOCKET_BUFFERS_BYTES = 8 * 1024 * KIB
"""The kernel takes some megabytes off a server's hands before it notices that nobody reads them."""


async def _no_turn(_host: str) -> None:
    return None


def test_a_fetch_may_receive_half_a_mebibyte_without_content() -> None:
    traffic = Traffic()
    traffic.received(512 * KIB)
    assert traffic.problem is None
    with pytest.raises(TooMuchTraffic, match="524289 bytes for 0 bytes of content"):
        traffic.received(1)


def test_content_earns_an_eighth_of_its_size_in_overhead() -> None:
    traffic = Traffic()
    traffic.received(512 * KIB)
    traffic.delivered(80)
    traffic.received(80 + 10)
    with pytest.raises(TooMuchTraffic):
        traffic.received(1)


def test_a_fetch_may_take_four_thousand_reads() -> None:
    traffic = Traffic()
    for _ in range(4_000):
        traffic.received(0)
    with pytest.raises(TooMuchTraffic, match="in 4001 pieces"):
        traffic.received(0)


def test_a_kibibyte_earns_a_read() -> None:
    traffic = Traffic()
    for _ in range(4_000):
        traffic.received(0)
    traffic.received(KIB)
    with pytest.raises(TooMuchTraffic):
        traffic.received(KIB - 1)


def test_a_body_of_ten_mebibytes_passes_in_segments_of_usual_size() -> None:
    traffic = Traffic()
    for _ in range(10 * KIB * KIB // 1220):
        traffic.received(1220)
        traffic.delivered(1200)
    assert traffic.problem is None


@pytest.mark.parametrize("into", [False, True], ids=["recv", "recv_into"])
def test_a_socket_counts_for_its_host_and_reads_16_kib_at_once(into: bool) -> None:
    connection = HostConnection()
    token = CONNECTION.set(connection)
    listener = socket.create_server(("127.0.0.1", 0))
    metered = MeteredSocket(socket.AF_INET, socket.SOCK_STREAM, 0)
    CONNECTION.reset(token)
    metered.connect(listener.getsockname())
    peer, _ = listener.accept()
    peer.sendall(b"x" * 200_000)
    peer.close()
    assert metered.recv(10) == metered.recv(10) == b"x" * 10
    read = 20
    sizes = []
    while size := metered.recv_into(bytearray(2 * KIB * KIB)) if into else len(metered.recv(2 * KIB * KIB)):
        sizes.append(size)
        read += size
    assert max(sizes) == 16 * KIB
    assert read == connection.traffic.received_bytes == 200_000
    assert connection.traffic.reads >= 4
    metered.close()
    listener.close()


@pytest.mark.parametrize("name", ATTACKS)
async def test_the_client_hangs_up_on_an_endless_answer(name: str) -> None:
    async with hostile_server(ATTACKS[name]) as hostile:
        client = Client(_no_turn, trusted=[hostile.address])
        with pytest.raises((TooBig, NotUnderstood, Unreachable)) as caught:
            await client.get(f"http://{hostile.address}/")
        assert "no complete answer" not in caught.value.problem  # a limit ended it, not the deadline
        await asyncio.wait_for(hostile.hung_up.wait(), 30)
        await client.close()
        assert hostile.sent_bytes < 12 * 1024 * KIB + SOCKET_BUFFERS_BYTES
        assert ATTACKS[name].piece_bytes is None or hostile.sent_pieces < 50_000


async def test_bytes_that_arrive_between_two_requests_count() -> None:
    """A connection that is kept open must not be fed for ever either."""
    attack = ATTACKS["100 Continue"]
    answered = type(attack)(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n", attack.endless)
    async with hostile_server(answered) as hostile:
        client = Client(_no_turn, trusted=[hostile.address])
        assert (await client.get(f"http://{hostile.address}/")).not_modified
        await asyncio.wait_for(hostile.hung_up.wait(), 30)
        assert hostile.sent_bytes < SOCKET_BUFFERS_BYTES * 2
        await client.close()


async def test_the_traffic_of_all_redirects_counts_together() -> None:
    """Each hop sends 200 KB of interim answers, which would pass alone."""
    interim = b"HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n" * 6_000
    requests = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        requests += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(interim + b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        address = "127.0.0.1:" + str(server.sockets[0].getsockname()[1])
        client = Client(_no_turn, trusted=[address])
        with pytest.raises(TooBig, match="bytes of content"):
            await client.get(f"http://{address}/a")
        assert requests <= 4  # the HTTP library tries once more; six hops would pass if each counted alone
        await client.close()
