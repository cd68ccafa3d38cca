"""Tickets from a table of state changes: planned row by row, written in bulk, undone whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.bulk import archive_customers, create_customers
from accounts.choices import CustomerStatus
from accounts.models import Customer, OrgUnit
from core.actors import Actor
from core.custom.actions import write_many
from core.custom.importing import demand_own, own_columns, read_own
from core.imports.cells import Field
from core.imports.plan import CREATE, MERGE, REFUSE, SKIP, Plan, PlannedRow
from core.models import ImportBatch, ImportRow
from core.numerals import whole_in
from core.registry import label_of
from service import histories, rules
from service.actions.importing import Imported, create_tickets, remove_tickets
from service.choices import SEVERITY_OF, Channel, Level, TicketClass, Verdict
from service.histories import Change
from service.models import Ticket
from service.queries import terms
from service.queries.calendars import refs_for

STATES = {name: name for name in ("new", "working", "waiting_customer", "resolved", "closed")}
UNKNOWN = "?"
TICKET = "service.ticket"


class TicketImporter:
    """Kind `tickets`. Options: unit, unknown_customer."""

    kind = "tickets"
    title = gettext_lazy("Tickets")
    table = (
        Field("external_ref", gettext_lazy("number"), required=True, max_length=120),
        Field("state", gettext_lazy("state"), "choice", required=True, choices=STATES),
        Field("opened_at", gettext_lazy("opened"), "datetime", required=True),
        Field("changed_at", gettext_lazy("changed"), "datetime", required=True),
        Field("closed_at", gettext_lazy("closed"), "datetime"),
        Field(
            "severity",
            gettext_lazy("severity"),
            "choice",
            required=True,
            choices={key: key for key in SEVERITY_OF},
        ),
        Field("customer", gettext_lazy("customer"), max_length=120),
        Field("title", gettext_lazy("title"), max_length=160),
        Field(
            "channel",
            gettext_lazy("channel"),
            "choice",
            choices={value: value for value in Channel.values},
        ),
        Field("revision", gettext_lazy("revision"), "int"),
        Field("closed_code", gettext_lazy("closing code"), max_length=80),
    )

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns that can be filled."""
        return (*self.table, *own_columns(TICKET))

    def may(self, user: Any) -> bool:
        """Service managers and administrators."""
        return rules.may_import(user)

    def plan(self, plan: Plan, *, by: Actor, now: dt.datetime, options: Mapping[str, Any]) -> None:
        """Group rows by number, read each history, find the customers; everything that can be
        computed is computed here, outside the transaction."""
        plan.extra["unit"] = _unit(options.get("unit"), by)
        read_own(TICKET, plan.rows)
        stories: dict[str, list[PlannedRow]] = {}
        for row in plan.rows:
            if row.outcome != REFUSE:
                _know(row, str(options.get("unknown_customer") or _("Unknown customer")))
                stories.setdefault(row.values["external_ref"], []).append(row)
        refs = Ticket.objects.filter(external_source=plan.mapping.source)
        known = set(refs.values_list("external_ref", flat=True))
        plan.extra["stories"] = {
            ref: _story(rows)
            for ref, rows in stories.items()
            if not _skip_known(rows, ref in known) and demand_own(TICKET, rows[0])
        }
        names = {rows[0].values["customer"] for rows in stories.values()}
        plan.extra["customers"] = _customers(names, by)

    def commit(self, plan: Plan, batch: ImportBatch, *, by: Actor, now: dt.datetime) -> None:
        """Customers of unknown places first, then tickets with history and clocks."""
        unit, known = plan.extra["unit"], plan.extra["customers"]
        names = {row.values["customer"] for row, _told in plan.extra["stories"].values()}
        fresh = [
            Customer(name=name, owning_unit=unit, status=CustomerStatus.ACTIVE)
            for name in sorted(names - set(known))
        ]
        made = create_customers(fresh, by=by, now=now, import_id=batch.pk)
        known |= {customer.name: customer for customer in made}
        refs = _calendars(known.values())
        rows = [
            Imported(_ticket(plan, row, told, known, refs), told, row.number)
            for row, told in plan.extra["stories"].values()
        ]
        create_tickets(rows, by=by, now=now, import_id=batch.pk)
        told_by = {row.number: row for row, _told in plan.extra["stories"].values()}
        own = [(row.ticket, told_by[row.number].values["_own"]) for row in rows]
        write_many([pair for pair in own if pair[1]], by=by, now=now)
        booked = [(row.number, row.ticket, 1) for row in rows]
        booked += [(0, customer, customer.version) for customer in made]
        ImportRow.objects.bulk_create(
            [
                ImportRow(
                    batch=batch,
                    number=number,
                    about_label=label_of(one),
                    about_id=one.pk,
                    outcome=CREATE,
                    before={"version": version},
                )
                for number, one, version in booked
            ],
            batch_size=1000,
        )

    def undo(self, batch: ImportBatch, *, by: Actor, now: dt.datetime) -> dict[str, int]:
        """Remove untouched tickets; archive the customers that came with them."""
        rows = list(ImportRow.objects.filter(batch=batch))
        tickets = [row.about_id for row in rows if row.about_label == label_of(Ticket)]
        made = {
            row.about_id: row.before["version"]
            for row in rows
            if row.about_label == label_of(Customer)
        }
        undone = remove_tickets(tickets, by=by, now=now, import_id=batch.pk)
        busy = Ticket.objects.filter(customer__in=made).values_list("customer_id", flat=True)
        for pk in set(busy):
            made.pop(pk)
        undone += archive_customers(made, by=by, now=now, import_id=batch.pk)
        return {"undone": undone, "kept": len(rows) - undone}


def _unit(wish: Any, by: Actor) -> OrgUnit:
    units = OrgUnit.objects.all()
    if wish:
        number = whole_in(wish)
        return units.get(pk=number) if number is not None else units.get(name=str(wish))
    own = units.filter(people__user=by.user).first() if by.user is not None else None
    return own or units.order_by("path").filter(parent=None).first() or units.earliest("pk")


def _know(row: PlannedRow, unknown: str) -> None:
    if not (row.values.get("customer") or "").replace(UNKNOWN, "").strip():
        row.values["customer"] = unknown
        row.repair("customer", _("The place is unknown; the ticket goes to “%s”.") % unknown)
    title = " ".join((row.values.get("title") or "").replace(UNKNOWN, "").split())
    row.values["title"] = title or row.values["external_ref"]


def _skip_known(rows: list[PlannedRow], known: bool) -> bool:
    if known:
        for row in rows:
            row.outcome = SKIP
            row.note = _("This ticket has been imported already.")
    return known


def _story(rows: list[PlannedRow]) -> tuple[PlannedRow, histories.Told]:
    first = rows[0]
    for row in rows[1:]:
        row.outcome, row.note = MERGE, _("History of row %(row)d.") % {"row": first.number}
    opened_at = first.values["opened_at"]
    changes = [
        Change(
            row.values["state"],
            row.values["changed_at"],
            row.values["severity"],
            row.values.get("revision"),
        )
        for row in rows
    ]
    told = histories.tell(opened_at, changes, first.values.get("closed_at"))
    for row in rows:
        if row.values["changed_at"] < opened_at:
            row.repair("changed_at", _("Changed before it was opened; the opening counts."))
    if told.gaps:
        first.repair("revision", _("%(n)d gaps in the history.") % {"n": told.gaps})
    return first, told


def _customers(names: set[str], by: Actor) -> dict[str, Customer]:
    seen = Customer.objects.visible_to(by.user) if by.user else Customer.objects.all()
    rows = seen.current().filter(name__in=names).select_related("calendar")
    return {row.name: row for row in rows.order_by("-pk")}


def _calendars(customers: Iterable[Customer]) -> dict[tuple, tuple]:
    """Site and team calendar per own calendar and unit."""
    found: dict[tuple, tuple] = {}
    for customer in customers:
        key = (customer.calendar_id, customer.owning_unit_id)
        if key not in found:
            found[key] = refs_for(customer)
    return found


def _ticket(
    plan: Plan, row: PlannedRow, told: histories.Told, known: dict[str, Customer], refs: dict
) -> Ticket:
    customer = known[row.values["customer"]]
    opened_at = row.values["opened_at"]
    found = terms.Entitlement(Verdict.NO_DATA, "", Level.NONE, None)
    asked = terms.Asked(TicketClass.FAULT, False, opened_at)
    stamps = {name: at for name, at in told.stamps.items() if not name.startswith("_")}
    return Ticket(
        customer=customer,
        group_id=customer.owning_unit_id,
        channel=row.values.get("channel") or Channel.API,
        severity=told.severity,
        title=row.values["title"][:160],
        status=told.status,
        level=Level.NONE,
        entitlement=Verdict.NO_DATA,
        is_internal=True,
        terms=terms.frozen_terms(
            customer, found, asked, refs[customer.calendar_id, customer.owning_unit_id]
        ),
        reported_at=opened_at,
        reopened_count=told.reopened,
        unconfirmed=True,
        assumed=told.status == "closed",
        root_cause="unknown" if told.status == "closed" else "",
        root_cause_text=row.values.get("closed_code") or "",
        external_source=plan.mapping.source,
        external_ref=row.values["external_ref"],
        **stamps,
    )


IMPORTER = TicketImporter()
