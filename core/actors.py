"""Who does something: a value that every action takes as `by`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.models import ApiToken, User


@dataclass(frozen=True)
class Actor:
    """The person or machine behind an action.

    `channel` is one of browser, api, portal, admin, import, command, system.
    """

    user: User | None = None
    token: ApiToken | None = None
    channel: str = "system"
    request_id: str = ""
    ip: str = ""

    @classmethod
    def system(cls, channel: str = "system") -> Actor:
        """The product itself: timers, consumers, commands without a person."""
        return cls(channel=channel)

    @classmethod
    def of(cls, user: User, channel: str = "browser") -> Actor:
        """A person outside a request: tests, commands, demo data."""
        return cls(user=user, channel=channel)

    @property
    def user_id(self) -> int | None:
        """Primary key of the person, None for the system."""
        return self.user.pk if self.user is not None else None

    @property
    def is_machine(self) -> bool:
        """True when an API token acts: it may write facts, never approve, sign or score."""
        return self.token is not None

    @property
    def label(self) -> str:
        """Name for a person, empty for the system."""
        return str(self.user) if self.user is not None else ""
