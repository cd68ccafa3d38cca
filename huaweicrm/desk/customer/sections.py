"""What the page of a customer shows, each section one or two queries whatever its size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Subquery, Sum, Window

from accounts.models import Contact, Customer
from accounts.queries import Team, team_of, timeline_of
from accounts.queries_alike import read_alike
from core.kept import NOBODY
from expectations.choices import (
    FORM_OPEN,
    ITEM_DECIDED,
    FormStatus,
    MilestoneStatus,
    PriorityClass,
)
from expectations.models import (
    Commitment,
    ConfirmationForm,
    CustomerNotice,
    ExpectationItem,
    Project,
)
from service.models import ServiceContract, Ticket

SHOWN = 5
CLASS_CSS = {
    PriorityClass.MUST: "must",
    PriorityClass.NEGOTIABLE: "nego",
    PriorityClass.DEFERRED: "no",
}


@dataclass(frozen=True)
class Page:
    """All sections of one customer for one reader."""

    customer: Customer
    team: Team
    notices: list[Any]
    commitments: list[Any]
    forms: list[Any]
    projects: list[Any]
    items: list[dict[str, Any]]
    tickets: list[Any]
    open_tickets: int
    contacts: list[Any]
    contact_count: int
    contracts: list[Any]
    entries: list[Any]
    more_entries: bool


def page_of(
    customer: Customer, *, user: Any, confidential: bool, before: int | None = None, size: int = 20
) -> Page:
    """Everything about a customer; `before` is the trail id that the timeline goes on from."""
    entries = timeline_of(customer, confidential=confidential)
    if before:
        entries = entries.filter(pk__lt=before)
    entries = list(entries[: size + 1])
    shown = _read(_tickets, customer, user)
    people = _read(_contacts, customer, user)
    return Page(
        customer=customer,
        team=team_of(customer),
        notices=_read(_notices, customer, user),
        commitments=_read(_commitments, customer, user),
        forms=_read(_forms, customer, user),
        projects=[_far(row) for row in _read(_projects, customer, user)],
        items=_by_class(_read(_items, customer, user)),
        tickets=shown,
        open_tickets=shown[0].of_all if shown else 0,
        contacts=people,
        contact_count=people[0].of_all if people else 0,
        contracts=_read(_contracts, customer, user),
        entries=entries[:size],
        more_entries=len(entries) > size,
    )


Section = Callable[[Any, int], QuerySet]
ONE = NOBODY - 1


def _read(section: Section, customer: Customer, user: Any) -> list[Any]:
    """The rows of a section for a reader: one query, its SQL written once for people alike."""
    rows = read_alike(
        section, user, lambda probe: section(probe, ONE), {"customer": customer.pk},
        {"customer": ONE},
    )  # fmt: skip
    return list(section(user, customer.pk)) if rows is None else rows


def _tickets(user: Any, pk: int) -> QuerySet:
    rows = Ticket.objects.visible_to(user).open().filter(customer=pk)
    shown = Ticket.objects.visible_to(user).filter(
        pk__in=rows.by_next_breach().values("pk")[:SHOWN]
    )
    shown = shown.annotate(of_all=_number(Ticket.objects.open().filter(customer=pk)))
    return shown.select_related("owner", "customer").by_next_breach()


def _contacts(user: Any, pk: int) -> QuerySet:
    rows = Contact.objects.visible_to(user).active().filter(customer=pk)
    order = ("-is_decision_layer", "level", "id")
    shown = Contact.objects.visible_to(user).filter(pk__in=rows.order_by(*order).values("pk")[:8])
    shown = shown.annotate(of_all=_number(Contact.objects.active().filter(customer=pk)))
    return shown.select_related("unit").order_by(*order)


def _number(rows: QuerySet) -> Subquery:
    """How many rows of one customer there are, told by each that is shown: nothing of the others
    is read. Whoever sees a customer sees all of its rows: an index counts them, nobody is asked
    about each."""
    return Subquery(rows.order_by().values("customer").annotate(n=Count("pk")).values("n"))


def _notices(user: Any, pk: int) -> QuerySet:
    rows = CustomerNotice.objects.visible_to(user).untold().filter(customer=pk)
    return rows.select_related("risk").order_by("due_at", "id")[:SHOWN]


def _commitments(user: Any, pk: int) -> QuerySet:
    rows = Commitment.objects.visible_to(user).open().to_customer().filter(customer=pk)
    return rows.select_related("owner").order_by("due_at", "id")[:SHOWN]


def _forms(user: Any, pk: int) -> QuerySet:
    rows = ConfirmationForm.objects.visible_to(user).filter(
        customer=pk, status__in=[*FORM_OPEN, FormStatus.COMMENTED]
    )
    return rows.select_related("project").order_by("-id")[:SHOWN]


def _projects(user: Any, pk: int) -> QuerySet:
    done = Q(milestones__status=MilestoneStatus.DONE)
    rows = Project.objects.visible_to(user).open().filter(customer=pk)
    return rows.annotate(
        weight=Sum("milestones__weight", default=0),
        weight_done=Sum("milestones__weight", filter=done, default=0),
    ).order_by("-id")[:SHOWN]


def _far(row: Any) -> Any:
    """A project with how far it has come."""
    row.percent = round(100 * row.weight_done / row.weight) if row.weight else 0
    return row


def _items(user: Any, pk: int) -> QuerySet:
    rows = ExpectationItem.objects.visible_to(user).filter(customer=pk)
    rows = rows.exclude(status__in=ITEM_DECIDED).annotate(
        of_class=Window(Count("pk"), partition_by=F("priority_class"))
    )
    return rows.order_by("due_on", "id")[:60]


def _by_class(rows: list[Any]) -> list[dict[str, Any]]:
    groups: dict[str, list[Any]] = {}
    for item in rows:
        groups.setdefault(item.priority_class, []).append(item)
    return [
        {
            "key": key,
            "label": label,
            "css": CLASS_CSS[key],
            "count": groups[key][0].of_class,
            "rows": groups[key][:3],
        }
        for key, label in PriorityClass.choices
        if key in groups
    ]


def _contracts(user: Any, pk: int) -> QuerySet:
    rows = ServiceContract.objects.visible_to(user).filter(customer=pk)
    return rows.order_by("-ends_on", "-id")[:3]


def owed(page: Page, now: dt.datetime) -> list[Any]:
    """What we owe this customer soonest: untold notices, then promises."""
    return [*page.notices, *[row for row in page.commitments if row.due_at > now]][:3]
