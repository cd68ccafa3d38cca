"""What one person answers for on the service floor."""

from __future__ import annotations

from core.duties import Duty
from core.msgid import gettext_noop
from service.choices import CONTRACT_IN_FORCE, OPEN, ContractStatus
from service.choices_voice import VocStatus

DUTIES = (
    Duty(
        "service.ticket",
        "owner",
        gettext_noop("Open tickets"),
        {"status__in": OPEN},
        url="/tickets/?customer={pk}",
        give="service.actions.giving:tickets",
    ),
    Duty(
        "service.vocitem",
        "owner",
        gettext_noop("Customer voices"),
        {"status": VocStatus.FILTERED},
        url="/voc-items/?customer={pk}",
        listed=False,
    ),
    Duty(
        "service.servicecontract",
        "renewal_owner",
        gettext_noop("Service contracts to renew"),
        {"status__in": [ContractStatus.DRAFT, *CONTRACT_IN_FORCE]},
        url="/customers/{pk}/",
    ),
)
