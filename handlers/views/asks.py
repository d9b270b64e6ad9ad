"""Asks of modals, shortcuts, the home tab and threads that no line says: plain values, so that a row can hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from handlers.requests import Ask


@dataclass(frozen=True, slots=True)
class ViewAsk(Ask):
    """The base of everything that no line says. Its fields are texts, numbers and truths."""

    @property
    def shareable(self) -> bool:
        """It is one person's."""
        return False


@dataclass(frozen=True, slots=True)
class OpenBuilder(ViewAsk):
    """Opens the subscription builder for a new subscription."""

    query: str = ""
    """The query that it begins with."""

    @property
    def opens_modal(self) -> bool:
        """It is nothing but a modal."""
        return True


@dataclass(frozen=True, slots=True)
class BuilderFields(ViewAsk):
    """The fields of the subscription builder as they were filled in; "" stands for a field that is empty or absent."""

    query: str
    cadence: str = ""
    at: str = ""
    weekday: str = ""
    timezone: str = ""
    min_outlets: int = 1
    for_me: bool = False
    channel: str = ""
    subscription: int | None = None
    """The number of the subscription that is edited; None for a new one."""
    revision: int = 0
    """Names the query field: Slack keeps what was typed in a field until its name changes."""
    lasts: str = ""
    """How long it lasts from now on, as ``3d``; "" leaves it as it is, a new one without an end."""


@dataclass(frozen=True, slots=True)
class PreviewSubscription(BuilderFields):
    """Counts what the fields would find, and shows the builder again."""


@dataclass(frozen=True, slots=True)
class SaveSubscription(BuilderFields):
    """Adds the subscription, or changes the one that is edited."""

    @property
    def changes_channel(self) -> bool:
        """A subscription is added or changed."""
        return True

    @property
    def configures(self) -> bool:
        """A person's own subscription is no setting of the channel."""
        return not self.for_me


@dataclass(frozen=True, slots=True)
class AboutMessage(ViewAsk):
    """A message shortcut: it is about one of our cards, or about an article that somebody's message links to."""

    what: Literal["why", "mute", "track"]
    """``why`` explains it, ``mute`` asks for how long its story is muted, ``track`` posts its story's card here."""
    ts: str
    links: str = ""
    """The addresses in the message, separated by blanks."""

    @property
    def changes_channel(self) -> bool:
        """Tracking posts a card; the mute is only asked for."""
        return self.what == "track"

    @property
    def configures(self) -> bool:
        """A post is no setting."""
        return False

    @property
    def opens_modal(self) -> bool:
        """Its answer is the person's alone."""
        return True


@dataclass(frozen=True, slots=True)
class SaveMute(ViewAsk):
    """Mutes a story for so long."""

    story: int
    seconds: int

    @property
    def changes_channel(self) -> bool:
        """The channel gets less for a while."""
        return True


@dataclass(frozen=True, slots=True)
class Unfurl(ViewAsk):
    """Says what is known of the links in somebody's message, below the message."""

    unfurl_id: str
    source: str
    """Together they name the message, which may still be written."""
    links: str
    """The addresses of our outlets' domains, as they stand in the message, separated by blanks."""


@dataclass(frozen=True, slots=True)
class SaveFeedback(ViewAsk):
    """Keeps why a story is not relevant, with what the person wrote."""

    story: int
    reason: str
    remark: str

    @property
    def changes_channel(self) -> bool:
        """A reason is kept, so only members give one."""
        return True

    @property
    def configures(self) -> bool:
        """No channel's settings change."""
        return False


@dataclass(frozen=True, slots=True)
class SaveSettings(ViewAsk):
    """Sets every setting of the form; "" stands for a field that is empty or absent."""

    language: str = ""
    timezone: str = ""
    digest: str = ""
    digest_at: str = ""
    weekday: str = ""
    empty: str = ""
    quiet_from: str = ""
    quiet_to: str = ""
    threads: bool = True
    broadcast: bool = False
    who: str = ""
    people: str = ""
    """Ids of people, separated by commas."""
    mention: str = ""
    """The user group that major news calls, ``off``, or "" where the form does not ask for it."""

    @property
    def changes_channel(self) -> bool:
        """Settings change."""
        return True


@dataclass(frozen=True, slots=True)
class EndSubscription(ViewAsk):
    """Ends a subscription of any of the person's channels, from the home tab."""

    subscription: int

    @property
    def changes_channel(self) -> bool:
        """A subscription ends."""
        return True


@dataclass(frozen=True, slots=True)
class MuteSubscription(ViewAsk):
    """Mutes a subscription of any of the person's channels for so long, or ends its mute with 0 seconds."""

    subscription: int
    seconds: int

    @property
    def changes_channel(self) -> bool:
        """The channel gets less for a while, or all of it again."""
        return True


@dataclass(frozen=True, slots=True)
class InThread(ViewAsk):
    """A line without a story, typed in the thread of a card: ``@pactbot mute for 3d``."""

    ts: str
    """The card's."""
    line: str
    changes: bool
    """Whether the verb changes the channel."""

    @property
    def changes_channel(self) -> bool:
        """As its verb does."""
        return self.changes

    @property
    def configures(self) -> bool:
        """The line that it becomes with its story is checked."""
        return False


VIEW_ASKS: Mapping[str, type[ViewAsk]] = {
    kind.__name__: kind
    for kind in (
        *(OpenBuilder, PreviewSubscription, SaveSubscription),
        *(SaveSettings, SaveFeedback, Unfurl),
        *(AboutMessage, SaveMute, InThread, EndSubscription, MuteSubscription),
    )
}


def stored_form(ask: ViewAsk) -> Mapping[str, Any]:
    """Returns an ask as a row holds it."""
    return {"view_ask": type(ask).__name__, "fields": asdict(ask)}


def ask_from_stored(stored: Mapping[str, Any]) -> ViewAsk:
    """Returns the ask of a row. Raises KeyError or TypeError for one that this version does not know."""
    return VIEW_ASKS[stored["view_ask"]](**stored["fields"])
