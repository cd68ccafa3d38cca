"""The list of tickets: as a queue or as a table; what it sorts by and what many rows take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.lists_choosing import asks_person
from accounts.models.organisation import unit_of
from core.actors import Actor
from core.errors import Refused
from core.lists.bulk import BulkVerb, tag_verbs
from core.lists.reading import Listing
from core.lists.spec import NOTHING, Asker, Column, ListSpec, headline
from core.lists.spec import Cell as Said
from core.models import User
from core.templatetags.ui import badge, moment_when
from service import rules
from service.actions import work
from service.choices import ClockKind
from service.filters import TicketPageFilter
from service.models import Ticket
from service.models.ticket import NEVER
from service.queries import people, queue
from service.queries.queue import Cell, Line
from service.templatetags.queue_rows import management, owner
from service.templatetags.service_ui import service_level, severity, sla_cell

CLOCKS = frozenset(str(kind) for kind in queue.SHOWN)
CALLS = "management"
FURTHER = {
    "class": "ticket_class",
    "channel": "channel",
    "group": "group__name",
    "contact": "contact__name",
    "site": "site",
    "serial": "asset_serial",
}
"""Columns of the table that a line of the queue does not say: key -> what is read for it."""


def as_queue(listing: Listing) -> bool:
    """Nobody asked for columns or another order: the list is the queue of who works on tickets."""
    return listing.ordering == "queue_at" and not any(listing.asked.getlist("columns"))


def _tickets(user: Any) -> models.QuerySet:
    return Ticket.objects.visible_to(user).select_related("customer", "owner", "group", "contact")


def _said_of(rows: models.QuerySet, shown: set[str]) -> models.QuerySet:
    return queue.shown(rows, [column for key, column in FURTHER.items() if key in shown])


def _of_tab(rows: models.QuerySet, asked: Mapping[str, str], asker: Asker) -> models.QuerySet:
    """Open ones, of the tab that is asked for."""
    rows, scope = queue.of_state(rows, asked), queue.scope_of(asked)
    return queue.of_scope(rows, asker.user, scope, unit_of(asker.user))


def _lines(rows: Sequence[Ticket], shown: set[str], asker: Asker) -> Sequence[Line]:
    return queue.lines(rows, asker.now, clocks=bool(shown & CLOCKS), calls=CALLS in shown)


def _title(line: Line, now: dt.datetime) -> Any:
    return headline(line.ticket, line.ticket.title)


def _customer(line: Line) -> Said:
    ticket = line.ticket
    return Said(ticket.customer.display_name, url=f"/customers/{ticket.customer_id}/")


def _next_breach(line: Line) -> dt.datetime | None:
    return None if line.ticket.queue_at >= NEVER else line.ticket.queue_at


def _next_shown(line: Line, now: dt.datetime) -> Any:
    at = _next_breach(line)
    return NOTHING if at is None else moment_when(at, now)


def _clock_column(number: int, kind: ClockKind) -> Column:
    def words(line: Line) -> str:
        return _words(line.cells[number])

    def show(line: Line, now: dt.datetime) -> Any:
        cell = line.cells[number]
        return sla_cell(cell.state, cell.text, cell.used, cell.tone, due=cell.due)

    default = kind in (ClockKind.UPDATE, ClockKind.RESTORE)
    return Column(str(kind), kind.label, words, show, default=default)


def _words(cell: Cell) -> str:
    """A clock in words, as a file holds it."""
    if cell.state == "over" and cell.due is None:
        return gettext("over {time}").format(time=cell.text)
    if cell.state == "paused":
        return f"{gettext('Paused')} {cell.text}"
    return cell.text


def _of_ticket(read: Callable[[Ticket], Any]) -> Callable[[Line], Any]:
    return lambda line: read(line.ticket)


def _columns(asker: Asker) -> Sequence[Column]:
    return [
        Column("title", _("Ticket"), _of_ticket(lambda row: row.title), _title, head=True),
        Column("code", _("Code"), _of_ticket(lambda row: row.code)),
        Column("severity", _("Severity"), _of_ticket(lambda row: row.get_severity_display()),
               lambda line, now: severity(line.severity), "severity"),
        Column("customer", _("Customer"), _customer),
        Column("status", _("Status"), _of_ticket(lambda row: row.get_status_display()),
               lambda line, now: badge(line.ticket.tone, line.ticket.get_status_display())),
        Column("next", _("Next breach"), _next_breach, _next_shown, "queue_at"),
        *(_clock_column(number, kind) for number, kind in enumerate(queue.SHOWN)),
        Column("owner", _("Owner"), _of_ticket(lambda row: str(row.owner or "")),
               lambda line, now: owner(line.ticket) if line.ticket.owner_id else NOTHING),
        Column("line", _("Support line"), lambda line: line.line_words, default=False),
        Column(CALLS, _("Management"), lambda line: line.told,
               lambda line, now: management(line, now), default=False),
        Column("level", _("Service level"), _of_ticket(lambda row: row.get_level_display()),
               lambda line, now: service_level(line.ticket.level), default=False),
        Column("class", _("Class"), _of_ticket(lambda row: row.get_ticket_class_display()),
               default=False),
        Column("group", _("Group"), _of_ticket(lambda row: str(row.group or "")), default=False),
        Column("contact", _("Reported by"), _of_ticket(lambda row: str(row.contact or "")),
               default=False),
        Column("channel", _("Channel"), _of_ticket(lambda row: row.get_channel_display()),
               default=False),
        Column("site", _("Site"), _of_ticket(lambda row: row.site), default=False),
        Column("serial", _("Serial number"), _of_ticket(lambda row: row.asset_serial),
               default=False),
        Column("reported", _("Reported"), _of_ticket(lambda row: row.reported_at),
               lambda line, now: moment_when(line.ticket.reported_at, now), "reported_at"),
    ]  # fmt: skip


def _assign(row: Ticket, values: dict, *, by: Actor, now: dt.datetime) -> dict | None:
    """To an engineer of the group that has the ticket, or of a unit above it."""
    person, before = values["person"], row.owner_id
    if before == person.pk:
        return None
    if not rules.serves_group(person, row):
        sentence = gettext("%(name)s does not work in the group of this ticket.")
        raise Refused(sentence % {"name": person}, rule="b.4.1")
    work.assign(row, owner=person, by=by, now=now)
    return {"person": before}


def _assign_back(row: Ticket, before: dict, values: dict, *, by: Actor, now: dt.datetime) -> None:
    person = User.objects.filter(pk=before["person"]).first()
    work.assign(row, owner=person, by=by, now=now)


TICKETS = ListSpec(
    key="tickets",
    title=_("ITR tickets"),
    path="/tickets/",
    model=Ticket,
    rows=_tickets,
    lean=_said_of,
    columns=_columns,
    filterset=TicketPageFilter,
    orderings=("queue_at", "-queue_at", "-reported_at", "reported_at", "severity", "-id", "id"),
    narrow=_of_tab,
    prepare=_lines,
    row_of=lambda line: line.ticket,
    tone=lambda line: line.tone,
    entity="service.ticket",
    keeps=("scope", "customer", "group", "parent", "open", "my_customers"),
    bulk=(
        BulkVerb("assign", _("Assign to an engineer"),
                 asks_person(_("Engineer"), people.engineers_for), rules.may_work,
                 _assign, _assign_back),
        *tag_verbs(rules.may_work),
    ),
)  # fmt: skip
