"""Holds what Slack's Web API says about a message, a token, a channel and a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Posted:
    """The place of a posted message."""

    ts: str
    channel: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The installation that a token belongs to."""

    team: str
    bot_user: str
    bot_id: str | None
    team_name: str = ""
    url: str = ""
    enterprise: str | None = None
    scopes: tuple[str, ...] = ()
    """The scopes of the token, when Slack names them."""


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A channel as Slack describes it."""

    id: str
    name: str
    archived: bool
    member: bool
    private: bool
    direct: bool


@dataclass(frozen=True, slots=True)
class UserFacts:
    """A person as Slack describes one: language, time zone, and standing in the workspace."""

    id: str
    locale: str | None
    timezone: str | None
    name: str = ""
    team: str = ""
    """The person's own workspace."""
    teams: tuple[str, ...] = ()
    """Every workspace of the organization that the person belongs to."""
    restricted: bool = False
    """The person is a guest, of one channel or of several."""
    stranger: bool = False
    """The person is of another workspace and was met in a shared channel."""
    admin: bool = False
    """The person is an admin or an owner of the workspace."""


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group of the workspace."""

    id: str
    handle: str
    name: str


def user_groups_from(answer: Json) -> tuple[UserGroup, ...]:
    """Reads an answer of usergroups.list: the groups that may be mentioned, by their handles."""
    listed = [group for group in answer.get("usergroups") or () if not group.get("date_delete")]
    groups = (
        UserGroup(str(each.get("id") or ""), str(each.get("handle") or ""), str(each.get("name") or ""))
        for each in listed
    )
    return tuple(sorted(groups, key=lambda group: (group.handle, group.id)))


def identity_from(answer: Json, headers: Mapping[str, str]) -> Identity:
    """Reads an answer of auth.test."""
    scopes = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    return Identity(
        team=str(answer.get("team_id") or ""),
        bot_user=str(answer.get("user_id") or ""),
        bot_id=answer.get("bot_id"),
        team_name=str(answer.get("team") or ""),
        url=str(answer.get("url") or ""),
        enterprise=answer.get("enterprise_id"),
        scopes=tuple(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )


def channel_facts_from(channel_id: str, channel: Json) -> ChannelFacts:
    """Reads the channel object of conversations.info."""
    return ChannelFacts(
        id=channel_id,
        name=str(channel.get("name") or ""),
        archived=bool(channel.get("is_archived")),
        member=bool(channel.get("is_member") or channel.get("is_im")),
        private=bool(channel.get("is_private")),
        direct=bool(channel.get("is_im")),
    )


def user_facts_from(user_id: str, user: Json) -> UserFacts:
    """Reads the user object of users.info."""
    return UserFacts(
        id=user_id,
        locale=user.get("locale"),
        timezone=user.get("tz"),
        name=str((user.get("profile") or {}).get("display_name") or user.get("name") or ""),
        team=str(user.get("team_id") or ""),
        teams=tuple(str(team) for team in (user.get("enterprise_user") or {}).get("teams") or ()),
        restricted=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        stranger=bool(user.get("is_stranger")),
        admin=bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")),
    )
