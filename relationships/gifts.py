"""What may be given to a person or taken from one (R-G1, R-G2).

No table, no clock.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal

CASH = re.compile(
    r"现金|红包|利是|微信转账|转账|支付宝|购物卡|礼品卡|储值卡|充值卡|加油卡|油卡|会员卡|消费券|代金券|提货券"
    r"|礼券|金条|股票|股权|基金份额|比特币"
    r"|\b(?:cash|money|banknotes?|gift cards?|vouchers?|prepaid cards?|red envelopes?|shares"
    r"|bitcoin|crypto\w*)\b",
    re.I,
)
OPEN_CLASS = "private"
"""The class of people to whom a small gift needs no approval."""


def is_cash(text: str) -> bool:
    """Money, or what is as good as money."""
    return CASH.search(text) is not None


def needs_approval(total: Decimal, recipient_class: str, *, free: Decimal) -> bool:
    """Always for officials and state enterprises; for others above what is free.

    `total` is this gift and what the same person got (or gave) around that day: a gift in parts
    is one gift.
    """
    return recipient_class != OPEN_CLASS or total > free


def exceeds(total: Decimal, limit: Decimal) -> bool:
    """More than a limit; the limit itself may be reached."""
    return total > limit


def closed_by(
    day: dt.date, decisions: Iterable[dt.date], *, before: int, after: int
) -> dt.date | None:
    """The tender decision whose window a day falls into (both ends count), None when free."""
    hit = (one for one in sorted(decisions) if -after <= (one - day).days <= before)
    return next(hit, None)
