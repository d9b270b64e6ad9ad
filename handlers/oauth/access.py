"""Calls Slack's OAuth: the address where a person allows the app, a code for a token, an expiring token for a new one.

The library's own rotator is not used: it has no deadline, two tasks of it use one refresh token twice, and it raises
KeyError for an answer that lacks a field. Its method for oauth.v2.access uses what aiohttp is about to remove.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urljoin

from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient

from handlers.client import DEADLINE_SECONDS
from handlers.error_mapping import as_post_error
from handlers.errors import NotUnderstood, OutcomeUnknown, PostError
from handlers.manifest import SCOPES
from handlers.oauth.installs import RefreshedToken

Json = Mapping[str, Any]
BAD_ANSWER = "bad_answer"


class OAuthAccess:
    """Slack's OAuth for one app. Every method raises the kinds of PostError and nothing else."""

    def __init__(self, client: AsyncWebClient, client_id: str, client_secret: str, redirect_uri: str) -> None:
        """``client`` has no token; its base address is that of every call, and says where a person is sent."""
        self._client = client
        self._client_id = client_id
        basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._credentials = {"Authorization": f"Basic {basic}"}
        self._redirect_uri = redirect_uri

    def authorize_url(self, state: str) -> str:
        """Returns the address where a person allows the app."""
        fields = {"client_id": self._client_id, "scope": ",".join(SCOPES), "user_scope": ""}
        fields |= {"redirect_uri": self._redirect_uri, "state": state}
        return f"{urljoin(self._client.base_url, '../oauth/v2/authorize')}?{urlencode(fields)}"

    async def exchange(self, code: str, now: datetime) -> Installation:
        """Returns the installation that a person has allowed."""
        answer = await self._call(code=code, redirect_uri=self._redirect_uri)
        installation = installation_from(answer, now)
        installation.bot_id = await self._bot_id(str(installation.bot_token))
        return installation

    async def _bot_id(self, token: str) -> str:
        """Returns the id under which the bot posts; empty where Slack does not answer: nothing needs it at once."""
        try:
            with as_post_error():
                async with asyncio.timeout(DEADLINE_SECONDS):
                    answer = await self._client.api_call("auth.test", headers={"Authorization": f"Bearer {token}"})
        except PostError:
            return ""
        return str(answer.get("bot_id") or "")

    async def refresh(self, refresh_token: str) -> RefreshedToken:
        """Returns the token that replaces an expiring one. Slack takes each refresh token once."""
        answer = await self._call(grant_type="refresh_token", refresh_token=refresh_token)
        token, next_token, seconds = (answer.get(name) for name in ("access_token", "refresh_token", "expires_in"))
        if not isinstance(token, str) or not isinstance(next_token, str) or not isinstance(seconds, int | float):
            raise OutcomeUnknown(BAD_ANSWER)
        return RefreshedToken(token, next_token, float(seconds))

    async def _call(self, **fields: str) -> Json:
        with as_post_error():
            async with asyncio.timeout(DEADLINE_SECONDS):
                answer = await self._client.api_call("oauth.v2.access", data=fields, headers=self._credentials)
        if not isinstance(answer.data, dict):
            raise OutcomeUnknown(BAD_ANSWER)
        return answer.data


def installation_from(answer: Json, now: datetime) -> Installation:
    """Reads an answer of oauth.v2.access. Raises NotUnderstood for one without a bot's token."""
    team, enterprise, person = (_map(answer, name) for name in ("team", "enterprise", "authed_user"))
    token, seconds = answer.get("access_token"), answer.get("expires_in")
    of_all = bool(answer.get("is_enterprise_install"))
    if (
        not isinstance(token, str)
        or answer.get("token_type") != "bot"
        or not (enterprise if of_all else team).get("id")
    ):
        raise NotUnderstood(BAD_ANSWER)
    expires_at = int((now + timedelta(seconds=seconds)).timestamp()) if isinstance(seconds, int | float) else None
    return Installation(
        app_id=answer.get("app_id"),
        enterprise_id=enterprise.get("id"),
        enterprise_name=enterprise.get("name"),
        team_id=None if of_all else team.get("id"),
        team_name=team.get("name"),
        bot_token=token,
        bot_user_id=answer.get("bot_user_id"),
        bot_scopes=str(answer.get("scope") or ""),
        bot_refresh_token=answer.get("refresh_token"),
        bot_token_expires_at=expires_at,
        user_id=str(person.get("id") or ""),
        is_enterprise_install=of_all,
        installed_at=now.timestamp(),
    )


def _map(answer: Json, name: str) -> Json:
    value = answer.get(name)
    return value if isinstance(value, dict) else {}
