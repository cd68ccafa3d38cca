"""The pack for a successor: ten people of the first week, promises in their own words, open work,
who is against us. On screen, printed, and as a PDF."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts import rules
from accounts.models import Contact, Customer, Handover
from core import clock
from core.preferences import is_presenting
from core.typeset import typeset
from core.web import actor_of, ask, staff_page
from core.wording import signed
from expectations.models import Commitment, Project, Risk
from huaweicrm.desk.customer.before import against_of, promises_to
from huaweicrm.desk.handover.views import handover_of
from relationships import grid
from relationships.actions.readings import log_paper, log_reads
from relationships.choices import CURRENT, HAPPENED
from relationships.models import GridAssessment, Interaction
from service.models import Ticket

FIRST_WEEK = 10
MOST = 15


@dataclass(frozen=True)
class Person:
    """Somebody to see in the first week: where they stand, what they last said."""

    contact: Contact
    place: GridAssessment | None
    place_words: str
    said: Interaction | None
    met: bool


@dataclass(frozen=True)
class Pack:
    """Everything that a successor reads first."""

    people: list[Person]
    promises: list[Commitment]
    tickets: list[Ticket]
    projects: list[Project]
    risks: list[Risk]
    against: list[tuple[GridAssessment, Interaction | None]]


def pack_of(row: Handover, user: Any) -> Pack:
    """Nine queries whatever the size. The caller asked for the confidential class."""
    customer = row.customer
    contacts = Contact.objects.active().filter(customer=customer).select_related("unit")
    first = list(contacts.order_by("-is_decision_layer", "level", "id")[:FIRST_WEEK])
    places = GridAssessment.objects.filter(status__in=CURRENT, contact__in=first)
    placed = {place.contact_id: place for place in places}
    against = list(against_of(customer)[:MOST])
    wanted = {one.pk for one in first} | {one.contact_id for one in against}
    words = last_words(customer, wanted)
    met = set(row.introduced.values_list("pk", flat=True))
    tickets = Ticket.objects.visible_to(user).open().filter(customer=customer)
    projects = Project.objects.visible_to(user).open().filter(customer=customer)
    risks = Risk.objects.visible_to(user).open().filter(customer=customer)
    return Pack(
        people=[_person(one, placed.get(one.pk), words, met) for one in first],
        promises=promises_to(customer, user, MOST),
        tickets=list(tickets.select_related("owner").by_next_breach()[:MOST]),
        projects=list(projects.order_by("-id")[:MOST]),
        risks=list(risks.select_related("owner").order_by("-id")[:MOST]),
        against=[(one, words.get(one.contact_id)) for one in against],
    )


def _person(
    one: Contact, place: GridAssessment | None, words: dict[int, Interaction], met: set[int]
) -> Person:
    place_words = grid.cell_words(grid.cell_of(place.point)) if place else _("not placed")
    return Person(one, place, place_words, words.get(one.pk), one.pk in met)


def last_words(customer: Customer, contacts: set[int]) -> dict[int, Interaction]:
    """The latest interaction with words of each of these people: two queries."""
    through = Interaction.contacts.through.objects.filter(
        contact__in=contacts,
        interaction__customer=customer,
        interaction__status__in=HAPPENED,
    ).exclude(interaction__summary="")
    latest: dict[int, int] = {}
    pairs = through.order_by("interaction__starts_at", "interaction_id")
    for contact, interaction in pairs.values_list("contact_id", "interaction_id"):
        latest[contact] = interaction
    rows = Interaction.objects.select_related("type").in_bulk(set(latest.values()))
    return {contact: rows[pk] for contact, pk in latest.items() if pk in rows}


@staff_page
@require_safe
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """The pack on screen; the browser prints it."""
    row, now = _row(request, pk), clock.now()
    if is_presenting(request):
        return render(request, "relationships/hidden.html", {"customer": row.customer})
    found = pack_of(row, request.user)
    log_reads([row.customer], by=actor_of(request), now=now)
    return render(request, "desk/handover_pack.html", {"row": row, "pack": found, "now": now})


@staff_page
@require_safe
def pack_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The pack as a PDF, marked with who took it; each paper is noted."""
    row, now = _row(request, pk), clock.now()
    ask(not is_presenting(request), _("Scores are hidden while presenting."))
    log_paper(row.customer, by=actor_of(request), now=now, facts={"handover": row.pk})
    data = document_of(row, pack_of(row, request.user), request.user, now)
    response = HttpResponse(typeset("handover.typ", data), content_type="application/pdf")
    name = f"{row.customer.code}-handover-{timezone.localtime(now):%Y%m%d}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _row(request: HttpRequest, pk: int) -> Handover:
    row = handover_of(request, pk)
    inside = rules.sees_confidential(request.user, row.customer)
    ask(inside, _("The pack opens when the overlap begins."), rule="R-A6")
    return row


def document_of(row: Handover, found: Pack, user: Any, now: dt.datetime) -> dict[str, Any]:
    """What the template sets: words only, all of them translated."""
    local = timezone.localtime(now)
    return {
        "title": _("Handover of %(customer)s") % {"customer": row.customer.name},
        "language": (translation.get_language() or "zh")[:2],
        "sub": [
            f"{row.assignment.user.full_name} → {row.successor.full_name}",
            f"{row.overlap_from:%Y-%m-%d} – {row.overlap_to:%Y-%m-%d}",
            row.get_status_display(),
        ],
        "letter": {"title": _("Letter to the successor"), "text": row.letter},
        "people": {
            "title": _("The first week: these people"),
            "heads": [
                _("Key person"),
                pgettext("grid", "Place"),
                _("What they last said"),
                _("Introduced"),
            ],
            "rows": [_paper(one) for one in found.people],
        },
        "lists": [
            {"title": title, "rows": rows, "none": _("Nothing is open.")}
            for title, rows in _lists(found)
        ],
        "footer": _("Confidential. Taken by %(name)s on %(when)s; not for the customer.")
        % {"name": user.full_name, "when": f"{local:%Y-%m-%d %H:%M}"},
    }


def _paper(one: Person) -> list[str]:
    place = one.place_words
    if one.place is not None:
        place = f"{place} {signed(one.place.intimacy)} / {signed(one.place.support)}"
    title = f" {one.contact.title}" if one.contact.title else ""
    return [
        f"{one.contact.name}{title}",
        place,
        one.said.summary[:120] if one.said else "",
        _("yes") if one.met else "",
    ]


def _lists(found: Pack) -> list[tuple[str, list[list[str]]]]:
    return [
        (
            _("What we promised, in our own words"),
            [
                [f"{timezone.localtime(row.due_at):%Y-%m-%d}", row.text, row.owner.full_name]
                for row in found.promises
            ],
        ),
        (
            _("Who is against us, and what they said"),
            [
                [row.contact.name, said.summary[:160] if said else row.evidence[:160], ""]
                for row, said in found.against
            ],
        ),
        (
            _("Open risks"),
            [[row.get_status_display(), row.title, row.owner.full_name] for row in found.risks],
        ),
        (
            _("Open tickets"),
            [[row.code, row.title, str(row.owner or "")] for row in found.tickets],
        ),
        (
            _("Projects"),
            [[row.code, row.name, row.get_status_display()] for row in found.projects],
        ),
    ]
