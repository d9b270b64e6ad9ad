"""A person with a browser who installs the app: an HTTP client with cookies that goes to Slack and comes back."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import httpx

from handlers.fake_slack import FakeSlack

PUBLIC_URL = "https://pactbot.example.org"
SECRET_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


class ThroughProxy(httpx.AsyncHTTPTransport):
    """Carries https of the public address to the bot's port, as the proxy before it does."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request."""
        if request.url.host != urlsplit(PUBLIC_URL).hostname:
            return await super().handle_async_request(request)
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return await super().handle_async_request(httpx.Request(request.method, url, headers=request.headers))


class Installer:
    """One browser."""

    def __init__(self, slack: FakeSlack, port: int, language: str = "en") -> None:
        self._slack = slack
        self.client = httpx.AsyncClient(transport=ThroughProxy(port), headers={"Accept-Language": language})

    async def begin(self) -> dict[str, str]:
        """Opens /slack/install; returns the fields of the address at Slack that it is sent to."""
        answer = await self.client.get(f"{PUBLIC_URL}/slack/install")
        assert answer.status_code == 302, answer.text
        location = answer.headers["Location"]
        assert location.startswith(f"{self._slack.context.origin}/oauth/v2/authorize?")
        page = await self.client.get(location)
        assert page.status_code == 200, page.text
        return dict(parse_qsl(urlsplit(location).query))

    async def allow(self, fields: dict[str, str], team: str, user: str, **how: str) -> str:
        """Allows the app at Slack; returns the address that Slack sends the browser back to."""
        form = {**fields, "team": team, "user": user, **how}
        answer = await self.client.post(f"{self._slack.context.origin}/oauth/v2/authorize", data=form)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    async def install(self, team: str, user: str, **how: str) -> httpx.Response:
        """Installs the app in a workspace; returns the page that says so."""
        return await self.client.get(await self.allow(await self.begin(), team, user, **how))

    async def close(self) -> None:
        """Closes the browser."""
        await self.client.aclose()
