"""Serves a folder of feeds and pages on loopback with entity tags: ``python feed_server.py FOLDER`` prints its port.

Every address of 127.0.0.0/8 answers, so that each feed can have a host of its own. A file that is replaced has another
entity tag at the next request.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import sys
from pathlib import Path

from aiohttp import web

_packed: dict[tuple[str, int], tuple[str, bytes]] = {}


def _body(path: Path) -> tuple[str, bytes]:
    """The entity tag and the compressed bytes of a file, as it is now."""
    key = (path.name, path.stat().st_mtime_ns)
    if key not in _packed:
        data = path.read_bytes()
        _packed[key] = (f'"{hashlib.blake2b(data, digest_size=8).hexdigest()}"', gzip.compress(data, 6))
    return _packed[key]


async def main(folder: Path) -> None:
    """Serves until standard input ends."""

    async def answer(request: web.Request) -> web.Response:
        path = folder / request.match_info["name"]
        if not path.is_file():
            return web.Response(status=404)
        tag, data = _body(path)
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        kind = "text/html" if path.suffix == ".html" else "application/rss+xml"
        headers = {"ETag": tag, "Content-Type": f"{kind}; charset=utf-8", "Content-Encoding": "gzip"}
        return web.Response(body=data, headers=headers)

    app = web.Application()
    app.router.add_get("/{name}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "0.0.0.0", 0, backlog=2_048)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
