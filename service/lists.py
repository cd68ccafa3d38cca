"""The list of tickets: what an export holds, the order of the queue, what many rows take."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from core.lists.bulk import tag_verbs
from core.lists.spec import Asker, Column, ListSpec
from service import rules
from service.filters import TicketFilter
from service.models import Ticket


def _columns(asker: Asker) -> Sequence[Column]:
    return [
        Column("title", _("Ticket"), lambda row: row.title, head=True),
        Column("code", _("Code"), lambda row: row.code),
        Column("customer", _("Customer"), lambda row: row.customer.display_name),
        Column("severity", _("Severity"), lambda row: row.get_severity_display()),
        Column("status", _("Status"), lambda row: row.get_status_display()),
        Column("owner", _("Owner"), lambda row: str(row.owner or "")),
        Column("reported", _("Reported"), lambda row: row.reported_at),
    ]


TICKETS = ListSpec(
    key="tickets",
    title=_("ITR tickets"),
    path="/tickets/",
    model=Ticket,
    rows=lambda user: Ticket.objects.visible_to(user).select_related("customer", "owner"),
    columns=_columns,
    filterset=TicketFilter,
    orderings=("queue_at", "-id", "id"),
    narrow=lambda rows, asked, asker: rows if asked.get("status") else rows.open(),
    entity="service.ticket",
    keeps=("scope",),
    bulk=tag_verbs(rules.may_work),
)
