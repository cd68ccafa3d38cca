"""Before one goes in: what we owe, what they last said, who is against us, money and dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localtime

from accounts.choices import ContactStatus
from accounts.models import Contact, Customer
from expectations.choices import FORM_OPEN
from expectations.models import Commitment, ConfirmationForm, CustomerNotice
from relationships.choices import Attitude, InteractionStatus
from relationships.models import GridAssessment, Interaction, Minutes
from service.models import ServiceContract, Ticket

LINES = 3
"""Of each kind at most: the card is read while walking."""


@dataclass(frozen=True)
class Before:
    """The card: five lines about one customer for one reader."""

    customer: Customer
    owed: list[Any]
    said: Interaction | None
    against: list[GridAssessment]
    contracts: list[ServiceContract]
    forms: list[ConfirmationForm]


def card_of(
    customer: Customer,
    *,
    user: Any,
    confidential: bool,
    now: dt.datetime,
    promises: list[Commitment] | None = None,
    said: list[Interaction] | None = None,
) -> Before:
    """Seven queries whatever the size; `against` only for readers of the confidential class.

    What the caller has read already is not read again.
    """
    notices = CustomerNotice.objects.visible_to(user).untold().filter(customer=customer)
    promises = promises_to(customer, user, LINES) if promises is None else promises
    said = list(said_of(customer, user)[:1]) if said is None else said
    forms = ConfirmationForm.objects.visible_to(user)
    contracts = ServiceContract.objects.visible_to(user).in_force(localtime(now).date())
    return Before(
        customer=customer,
        owed=[
            *notices.select_related("risk").order_by("due_at", "id")[:LINES],
            *promises,
        ][:LINES],
        said=next(iter(said), None),
        against=against_of(customer)[:LINES] if confidential else [],
        contracts=list(contracts.filter(customer=customer).order_by("ends_on", "id")[:1]),
        forms=list(forms.filter(customer=customer, status__in=FORM_OPEN).order_by("-id")[:1]),
    )


def promises_to(customer: Customer, user: Any, most: int) -> list[Commitment]:
    """What we promised this customer and still owe, the nearest first."""
    rows = Commitment.objects.visible_to(user).open().to_customer().filter(customer=customer)
    return list(rows.select_related("owner").order_by("due_at", "id")[:most])


def said_of(customer: Customer, user: Any) -> Any:
    """What was said in their words, the latest first."""
    rows = Interaction.objects.visible_to(user).held().filter(customer=customer)
    rows = rows.exclude(summary="").select_related("type").order_by("-starts_at", "-id")
    return rows.prefetch_related("contacts")


def against_of(customer: Customer) -> list[GridAssessment]:
    """Who stands against us, the strongest first. The caller asked for the confidential class."""
    rows = GridAssessment.objects.current().filter(
        customer=customer, attitude=Attitude.OPPONENT, contact__status=ContactStatus.ACTIVE
    )
    return list(rows.select_related("contact").order_by("support", "id"))


@dataclass(frozen=True)
class Preparation:
    """More than the card, for a sheet of paper: whom we meet, what they said, what is open."""

    card: Before
    meeting: Interaction | None
    people: list[Contact]
    said: list[Interaction]
    promises: list[Commitment]
    tickets: list[Ticket]
    minutes: list[Minutes]


def preparation_of(
    customer: Customer, *, user: Any, confidential: bool, now: dt.datetime
) -> Preparation:
    """Everything that one reads before a visit; people are those of the next planned meeting."""
    meeting = next_meeting(customer, user, now)
    people = list(meeting.contacts.select_related("unit")) if meeting is not None else []
    if not people:
        rows = Contact.objects.visible_to(user).active().filter(customer=customer)
        people = list(rows.select_related("unit").order_by("-is_decision_layer", "level", "id")[:8])
    promises = promises_to(customer, user, 10)
    said = list(said_of(customer, user)[:5])
    tickets = Ticket.objects.visible_to(user).open().filter(customer=customer)
    owed = Minutes.objects.visible_to(user).owed().filter(customer=customer)
    return Preparation(
        card=card_of(
            customer, user=user, confidential=confidential, now=now, promises=promises, said=said
        ),
        meeting=meeting,
        people=people,
        said=said,
        promises=promises,
        tickets=list(tickets.by_next_breach()[:5]),
        minutes=list(owed.select_related("interaction__type").order_by("due_at", "id")[:3]),
    )


def next_meeting(customer: Customer, user: Any, now: dt.datetime) -> Interaction | None:
    """The planned meeting of the reader that begins next, or began within the hour."""
    rows = Interaction.objects.visible_to(user).filter(
        customer=customer,
        participants=user,
        status=InteractionStatus.PLANNED,
        starts_at__gte=now - dt.timedelta(hours=1),
    )
    return rows.select_related("type").order_by("starts_at", "id").first()
