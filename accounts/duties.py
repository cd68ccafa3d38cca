"""What one person answers for on the customer floor."""

from __future__ import annotations

from accounts.choices import HANDOVER_OPEN, OPEN_STAGES, ActionStatus, ContactStatus
from accounts.choices_plan import PLAN_OPEN
from core.duties import Duty
from core.msgid import gettext_noop

DUTIES = (
    Duty(
        "accounts.actionitem",
        "owner",
        gettext_noop("Open action items"),
        {"status": ActionStatus.OPEN},
        url="/customers/{pk}/action-items/",
        give="accounts.actions.giving:items",
    ),
    Duty(
        "accounts.actionitem",
        "verifier",
        gettext_noop("Action items to check"),
        {"status__in": [ActionStatus.OPEN, ActionStatus.DONE]},
        url="/customers/{pk}/action-items/",
        give="accounts.actions.giving:checks",
    ),
    Duty(
        "accounts.opportunity",
        "owner",
        gettext_noop("Open opportunities"),
        {"stage__in": OPEN_STAGES},
        url="/customers/{pk}/opportunities/",
    ),
    Duty(
        "accounts.accountplan",
        "owner",
        gettext_noop("Account plans"),
        {"status__in": PLAN_OPEN},
        url="/customers/{pk}/account-plans/",
    ),
    Duty(
        "accounts.contact",
        "relationship_owner",
        gettext_noop("Contacts"),
        {"status": ContactStatus.ACTIVE},
        url="/customers/{pk}/contacts/",
        give="accounts.actions.giving:people",
        listed=False,
    ),
    Duty(
        "accounts.handover",
        "successor",
        gettext_noop("Accounts that one takes over"),
        {"status__in": HANDOVER_OPEN},
        give="accounts.actions.giving:successions",
        confidential=True,
        listed=False,
    ),
    Duty("accounts.customer", "data_owner", gettext_noop("Customer data"), scope="", listed=False),
    Duty(
        "accounts.orgunit",
        "head",
        gettext_noop("Units that one heads"),
        scope="",
        give="accounts.actions.giving:heads",
        listed=False,
    ),
    Duty(
        "accounts.orgunit",
        "acting_head",
        gettext_noop("Units that one heads for a time"),
        scope="",
        give="accounts.actions.giving:acting",
        listed=False,
    ),
    Duty(
        "accounts.userleave",
        "deputy",
        gettext_noop("Leave in which one stands in"),
        {"cancelled_at": None},
        scope="",
        give="accounts.actions.giving:deputies",
        listed=False,
    ),
    Duty(
        "accounts.userprofile",
        "deputy",
        gettext_noop("Colleagues whom one stands in for"),
        scope="",
        give="accounts.actions.giving:deputies",
        listed=False,
    ),
)
