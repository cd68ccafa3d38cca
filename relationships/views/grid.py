"""Pages of the nine-grid: my customers, one customer, one person, the monthly review."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.choices import OPEN_STAGES, ContactStatus
from accounts.models import Contact, Customer, Opportunity
from accounts.queries import with_rank
from accounts.queries_alike import read_alike
from core import clock, policy
from core.numerals import whole_in
from core.paging import page_of, size_of
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from relationships import policies, rules
from relationships.actions import assessments
from relationships.actions.assessments import zone_of
from relationships.actions.readings import log_reads
from relationships.choices import PERIOD_DAYS, Period
from relationships.forms import GridWishForm
from relationships.models import GridAssessment
from relationships.months import day_asked
from relationships.queries import Board, Wish, board, grid_summary, last_touch, turns_of
from relationships.queries.deals import deals_of
from relationships.queries.plans import PlanView, open_plan_of, view_of
from relationships.queries.power import with_seats
from relationships.views import panels
from relationships.views.person import ONE, aside_of, waiting_of
from relationships.views.slider import slider_of

REVIEW_AHEAD = dt.timedelta(days=30)
"""The monthly review also shows what would go stale before the next one."""
LARGEST = 2**63 - 1
"""The largest id."""
VIEWS = ("panels", "plane", "list")
WISHES = ("opportunity", "unit", "role", "attitude", "stale", "point", "period")
"""Names of the filters in the address."""


@staff_page
@require_safe
def grids(request: HttpRequest) -> HttpResponse:
    """My customers with their counts by attitude, tier by tier; each opens its grid."""
    if is_presenting(request):
        return _hidden(request)
    rows = Customer.objects.confidential_to(request.user).current()
    page = page_of(
        with_rank(rows),
        ordering="tier_rank",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    summaries = grid_summary(page.rows)
    touched = last_touch([row.pk for row in page.rows])
    today = timezone.localdate(clock.now())
    since = today - dt.timedelta(days=PERIOD_DAYS[Period.QUARTER])
    turned = turns_of([row.pk for row in page.rows], since=since, until=today)
    lines = [(row, summaries[row.pk], touched.get(row.pk), turned[row.pk]) for row in page.rows]
    context = {"page": page, "lines": lines, "now": clock.now()}
    return render(request, "relationships/grids.html", context)


@staff_page
@require_safe
def grid_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The nine-grid of a customer: panels, plane or list, on any day until today."""
    customer = customer_of(request, pk)
    if is_presenting(request):
        return _hidden(request, customer)
    now = clock.now()
    by = actor_of(request)
    log_reads([customer], by=by, now=now)
    context = _context(request, customer, now)
    return render(request, "relationships/grid.html", context)


@staff_page
@require_safe
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's history on the grid, as a page or a fragment of the grid."""
    rows = Contact.objects.filter(customer__in=Customer.objects.confidential_to(request.user))
    joined = rows.select_related("customer__owning_unit", "unit", "relationship_owner")
    contact = found(with_seats(joined), pk=pk)
    if is_presenting(request):
        return _hidden(request, contact.customer)
    now = clock.now()
    log_reads([contact.customer], by=actor_of(request), now=now)
    standing = rules.standing(request.user, contact.customer)
    context = {
        "customer": contact.customer,
        "now": now,
        "aside": aside_of(request.user, contact, standing, open_plan_of(contact)),
    }
    return render(request, "relationships/person.html", context)


@staff_page
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The monthly review: everything that waits at one customer, confirmed in one go."""
    customer = customer_of(request, pk)
    if is_presenting(request):
        return _hidden(request, customer)
    now, by = clock.now(), actor_of(request)
    standing = rules.standing(request.user, customer)
    waiting = waiting_of(request.user, customer, standing)
    due = _due(customer, now)
    if request.method == "POST":
        ask(standing.proposes, rule="R-R2")
        _review(request, waiting, due)
        return redirect(f"/customers/{customer.pk}/grid/")
    log_reads([customer], by=by, now=now)
    context = {
        "customer": customer,
        "waiting": waiting,
        "due": due,
        "now": now,
        "may_review": standing.proposes and (due or any(row.may_decide for row in waiting)),
        "proposes": standing.proposes,
    }
    return render(request, "relationships/review.html", context)


def _due(customer: Customer, now: dt.datetime) -> list[GridAssessment]:
    """Positions to re-check, and those that would be within a month: one meeting keeps them. What
    was judged for a deal that is closed needs no second look."""
    soon = now.astimezone(zone_of(customer)).date() + REVIEW_AHEAD
    rows = GridAssessment.of_all_kinds.current().filter(
        Q(opportunity=None) | Q(opportunity__stage__in=OPEN_STAGES),
        customer=customer, contact__status=ContactStatus.ACTIVE, valid_until__lte=soon,
    )  # fmt: skip
    rows = rows.select_related(
        "contact__customer__owning_unit", "customer__owning_unit", "opportunity"
    )
    return list(rows.order_by("valid_until", "id"))


def _review(request: HttpRequest, waiting: Any, due: Any) -> None:
    """What the meeting decided: proposals confirmed, unchanged positions kept."""
    by, now = actor_of(request), clock.now()
    chosen, kept = set(request.POST.getlist("row")), set(request.POST.getlist("keep"))
    rows = [row.assessment for row in waiting if str(row.assessment.pk) in chosen]
    moved = {(row.contact_id, row.opportunity_id) for row in rows}
    same = [
        row
        for row in due
        if str(row.pk) in kept and (row.contact_id, row.opportunity_id) not in moved
    ]
    confirmed, left = assessments.confirm_batch(rows, by=by, now=now)
    checked = assessments.revalidate_batch(same, by=by, now=now)
    if rows or not checked:
        _say_batch(request, len(confirmed), len(left))
    if checked:
        said = ngettext("%(n)s position unchanged", "%(n)s positions unchanged", len(checked))
        toast(request, said % {"n": len(checked)})


def _say_batch(request: HttpRequest, confirmed: int, left: int) -> None:
    said = ngettext("%(n)s score confirmed", "%(n)s scores confirmed", confirmed) % {"n": confirmed}
    if left:
        said += _("; %(n)s wait for somebody else") % {"n": left}
    toast(request, said)


def customer_of(request: HttpRequest, pk: int) -> Customer:
    """A customer whose confidential class the reader sees."""
    kept = None
    if pk <= LARGEST:
        kept = read_alike(
            "confided", request.user, lambda probe: _confided(probe).filter(pk=ONE),
            {"customer": pk}, {"customer": ONE},
        )  # fmt: skip
    if kept is None:
        return found(_confided(request.user), pk=pk)
    if not kept:
        raise Http404
    return kept[0]


def _confided(user: Any) -> QuerySet[Customer]:
    return Customer.objects.confidential_to(user).select_related("owning_unit")


def _hidden(request: HttpRequest, customer: Customer | None = None) -> HttpResponse:
    return render(request, "relationships/hidden.html", {"customer": customer})


def _context(request: HttpRequest, customer: Customer, now: Any) -> dict[str, Any]:
    """Everything the grid page shows: ≤ 15 queries whatever the number of people."""
    said = request.GET
    shown, form = shown_of(request, customer, now)
    view = said.get("view") if said.get("view") in VIEWS else "panels"
    standing = rules.standing(request.user, customer)
    may_move = standing.proposes
    keep = _kept(said, shown)
    person = whole_in(said.get("person"))
    tokens = panels.tokens_of(shown, chosen=person, may_move=may_move, keep=keep)
    contact = _chosen(shown, person)
    return {
        "customer": customer,
        "now": now,
        "board": shown,
        "view": view,
        "form": form,
        "kept": _kept_fields(said, shown),
        "carried": [(key, said[key]) for key in (*WISHES, "view", "person") if said.get(key)],
        "tabs": _tabs(said, view, shown),
        **_drawn(shown, tokens, keep, said.get("ordering", "")),
        "panels": panels.panels_of(shown, tokens) if view == "panels" else [],
        "may_move": may_move and shown.is_today,
        "waiting": waiting_of(request.user, customer, standing),
        "aside": aside_of(request.user, contact, standing, _plan(shown, person), shown.opportunity)
        if contact
        else None,
        "valid_days": assessments.valid_days(customer, now),
        "keep": keep,
        "is_filtered": any(said.get(name) for name in WISHES),
    }


def _drawn(shown: Board, tokens: Any, keep: str, ordering: str) -> dict[str, Any]:
    """What the templates draw of a board."""
    return {
        "is_crowd": len(shown.people) > panels.CROWD,
        "tokens": tokens,
        "columns": panels.columns(),
        "lines": panels.lines_of(shown, tokens, ordering),
        "counts": panels.attitude_counts(shown),
        "seats": panels.key_seats(shown),
        "headlines": panels.headlines(shown),
        "turns": panels.turns(shown, keep),
        "slider": slider_of(shown),
        "roles": panels.seats(),
    }


def shown_of(request: HttpRequest, customer: Customer, now: Any) -> tuple[Board, GridWishForm]:
    """The board that the address asks for, and its filters."""
    said = request.GET
    today = now.astimezone(zone_of(customer)).date()
    deals = deals_of(customer, request.user)
    form = GridWishForm(said or None, deals=deals)
    on = day_asked(said.get("at", ""), said.get("day", ""), today)
    within = policy.get(policies.PLAN_WANTED_DAYS, at=now)
    wish, deal = _wish(form, deals)
    shown = board(customer, on=on, today=today, wish=wish, plan_within=within, opportunity=deal)
    form.offer(shown.units)
    return shown, form


def _wish(form: GridWishForm, deals: list[Opportunity]) -> tuple[Wish, Opportunity | None]:
    if not form.is_bound or not form.is_valid():
        return Wish(), None
    said = form.cleaned_data
    deal = next((each for each in deals if str(each.pk) == said["opportunity"]), None)
    wish = Wish(
        unit=said["unit"],
        role=said["role"],
        attitude=said["attitude"],
        stale=said["stale"],
        point=said["point"],
        period=Period(said["period"] or Period.QUARTER),
    )
    return wish, deal


def _kept(said: Any, shown: Any) -> str:
    pairs = [(name, said[name]) for name in ("view", *WISHES) if said.get(name)]
    if not shown.is_today:
        pairs.append(("at", f"{shown.on:%Y-%m-%d}"))
    return f"{urlencode(pairs)}&" if pairs else ""


def _kept_fields(said: Any, shown: Board) -> list[tuple[str, str]]:
    """What the form of the filters carries along."""
    kept = [(key, said[key]) for key in ("view", "person") if said.get(key)]
    return kept if shown.is_today else [*kept, ("at", f"{shown.on:%Y-%m-%d}")]


def _tabs(said: Any, view: str, shown: Board) -> list[dict[str, Any]]:
    labels = {
        "panels": _("Two nine-grids"),
        "plane": _("Plane"),
        "list": _("List"),
    }
    rest = {
        name: value for name, value in said.items() if name not in ("view", "ordering", "day", "at")
    }
    if not shown.is_today:
        rest["at"] = f"{shown.on:%Y-%m-%d}"
    return [
        {
            "url": f"?{urlencode({**rest, 'view': key})}",
            "label": label,
            "current": key == view,
            "count": len(shown.people) if key == "list" else None,
        }
        for key, label in labels.items()
    ]


def _plan(shown: Board, person: int | None) -> PlanView | None:
    found = [each.plan for each in shown.people if each.contact.pk == person and each.plan]
    plan = found[0] if found else shown.drafts.get(person or 0)
    return view_of(plan) if plan is not None else None


def _chosen(shown: Any, person: int | None) -> Contact | None:
    everybody = [*shown.people, *shown.unassessed]
    return next((each.contact for each in everybody if each.contact.pk == person), None)
