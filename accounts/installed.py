"""Equipment at a customer: what covers it, and how its warranty stands (C149).

No table, no clock.
"""

from __future__ import annotations

import datetime as dt

from accounts.choices import AssetStatus, Vendor

NONE, OVER, SOON, VALID = "none", "over", "soon", "valid"
TONES = {NONE: "none", OVER: "risk", SOON: "watch", VALID: "ok"}


def lacks_cover(*, vendor: str, status: str, warranty_end: dt.date | None, contract: str) -> bool:
    """Our own equipment in service needs the end of its warranty or a contract."""
    asked = vendor == Vendor.OURS and status == AssetStatus.IN_SERVICE
    return asked and warranty_end is None and not contract.strip()


def warranty(end: dt.date | None, *, today: dt.date, remind_days: int) -> str:
    """None, over (the last day has passed), soon (within the reminder), or valid."""
    if end is None:
        return NONE
    if end < today:
        return OVER
    return SOON if (end - today).days <= remind_days else VALID
