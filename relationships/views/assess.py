"""The evidence form, and the decisions about a proposal."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Contact, Customer, Opportunity
from core import clock, policy
from core.errors import Refused
from core.formpages import answer, put_on
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from relationships import grid, policies, rules
from relationships.actions import assessments
from relationships.forms import EvidenceForm, ReasonForm
from relationships.models import GridAssessment, Interaction
from relationships.queries.deals import open_deals_of


@staff_page
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose where a contact stands: the one form that drag, keys and table open."""
    contact = found(contacts_of(request.user), pk=pk)
    ask(rules.may_propose(request.user, contact.customer), rule="0.2")
    ask(not is_presenting(request), _("Scores are hidden while presenting."))
    now = clock.now()
    deals = open_deals_of(contact.customer, request.user)
    deal = deal_asked(request, deals)
    current = assessments.current_of(contact, deal) or assessments.current_of(contact)
    form = EvidenceForm(
        request.POST or None,
        initial=_initial(request, contact, current, now) | {"opportunity": deal},
        interactions=_recent(contact, now),
        deals=deals,
    )
    if form.is_bound and form.is_valid():
        try:
            row = _propose(contact, form.cleaned_data, request, now)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _after(row))
            return redirect(row.get_absolute_url())
    context = _page(contact, current, form) | {"deal": deal}
    return answer(request, "relationships/assess.html", context, form)


@staff_page
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a proposal (R-R2)."""
    row = _assessment(request, pk)
    ask(rules.may_confirm(request.user, row), rules.WHO_CONFIRMS, rule="R-R2")
    assessments.confirm(row, by=actor_of(request), now=clock.now())
    toast(request, _("%(name)s: score confirmed") % {"name": row.contact})
    return redirect(row.get_absolute_url())


@staff_page
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject a proposal with a reason, or take the own one back."""
    row = _assessment(request, pk)
    own = row.assessor_id == request.user.pk
    ask(own or rules.may_confirm(request.user, row), rule="R-R2")
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        note = form.cleaned_data["reason"]
        assessments.reject(row, by=actor_of(request), now=clock.now(), note=note)
        toast(request, _("%(name)s: the score stays as it was") % {"name": row.contact})
        return redirect(row.get_absolute_url())
    title = _("Take the proposal back") if own else _("Reject the proposal")
    context = {
        "title": title,
        "crumb": row.customer.name,
        "crumb_url": row.get_absolute_url(),
    }
    return answer(request, "parts/form_page.html", context, form)


@staff_page
@require_POST
def revalidate(request: HttpRequest, pk: int) -> HttpResponse:
    """“No change”: one tap (R-R1)."""
    row = _assessment(request, pk)
    ask(rules.may_revalidate(request.user, row), rule="R-R1")
    assessments.revalidate(row, by=actor_of(request), now=clock.now())
    toast(request, _("%(name)s: no change, checked today") % {"name": row.contact})
    return redirect(row.get_absolute_url())


def contacts_of(user: Any) -> Any:
    """Active contacts whose confidential class this person reads."""
    rows = Contact.objects.filter(customer__in=Customer.objects.confidential_to(user)).active()
    return rows.select_related("customer__owning_unit", "relationship_owner", "unit")


def _assessment(request: HttpRequest, pk: int) -> GridAssessment:
    rows = GridAssessment.of_all_kinds.visible_to(request.user)
    joined = rows.select_related(
        "customer__owning_unit", "contact__customer__owning_unit", "previous", "opportunity"
    )
    return found(joined, pk=pk)


def _recent(contact: Contact, now: dt.datetime) -> Any:
    days = policy.get(policies.EVIDENCE_DAYS, at=now)
    rows = Interaction.objects.held().filter(customer=contact.customer, contacts=contact)
    rows = rows.filter(starts_at__gte=now - dt.timedelta(days=days + 1), starts_at__lte=now)
    return rows.select_related("type").order_by("-starts_at", "-id")


def deal_asked(request: HttpRequest, deals: Any) -> Opportunity | None:
    """The open deal that the address or the form sent names."""
    said = request.POST.get("opportunity", request.GET.get("opportunity", ""))
    return deals.filter(pk=said).first() if said.isdecimal() and len(said) < 19 else None


def _initial(
    request: HttpRequest, contact: Contact, current: GridAssessment | None, now: dt.datetime
) -> dict[str, Any]:
    start = current.point if current else (0, 0)
    found = {"assessed_on": assessments.today_of(contact, now)}
    for name, value in zip(("intimacy", "support"), start, strict=True):
        found[name] = _bounded(request.GET.get(name, ""), value)
    return found


def _bounded(text: str, default: int) -> int:
    try:
        value = int(text)
    except ValueError:
        return default
    return max(grid.LOWEST, min(grid.HIGHEST, value))


def _propose(
    contact: Contact, said: dict[str, Any], request: HttpRequest, now: dt.datetime
) -> GridAssessment:
    return assessments.propose(
        contact,
        (said["intimacy"], said["support"]),
        by=actor_of(request),
        now=now,
        evidence=said["evidence"],
        interactions=said["interactions"],
        confidence=said["confidence"],
        assessed_on=said["assessed_on"],
        opportunity=said["opportunity"],
    )


def _after(row: GridAssessment) -> str:
    if rules.needs_head(row):
        return _("Proposed; the regional head or deputy confirms it")
    return _("Proposed; a colleague of the account team confirms it")


def _page(contact: Contact, current: GridAssessment | None, form: EvidenceForm) -> dict[str, Any]:
    point = tuple(_bounded(str(form[name].value()), 0) for name in ("intimacy", "support"))
    before = current.point if current else None
    return {
        "title": _("Place %(name)s") % {"name": contact.name},
        "submit": _("Propose"),
        "crumb": contact.customer.name,
        "crumb_url": f"/customers/{contact.customer_id}/grid/",
        "contact": contact,
        "current": current,
        "cell": grid.PLAYBOOK[grid.cell_of(point)].name,
        "move": grid.movement(before, point) if before else None,
        "demand": grid.demand(point, before),
    }
