"""The form for the phone: log what took place in a few taps, also without a network."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.findable import customers_named
from accounts.models import AccountAssignment, Contact, Customer
from accounts.queries import with_rank
from core import clock, policy, registry
from core.errors import Refused
from core.formpages import answer, put_on, status_of
from core.models import TrailEntry
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from core.wording import moment_words
from relationships import policies, rules
from relationships.actions import entries
from relationships.actions.serving import serve
from relationships.choices import InteractionStatus
from relationships.forms import OFFERED, InteractionForm
from relationships.models import Interaction
from relationships.queries import interactions_this_week
from relationships.queries.objectives import offered

SHORTLIST = 30
"""Customers that the form offers before somebody searches."""
BEFORE, AFTER = dt.timedelta(minutes=30), dt.timedelta(hours=4)
"""How long around its beginning the calendar fills the form with a meeting."""
DRIFT = dt.timedelta(minutes=10)
"""How far the clock of a phone may be ahead of ours."""
SAID = ("interaction.logged", "interaction.held", "interaction.joined")
"""After any of these a person has said what there was to say about a meeting."""
CUSTOMERS, PEOPLE, MEETINGS = 40, 60, 20
"""How much of the address book lies on a phone at most."""


@staff_page
def interaction_new(request: HttpRequest) -> HttpResponse:
    """Log what took place, or plan what begins later; made for one hand."""
    now = clock.now()
    customer = _customer(request)
    if customer is None:
        return _choose_customer(request, now)
    ask(rules.may_log(request.user, customer))
    form = _form(request, customer, now, request.POST or None, _initial(request, customer, now))
    if form.is_bound and form.is_valid():
        planned = form.cleaned_data["planned"]
        joins = planned is not None and planned.has_happened
        row = _save(request, customer, form, now)
        if row is not None:
            said = _("Added to the record") if joins else saved_words(request, row, now)
            toast(request, said)
            return redirect(row.get_absolute_url())
    week = interactions_this_week(request.user, localtime(now)).count()
    context = {
        "customer": customer,
        "week": week,
        "now": now,
        "grid": rules.may_see_grid(request.user, customer) and not is_presenting(request),
    }
    return answer(request, "relationships/interaction_new.html", context, form)


@staff_page
@require_POST
def sync(request: HttpRequest) -> HttpResponse:
    """One entry of a phone: {"state": "saved", "url"} or {"state": "refused", "sentence"}.

    Sent again it is answered again and logged once. Whom somebody met may have left meanwhile.
    """
    wish = request.POST.get("customer", "")
    rows = Customer.objects.visible_to(request.user)
    customer = rows.filter(pk=wish).first() if wish.isdecimal() and len(wish) < 19 else None
    if customer is None:
        return _refused(_("You do not see this customer any more; ask its account manager."), 400)
    ask(rules.may_log(request.user, customer))
    now = clock.now()
    form = _form(request, customer, now, request.POST, {}, everybody=True)
    row = _save(request, customer, form, now) if form.is_valid() else None
    if row is not None:
        return JsonResponse({"state": "saved", "url": row.get_absolute_url()})
    said = [sentence for sentences in form.errors.values() for sentence in sentences]
    return _refused(" ".join(said), status_of(form))


def _refused(sentence: str, status: int) -> HttpResponse:
    said = {"state": "refused", "sentence": sentence, "rule": "b.2.1"}
    return JsonResponse(said, status=status)


@staff_page
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """What the form needs without a network: customers that one serves, their people, meetings.

    Names only: no score, tier or anything else of the confidential class goes to a phone.
    """
    user, now = request.user, clock.now()
    customers = list(_served(user))
    people: dict[int, list[list[Any]]] = {}
    for pk, customer, name, title in _people_of(customers):
        mine = people.setdefault(customer, [])
        if len(mine) < PEOPLE:
            mine.append([pk, name, title])
    meetings = _meetings(user, now - AFTER, now + dt.timedelta(days=7))
    meetings = meetings.filter(customer__in=customers).prefetch_related("contacts")
    said = {
        "user": user.pk,
        "csrf": get_token(request),
        "days": policy.get(policies.PHONE_DAYS, at=now),
        "customers": [
            {"id": row.pk, "name": row.display_name, "people": people.get(row.pk, [])}
            for row in customers
        ],
        "planned": [
            {
                "id": row.pk,
                "customer": row.customer_id,
                "starts_at": row.starts_at.isoformat(),
                "channel": row.channel,
                "people": [each.pk for each in row.contacts.all()],
            }
            for row in meetings[:MEETINGS]
        ],
    }
    return JsonResponse(said)


@staff_page
@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The form without anybody's data, which the phone keeps for when there is no network."""
    form = InteractionForm(
        contacts=Contact.objects.none(), dues=[], planned=Interaction.objects.none()
    )
    return render(request, "relationships/interaction_offline.html", {"form": form})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, under the address whose pages it answers for."""
    source = Path(finders.find("js/visits/worker.js")).read_text(encoding="utf-8")
    return HttpResponse(source, content_type="text/javascript")


def saved_words(request: HttpRequest, row: Interaction, now: dt.datetime) -> str:
    """What is said after saving."""
    if not row.has_happened:
        return _("Interaction planned")
    week = interactions_this_week(request.user, localtime(now)).count()
    return _("Interaction logged, %(n)s this week") % {"n": week}


def _form(
    request: HttpRequest,
    customer: Customer,
    now: dt.datetime,
    sent: Any,
    initial: dict[str, Any],
    *,
    everybody: bool = False,
) -> InteractionForm:
    planned = Interaction.objects.visible_to(request.user).filter(customer=customer)
    people = Contact.objects.filter(customer=customer).select_related("unit")
    people = people if everybody else people.active()
    return InteractionForm(
        sent,
        initial=initial,
        contacts=people.order_by("-is_decision_layer", "name", "id"),
        dues=_dues(localtime(now)),
        planned=planned,
        objectives=offered(customer),
    )


def _initial(request: HttpRequest, customer: Customer, now: dt.datetime) -> dict[str, Any]:
    """Filled from the calendar: whom we meet just now."""
    initial: dict[str, Any] = {
        "contacts": request.GET.getlist("contact"),
        "starts_at": localtime(now).replace(second=0, microsecond=0),
        "key": str(uuid.uuid4()),
    }
    if request.method != "GET" or initial["contacts"]:
        return initial
    since, until = now - AFTER, now + BEFORE
    rows = _meetings(request.user, since, until).filter(customer=customer)
    meeting = rows.prefetch_related("contacts").first()
    if meeting is None and not request.GET.get("another"):
        rows = joinable(request.user, since, until).filter(customer=customer)
        meeting = rows.prefetch_related("contacts").first()
    if meeting is not None:
        begun = min(meeting.starts_at, now)
        initial |= {
            "planned": meeting.pk,
            "meeting": meeting,
            "contacts": [each.pk for each in meeting.contacts.all()],
            "starts_at": localtime(begun).replace(second=0, microsecond=0),
            "channel": meeting.channel if meeting.channel in OFFERED else OFFERED[0],
            "type": meeting.type_id,
            "place": meeting.place,
        }
    return initial


def _meetings(user: Any, since: dt.datetime, until: dt.datetime) -> QuerySet[Interaction]:
    """Planned meetings of a person that begin between two times, the next first."""
    rows = Interaction.objects.visible_to(user).between(since, until)
    rows = rows.filter(participants=user, status=InteractionStatus.PLANNED)
    return rows.select_related("customer", "type").order_by("starts_at", "id")


def joinable(user: Any, since: dt.datetime, until: dt.datetime) -> QuerySet[Interaction]:
    """Meetings of a person between two times that a colleague has logged, the last first: what the
    person has to add joins them."""
    said = TrailEntry.objects.filter(
        about_label=registry.label_of(Interaction), about_id=OuterRef("pk"), actor=user,
        verb__in=SAID,
    )  # fmt: skip
    rows = Interaction.objects.visible_to(user).held().between(since, until)
    rows = rows.filter(~Exists(said), participants=user)
    return rows.select_related("customer", "type").order_by("-starts_at", "-id")


def _served(user: Any) -> QuerySet[Customer]:
    """Customers with an active seat of the person; not by tier, which stays off the phone."""
    seats = AccountAssignment.objects.active().filter(user=user).values("customer")
    rows = rules.loggable(user).filter(pk__in=seats, is_archived=False)
    return rows.order_by("name", "id")[:CUSTOMERS]


def _people_of(customers: list[Customer]) -> QuerySet[Contact, Any]:
    rows = Contact.objects.filter(customer__in=customers).active()
    rows = rows.order_by("-is_decision_layer", "name", "id")
    return rows.values_list("pk", "customer_id", "name", "title")


def _customer(request: HttpRequest) -> Customer | None:
    wish = request.GET.get("customer", "")
    if not wish:
        return None
    return found(Customer.objects.visible_to(request.user), pk=wish)


def _choose_customer(request: HttpRequest, now: dt.datetime) -> HttpResponse:
    meetings = list(_meetings(request.user, now - AFTER, now + BEFORE)[:3])
    if len(meetings) == 1 and not request.GET:
        return redirect(f"/interactions/new/?customer={meetings[0].customer_id}")
    rows = Customer.objects.visible_to(request.user).current()
    rows = rows.filter(pk__in=rules.loggable(request.user).values("pk"))
    words = request.GET.get("q", "").strip()[:80]
    if words:
        rows = rows.filter(pk__in=customers_named(words))
    customers = with_rank(rows).order_by("tier_rank", "name", "id")[:SHORTLIST]
    context = {"customers": customers, "q": words, "meetings": meetings}
    return render(request, "relationships/interaction_where.html", context)


def _dues(now: dt.datetime) -> list[tuple[dt.datetime, str]]:
    """When a promise usually is due: today at six (before five), tomorrow, next Monday."""
    six = now.replace(hour=18, minute=0, second=0, microsecond=0)
    days = [six] if now.hour < 17 else []
    days.append(six + dt.timedelta(days=1))
    monday = six + dt.timedelta(days=7 - now.weekday())
    if monday not in days:
        days.append(monday)
    return [(day, moment_words(day, now, now.tzinfo)) for day in days]


def _as_planned(values: dict[str, Any], said: dict[str, Any]) -> None:
    """What the form does not offer stays as it was planned: the type on a phone, rare channels."""
    planned = said["planned"]
    if planned is None:
        return
    if said["type"] is None:
        values["type"] = planned.type
    if planned.channel not in OFFERED and said["channel"] == OFFERED[0]:
        values["channel"] = planned.channel


def _save(
    request: HttpRequest, customer: Customer, form: InteractionForm, now: dt.datetime
) -> Interaction | None:
    values, said = form.values(now), form.cleaned_data
    if now < values["starts_at"] <= now + DRIFT:
        values["starts_at"] = now
    _as_planned(values, said)
    by = actor_of(request)
    try:
        with transaction.atomic():
            row, new = entries.enter(
                customer,
                said["contacts"],
                values,
                by=by,
                now=now,
                key=said["key"],
                planned=said["planned"],
            )
            if new and said["objectives"]:
                serve(row, [*row.objectives.all(), *said["objectives"]], by=by, now=now)
    except Refused as refusal:
        put_on(form, refusal)
        return None
    return row
