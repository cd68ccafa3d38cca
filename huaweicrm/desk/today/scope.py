"""Whose work a person looks at: one's own customers, or everything below one's unit."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.choices import Role
from accounts.models import served_by
from accounts.rules import roles_of

HEADS = {Role.RH, Role.EXE, Role.QM}
TRIANGLE = {Role.AR, Role.SR, Role.FR}


@dataclass(frozen=True)
class Scope:
    """A person, the time, and the customers that belong to the day of that person."""

    user: Any
    now: dt.datetime
    roles: frozenset[str]
    wide: bool

    @classmethod
    def of(cls, user: Any, now: dt.datetime) -> Scope:
        """Heads look over their subtree; everyone else at the customers they serve."""
        roles = roles_of(user)
        wide = bool(roles & HEADS) and not roles & TRIANGLE
        return cls(user, now, roles, wide or user.is_superuser)

    @property
    def answers(self) -> bool:
        """Sees all tickets on the day: heads, and who works on tickets without a customer seat."""
        return self.wide or (self.holds(Role.ENG, Role.SVC) and not self.holds(*TRIANGLE))

    @property
    def mine(self) -> str:
        """The parameter with which a list shows what this day shows."""
        return "" if self.wide else "my_customers=true"

    @property
    def here(self) -> Q:
        """A filter on rows that have a customer, beside `visible_to`: heads look at all they see,
        everyone else at the customers they serve."""
        return Q() if self.wide else Q(customer__in=served_by(self.user))

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The person's time zone."""
        return zoneinfo.ZoneInfo(self.user.timezone)

    @property
    def tonight(self) -> dt.datetime:
        """The end of today in the person's zone."""
        local = self.now.astimezone(self.zone)
        midnight = dt.datetime.combine(
            local.date() + dt.timedelta(days=1), dt.time(), tzinfo=self.zone
        )
        return midnight.astimezone(dt.timezone.utc)

    def holds(self, *roles: str) -> bool:
        """True when the person holds one of the roles."""
        return bool(self.roles & set(roles))
