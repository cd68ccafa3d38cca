"""What a customer's record must hold by tier, how much of it is there, whether it was looked at
lately (R-A8).

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from accounts.choices import CustomerStatus, Tier

ALL, KEY, TOP = "all", "key", "top"
"""Asked of every customer, of key accounts, of tier S only."""


@dataclass(frozen=True)
class Need:
    """One thing that a record holds: of whom it is asked, and the page where it is filled."""

    key: str
    tail: str
    asked: str = ALL


NEEDS = (
    Need("industry", "edit/"),
    Need("region", "edit/"),
    Need("first_order", "edit/"),
    Need("ar", "team/"),
    Need("contact", "contacts/new/"),
    Need("sr", "team/", KEY),
    Need("fr", "team/", KEY),
    Need("decider", "contacts/", KEY),
    Need("department", "departments/new/", KEY),
    Need("insight", "insight/new/", KEY),
    Need("buying", "buying-profile/new/", KEY),
    Need("asset", "assets/new/", KEY),
    Need("sponsor", "team/", TOP),
)


@dataclass(frozen=True)
class Complete:
    """How whole a record is: filled and required, and what lacks, in the order of NEEDS."""

    required: int
    lacking: tuple[Need, ...]

    @property
    def filled(self) -> int:
        """What is there."""
        return self.required - len(self.lacking)

    @property
    def percent(self) -> int:
        """Filled of required, rounded down: 90 is not reached by 89.9."""
        return 100 * self.filled // self.required if self.required else 100


def needed(tier: int | None, status: str) -> list[Need]:
    """What is asked of a customer; the first order not before there was one."""
    scopes = {ALL} | ({KEY} if is_key(tier) else set()) | ({TOP} if tier == Tier.S else set())
    early = status == CustomerStatus.PROSPECT
    return [
        need for need in NEEDS if need.asked in scopes and not (early and need.key == "first_order")
    ]


def complete(tier: int | None, status: str, held: Collection[str]) -> Complete:
    """Filled of required for what a record holds, by key of NEEDS."""
    wanted = needed(tier, status)
    return Complete(len(wanted), tuple(need for need in wanted if need.key not in held))


def is_key(tier: int | None) -> bool:
    """Tier S or A."""
    return tier in (Tier.S, Tier.A)


def is_verified(last: dt.date | None, *, today: dt.date, days: int) -> bool:
    """Looked at within the declared days; the last of them still counts."""
    return last is not None and (today - last).days <= days
