"""Pages of relationship plans: the list, one plan with its steps, draft, edit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Contact, Customer
from accounts.rules import may_edit_item
from core import clock
from core.errors import Refused
from core.formpages import answer, put_on, sent
from core.lists.pages import check_tabs, list_page
from core.lists.reading import Listing
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from relationships import grid, rules
from relationships.actions import assessments, plans
from relationships.actions.readings import log_reads
from relationships.choices import PlanStatus
from relationships.forms_plan import PlanForm
from relationships.lists_closed import PLANS, target_words
from relationships.lists_closed import tone_of_plan as tone_of
from relationships.models import GridAssessment, RelationshipPlan
from relationships.queries.plans import view_of
from relationships.queries.playbook import play_of
from relationships.queries.rounds import raters_of
from relationships.views.assess import contacts_of
from relationships.views.person import axes_of

TABS = (
    ("", gettext_lazy("All")),
    ("open", gettext_lazy("Not ended")),
    ("mine", gettext_lazy("Mine")),
)
AHEAD = dt.timedelta(days=90)
"""Until when a new plan runs unless somebody says otherwise."""


@staff_page
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """Plans of customers whose grid the reader sees."""
    if is_presenting(request):
        return render(request, "relationships/hidden.html", {"customer": None})

    def context(listing: Listing) -> dict[str, Any]:
        customers = [row.customer for row in listing.lines]
        log_reads(customers, by=actor_of(request), now=listing.asker.now)
        return {
            "tabs": check_tabs(listing, TABS),
            "heads": rules.heads(request.user),
            "draft_at": _draft_at(request),
        }

    return list_page(request, PLANS, "relationships/plans.html", context)


@staff_page
@require_safe
def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: from, target, strategy, steps, and what the reader may do next."""
    row = plan_of(request, pk)
    if is_presenting(request):
        return render(request, "relationships/hidden.html", {"customer": row.customer})
    now = clock.now()
    log_reads([row.customer], by=actor_of(request), now=now)
    shown = view_of(row)
    current = assessments.current_of(row.contact) if row.contact is not None else None
    context = {
        "row": row,
        "shown": shown,
        "closable": {step.pk for step in shown.steps if may_edit_item(request.user, step)},
        "now": now,
        "tone": tone_of(row, now),
        "axes": axes_of(current, row) if row.is_key else [],
        "start": grid.cell_words(grid.cell_of(row.start)) if row.is_key else row.from_grade,
        "target": target_words(row),
        "may": _may(request.user, row),
    }
    return render(request, "relationships/plan.html", context)


@staff_page
def plan_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft a plan; the playbook of the cell where they stand is offered."""
    contact = found(contacts_of(request.user), pk=pk)
    ask(rules.may_propose(request.user, contact.customer), rule="R-R5")
    ask(not is_presenting(request), _("Scores are hidden while presenting."))
    now, current = clock.now(), assessments.current_of(contact)
    form = PlanForm(
        sent(request),
        initial=_initial(request.user, contact, current, now),
        people=raters_of(contact.customer, request.user),
    )
    if form.is_bound and form.is_valid():
        said = form.values()
        target = said.pop("target_intimacy"), said.pop("target_support")
        try:
            row = plans.draft(contact, target, by=actor_of(request), now=now, **said)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Drafted; the regional head approves it"))
            return redirect(row.get_absolute_url())
    page = _form_page(_("Plan for %(name)s") % {"name": contact.name}, contact, current, now)
    return answer(request, "relationships/plan_form.html", page, form)


@staff_page
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    row = plan_of(request, pk)
    ask(rules.may_work_plan(request.user, row), rule="R-R5")
    ask(not is_presenting(request), _("Scores are hidden while presenting."))
    if row.contact is None:
        return redirect(f"/relationship-plans/{row.pk}/layer/")
    names = (*plans.FIELDS, "version")
    form = PlanForm(
        sent(request),
        initial={name: getattr(row, name) for name in names},
        people=raters_of(row.customer, request.user),
    )
    if form.is_bound and form.is_valid():
        version = form.cleaned_data["version"] or row.version
        try:
            plans.edit(row, form.values(), by=actor_of(request), now=clock.now(), version=version)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Saved"))
            return redirect(row.get_absolute_url())
    title = _("Plan for %(name)s") % {"name": row.contact.name}
    page = _form_page(title, row.contact, assessments.current_of(row.contact), clock.now())
    page["crumb_url"] = row.get_absolute_url()
    return answer(request, "relationships/plan_form.html", page, form)


def _draft_at(request: HttpRequest) -> int | None:
    """The customer that the list is narrowed to, if the reader drafts plans there."""
    pk = request.GET.get("customer", "")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    row = Customer.objects.confidential_to(request.user).filter(pk=int(pk)).first()
    return row.pk if row is not None and rules.may_propose(request.user, row) else None


def plan_of(request: HttpRequest, pk: int) -> RelationshipPlan:
    """A plan whose customer's confidential class the reader sees."""
    rows = RelationshipPlan.objects.visible_to(request.user)
    joined = rows.select_related(
        "customer__owning_unit", "contact__customer__owning_unit", "contact__unit", "owner",
        "sponsor", "approved_by", "claimed_by", "created_by", "result",
    )  # fmt: skip
    return found(joined, pk=pk)


def _may(user: Any, row: RelationshipPlan) -> dict[str, bool]:
    works, running = rules.may_work_plan(user, row), row.status in plans.RUNNING
    claimed = row.status == PlanStatus.CLAIMED
    confirms = claimed and rules.may_confirm_plan(user, row)
    draft = row.status == PlanStatus.DRAFT
    return {
        "edit": draft and works,
        "approve": draft and rules.may_approve_plan(user, row),
        "start": row.status == PlanStatus.APPROVED and works,
        "step": row.is_open and works,
        "claim": running and works,
        "confirm": confirms,
        "review": (running or claimed) and rules.may_review_plan(user, row),
        "cancel": row.is_open and works,
    }


def _initial(
    user: Any, contact: Contact, current: GridAssessment | None, now: dt.datetime
) -> dict[str, Any]:
    found = {"owner": contact.relationship_owner_id or user.pk}
    found["due_on"] = assessments.today_of(contact, now) + AHEAD
    if current is not None:
        found["strategy"] = play_of(current.cell, now=now).strategy
        found["target_intimacy"] = current.intimacy
        found["target_support"] = min(grid.HIGHEST, current.support + 1)
    return found


def _form_page(
    title: str, contact: Contact, current: GridAssessment | None, now: dt.datetime
) -> dict[str, Any]:
    return {
        "title": title,
        "submit": _("Save"),
        "crumb": contact.customer.name,
        "crumb_url": f"/customers/{contact.customer_id}/grid/?person={contact.pk}",
        "contact": contact,
        "current": current,
        "play": play_of(current.cell, now=now) if current else None,
    }
