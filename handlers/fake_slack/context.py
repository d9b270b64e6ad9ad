"""Holds what the parts of the fake Slack share: state, rate limits, trigger_ids, scopes and the log of calls."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from handlers.fake_slack.api_error import ApiError
from handlers.fake_slack.faults import Faults
from handlers.fake_slack.limits import Pace, RateLimiter
from handlers.fake_slack.models import Channel, Json, Message, Team, User
from handlers.fake_slack.oauth import OAuthApp, granted_scopes
from handlers.fake_slack.state import APP_ID, State

TRIGGER_SECONDS = 3.0
LOG_ENTRIES = 100_000  # a sandbox may run for days
DEFAULT_SCOPES = frozenset(
    {
        *("app_mentions:read", "chat:write", "commands", "files:write", "im:write", "users:read"),
        *("channels:history", "groups:history", "im:history", "channels:read", "groups:read"),
        *("links:read", "links:write", "usergroups:read"),
    }
)
DEFAULT_EVENTS = frozenset(
    {
        *("app_home_opened", "app_mention", "app_uninstalled", "tokens_revoked", "message.im"),
        *("member_joined_channel", "member_left_channel", "channel_left", "group_left"),
        *("channel_archive", "channel_unarchive", "channel_deleted", "channel_rename", "channel_id_changed"),
        *("group_archive", "group_unarchive", "group_deleted", "group_rename", "link_shared"),
    }
)


@dataclass(frozen=True)
class CallRecord:
    """One Web API call with its time and result; `error` is None for a successful call."""

    method: str
    args: Json
    at: float
    error: str | None
    answer: Json


@dataclass
class _Trigger:
    user: str
    issued_at: float
    used: bool = False


@dataclass
class Triggers:
    """Issues trigger_ids, each valid once and for three seconds."""

    issued: dict[str, _Trigger] = field(default_factory=dict)
    count: int = 0

    def issue(self, user: str, now: float) -> str:
        """Issues a trigger_id for a person; the oldest of very many are dropped."""
        self.count += 1
        trigger_id = f"{int(now)}.{self.count}.{secrets.token_hex(16)}"
        self.issued[trigger_id] = _Trigger(user, now)
        if len(self.issued) > LOG_ENTRIES:
            del self.issued[next(iter(self.issued))]
        return trigger_id

    def redeem(self, trigger_id: object, now: float) -> str:
        """Uses up a trigger_id and returns its person; raises ApiError when it is unknown, expired or used."""
        trigger = self.issued.get(str(trigger_id or ""))
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if now - trigger.issued_at > TRIGGER_SECONDS:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger.user


class FakeSlackContext:
    """The shared parts of one fake Slack."""

    def __init__(self, clock: Callable[[], float], pace: Pace, seed: int = 0) -> None:
        self.clock = clock
        self.state = State(clock)
        self.faults = Faults(seed)
        self.rate_limiter = RateLimiter(pace)
        self.triggers = Triggers()
        self.scopes: set[str] = set(DEFAULT_SCOPES)
        self.events: set[str] = set(DEFAULT_EVENTS)
        self.refused_block_types: set[str] = set()
        self.unfurl_domains: set[str] = set()
        """The domains whose links Slack tells the app about; their subdomains belong to them."""
        self.unfurl_ids: dict[str, Message] = {}
        """The messages whose links the app was told about."""
        self.shortcuts: list[Json] = []
        """The shortcuts that the page offers, as the manifest declares them."""
        self.any_token = False
        self.oauth = OAuthApp(self.state, clock)
        self.app_token = f"xapp-1-{APP_ID}-{secrets.token_hex(8)}"
        self.signing_secret = secrets.token_hex(16)
        self.verification_token = secrets.token_hex(12)
        self.calls: deque[CallRecord] = deque(maxlen=LOG_ENTRIES)
        self.origin = "http://127.0.0.1:0"
        self.closing = asyncio.Event()
        self.schedule_event: Callable[[Team, Json], None] = lambda team, event: None

    def adopt_manifest(self, manifest: Json) -> None:
        """Grants what an app's manifest declares, and nothing else: scopes, events, shortcuts, domains of links."""
        scopes = manifest["oauth_config"]["scopes"]
        self.scopes = set(scopes["bot"])
        self.events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
        self.shortcuts = list(manifest["features"].get("shortcuts", []))
        self.unfurl_domains = set(manifest["features"].get("unfurl_domains", []))

    async def delay_answer(self, seconds: float) -> None:
        """Delays an answer; closing the fake Slack ends the delay."""
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return

    def team(self) -> Team:
        """The first (usually the only) workspace."""
        return next(iter(self.state.teams.values()))

    def team_of(self, user: User) -> Team:
        """The workspace that a person belongs to."""
        return self.state.teams[user.team_id]

    def team_with(self, token: str, args: Json) -> Team:
        """Returns the workspace of a token; raises ApiError with Slack's code when the token is not accepted."""
        if not token:
            raise ApiError("not_authed")
        if token in self.state.revoked_tokens:
            raise ApiError(self.state.revoked_tokens[token])
        if not self.any_token and not token.startswith(("xoxb-", "xoxp-", "xoxe.xoxb-")):
            raise ApiError("invalid_auth")
        team = self.oauth.team_of(token, args) if self.oauth.is_on else self.state.team_of_token(token)
        if not team.installed:
            raise ApiError("account_inactive")
        return team

    def granted(self) -> Collection[str]:
        """The scopes of the token of this call."""
        granted = granted_scopes.get()
        return self.scopes if granted is None else granted

    def need_scope(self, scope: str) -> None:
        """Raises ApiError when the app lacks a scope."""
        if scope not in self.granted():
            raise ApiError("missing_scope", needed=scope, provided=",".join(sorted(self.granted())))

    def find_user(self, name: str) -> User:
        """Returns a person by id, handle or full name; raises KeyError."""
        if name in self.state.users:
            return self.state.users[name]
        for user in self.state.users.values():
            if name in (user.name, user.real_name):
                return user
        raise KeyError(f"no user called {name}")

    def find_channel(self, name: str) -> Channel:
        """Returns a channel by id or name; raises KeyError."""
        return self.state.channels.get(name) or self.state.channel_named(name)
