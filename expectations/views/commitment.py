"""Pages of commitments: what I promised, until when, and how each ended; milestones beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Customer
from core import clock, trail
from core.lists.pages import list_page
from core.lists.reading import Listing
from core.web import actor_of, ask, found, staff_page
from expectations import rules_delivery as rules
from expectations.actions import commitment as actions
from expectations.forms_delivery import CommitmentForm, MoveDueForm, NoteForm, ReplaceForm
from expectations.lists_delivery import COMMITMENTS
from expectations.models import Commitment, Project
from expectations.queries.risks import state_of
from expectations.tones import COMMITMENTS as TONES
from expectations.views.acting import acted, stepped


def _commitment(request: HttpRequest, pk: int) -> Commitment:
    rows = Commitment.objects.visible_to(request.user).select_related(
        "customer", "project__customer", "owner", "made_by", "capacity_confirmed_by", "replaced_by"
    )
    return found(rows, pk=pk)


@staff_page
@require_safe
def commitment_list(request: HttpRequest) -> HttpResponse:
    """我答应的: mine and open first; the filters show the others."""

    def context(listing: Listing) -> dict[str, Any]:
        asked = listing.asked
        late = asked.get("overdue") == "true"
        tabs = [
            ("/commitments/?view=0", _("Promised by me"), not listing.is_narrowed),
            ("/commitments/?overdue=true", _("Overdue"), late),
            ("/commitments/inbox/", _("To answer"), False),
            ("/commitments/?open=true", _("All open"), not late and asked.get("open") == "true"),
        ]
        return {"tabs": [{"url": url, "label": said, "current": on} for url, said, on in tabs]}

    return list_page(request, COMMITMENTS, "expectations/commitment_list.html", context)


@staff_page
@require_safe
def commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """One promise: its date, who confirmed it, what threatens it, its history."""
    row, now, user = _commitment(request, pk), clock.now(), request.user
    risks = row.risks.select_related("notice", "notice__risk")
    context = {
        "now": now,
        "commitment": row,
        "tone": TONES[row.status],
        "is_overdue": row.is_overdue(now),
        "risks": [
            (risk, state_of(risk.notice, now) if hasattr(risk, "notice") else None)
            for risk in risks
        ],
        "history": trail.history(row, confidential=False)[:20],
        "may_confirm": row.status == "proposed" and rules.may_confirm_capacity(user, row),
        "may_edit": row.is_open and rules.may_edit_commitment(user, row),
        "may_settle": row.is_open and rules.may_settle_commitment(user, row),
        "may_withdraw": row.is_open and rules.may_withdraw_commitment(user, row),
    }
    return render(request, "expectations/commitment.html", context)


@staff_page
def commitment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A promise of a project."""
    project = found(Project.objects.visible_to(request.user).select_related("customer"), pk=pk)
    return _new(request, project.customer, project, project.get_absolute_url())


@staff_page
def customer_commitment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A promise to a customer outside any project."""
    customer = found(Customer.objects.visible_to(request.user), pk=pk)
    return _new(request, customer, None, customer.get_absolute_url())


def _new(
    request: HttpRequest, customer: Customer, project: Project | None, back: str
) -> HttpResponse:
    ask(rules.may_promise(request.user, customer, project), rule="b.6")
    by, now = actor_of(request), clock.now()
    initial = {"owner": request.user.pk}
    form = CommitmentForm(request.POST or None, customer=customer, project=project, initial=initial)

    def effect(values: dict[str, Any]) -> str:
        row = actions.promise(customer=customer, project=project, by=by, now=now, **values)
        return row.get_absolute_url()

    title = _("Promise something")
    said = _("Promise kept in mind; delivery confirms the capacity")
    return acted(
        request, form, effect, back=back, said=said, title=title, submit=_("Save"), project=project
    )


@staff_page
@require_POST
def commitment_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """FR: we can keep it."""
    row = _commitment(request, pk)
    ask(rules.may_confirm_capacity(request.user, row), rule="b.3.2")
    by, now = actor_of(request), clock.now()
    back, said = row.get_absolute_url(), _("Capacity confirmed")
    return stepped(
        request, lambda: actions.confirm_capacity(row, by=by, now=now), back=back, said=said
    )


@staff_page
@require_POST
def commitment_meet(request: HttpRequest, pk: int) -> HttpResponse:
    """The promise is kept."""
    row = _commitment(request, pk)
    ask(rules.may_settle_commitment(request.user, row), rule="b.3.2")
    by, now = actor_of(request), clock.now()
    back = row.get_absolute_url()
    return stepped(request, lambda: actions.meet(row, by=by, now=now), back=back, said=_("Kept"))


def _noted(
    request: HttpRequest,
    pk: int,
    may: Callable[..., bool],
    effect: Callable[..., Any],
    *,
    title: str,
    form: forms.Form | None = None,
    **more: Any,
) -> HttpResponse:
    row = _commitment(request, pk)
    ask(may(request.user, row), rule="b.3.2")
    by, now = actor_of(request), clock.now()
    return acted(
        request,
        form or NoteForm(request.POST or None),
        lambda values: effect(row, values, by, now),
        of=row,
        title=title,
        submit=title,
        project=row.project,
        **more,
    )


@staff_page
def commitment_explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Why it is late (W2)."""
    return _noted(
        request,
        pk,
        rules.may_edit_commitment,
        lambda row, values, by, now: actions.explain(row, values["note"], by=by, now=now),
        title=_("Explain the delay"),
    )


@staff_page
def commitment_miss(request: HttpRequest, pk: int) -> HttpResponse:
    """Not kept, and why."""
    return _noted(
        request,
        pk,
        rules.may_settle_commitment,
        lambda row, values, by, now: actions.miss(row, explanation=values["note"], by=by, now=now),
        title=_("Mark as missed"),
        danger=True,
    )


@staff_page
def commitment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Taken back; what a customer counts on only after a sent notice."""
    return _noted(
        request,
        pk,
        rules.may_withdraw_commitment,
        lambda row, values, by, now: actions.withdraw(row, reason=values["note"], by=by, now=now),
        title=_("Withdraw the promise"),
        danger=True,
    )


@staff_page
def commitment_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another date; the deadlines of notices move with it."""
    row = _commitment(request, pk)
    form = MoveDueForm(request.POST or None, commitment=row, initial={"due_at": row.due_at})
    return _noted(
        request,
        pk,
        rules.may_edit_commitment,
        lambda row, values, by, now: actions.move_due(row, by=by, now=now, **values),
        title=_("Move the date"),
        form=form,
    )


@staff_page
def commitment_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """A new promise in its place."""
    row = _commitment(request, pk)
    form = ReplaceForm(request.POST or None, initial={"text": row.text})

    def effect(row: Commitment, values: dict[str, Any], by: Any, now: Any) -> str:
        return actions.replace(row, by=by, now=now, **values).get_absolute_url()

    title = _("Replace the promise")
    return _noted(request, pk, rules.may_withdraw_commitment, effect, title=title, form=form)
