"""What one person answers for on the floor of expectations."""

from __future__ import annotations

from core.duties import Duty
from core.msgid import gettext_noop
from expectations.choices import (
    COMMITMENT_OPEN,
    ITEM_OPEN,
    ITEM_PROMISED,
    NOTICE_UNTOLD,
    PROJECT_OPEN,
    RISK_OPEN,
    AlternativeStatus,
    MemberStatus,
    NoticeStatus,
)

DUTIES = (
    Duty(
        "expectations.commitment",
        "owner",
        gettext_noop("Open promises"),
        {"status__in": COMMITMENT_OPEN},
        url="/commitments/?customer={pk}",
    ),
    Duty(
        "expectations.risk",
        "owner",
        gettext_noop("Open risks"),
        {"status__in": RISK_OPEN},
        url="/risks/?customer={pk}",
    ),
    Duty(
        "expectations.alternative",
        "owner",
        gettext_noop("Alternatives offered in notices"),
        {
            "status__in": [AlternativeStatus.OFFERED, AlternativeStatus.CHOSEN],
            "notice__status__in": [*NOTICE_UNTOLD, NoticeStatus.SENT, NoticeStatus.ACKNOWLEDGED],
        },
        scope="notice__customer",
        url="/customer-notices/?customer={pk}",
    ),
    Duty(
        "expectations.expectationitem",
        "owner",
        gettext_noop("Open expectations"),
        {"status__in": [*ITEM_OPEN, *ITEM_PROMISED]},
        url="/expectation-items/?customer={pk}",
    ),
    Duty(
        "expectations.project",
        "expectation_owner",
        gettext_noop("Projects whose expectations and forms one owns"),
        {"status__in": PROJECT_OPEN},
        url="/projects/?customer={pk}",
    ),
    Duty(
        "expectations.projectmember",
        "user",
        gettext_noop("Seats in projects"),
        {"status": MemberStatus.ACTIVE, "project__status__in": PROJECT_OPEN},
        scope="project__customer",
        url="/projects/?customer={pk}",
        give="expectations.actions.giving:members",
    ),
)
