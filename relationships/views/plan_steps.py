"""What is done with a plan: approve, begin, add a step, report, confirm, return, review, cancel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.errors import Refused
from core.formpages import answer, put_on, sent, version_of
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, staff_page
from relationships import rules
from relationships.actions import layer_plans, plans
from relationships.choices import GridStatus
from relationships.forms import ReasonForm
from relationships.forms_plan import ClaimForm, ProofForm, StepForm
from relationships.models import GridAssessment, RelationshipPlan
from relationships.queries.rounds import raters_of
from relationships.views.plans import plan_of

LIVE = (GridStatus.PROPOSED, GridStatus.CONFIRMED, GridStatus.STALE)


def _step(
    request: HttpRequest,
    pk: int,
    action: Callable[..., Any],
    *,
    may: Callable[..., bool],
    rule: str,
    said: str,
) -> HttpResponse:
    """A step that asks for nothing more."""
    row = plan_of(request, pk)
    ask(may(request.user, row), rule=rule)
    action(row, by=actor_of(request), now=clock.now())
    toast(request, said)
    return redirect(row.get_absolute_url())


@staff_page
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """A head approves a draft (b.6)."""
    said = _("Approved; the owner was told")
    act = partial(plans.approve, version=version_of(request))
    return _step(request, pk, act, may=rules.may_approve_plan, rule="b.6", said=said)


@staff_page
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin."""
    said = _("In progress")
    return _step(request, pk, plans.start, may=rules.may_work_plan, rule="R-R5", said=said)


@staff_page
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Reached: an assessment that waits is confirmed with it."""
    said = _("Reached; the place on the grid is confirmed")
    return _step(request, pk, plans.confirm, may=rules.may_confirm_plan, rule="b.6", said=said)


@staff_page
def step_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One more thing to do."""
    row = _workable(request, pk)
    people = raters_of(row.customer, request.user)
    form = StepForm(sent(request), initial={"owner": row.owner_id}, people=people)
    by, now = actor_of(request), clock.now()
    return _form(
        request, row, form, _("Add a step"), _("Noted, with its time"),
        lambda said: plans.add_step(row, said.pop("text"), by=by, now=now, **said),
    )  # fmt: skip


@staff_page
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Report the target as reached, with the assessment that shows it."""
    row = _workable(request, pk)
    ask(not is_presenting(request), _("Scores are hidden while presenting."))
    if not row.is_key:
        return _claim_layer(request, row)
    rows = GridAssessment.objects.filter(
        contact=row.contact_id, status__in=LIVE,
        intimacy__gte=row.target_intimacy, support__gte=row.target_support,
    )  # fmt: skip
    if row.approved_at is not None:
        rows = rows.filter(assessed_on__gte=plans.approved_on(row))
    form = ClaimForm(sent(request), rows=rows.order_by("-assessed_on", "-id"))
    by, now = actor_of(request), clock.now()
    return _form(
        request, row, form, _("Report as reached"), _("Reported; the regional head confirms it"),
        lambda said: plans.claim(row, said["assessment"], by=by, now=now),
    )  # fmt: skip


def _claim_layer(request: HttpRequest, row: RelationshipPlan) -> HttpResponse:
    """A layer is shown by words."""
    form, by, now = ProofForm(sent(request)), actor_of(request), clock.now()
    return _form(
        request, row, form, _("Report as reached"), _("Reported; the regional head confirms it"),
        lambda said: layer_plans.claim(row, said["proof"], by=by, now=now),
    )  # fmt: skip


@staff_page
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Not reached yet, and why."""
    row = plan_of(request, pk)
    ask(rules.may_confirm_plan(request.user, row), rule="b.6")
    return _reason(request, row, plans.give_back, _("Return the plan"), _("Returned to its owner"))


@staff_page
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The head's monthly look (R-R5)."""
    row = plan_of(request, pk)
    ask(rules.may_review_plan(request.user, row), rule="R-R5")
    return _reason(request, row, plans.review, _("Review the plan"), _("Reviewed"))


@staff_page
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """End it without a result."""
    row = _workable(request, pk)
    return _reason(request, row, plans.cancel, _("Cancel the plan"), _("Cancelled"))


def _workable(request: HttpRequest, pk: int) -> RelationshipPlan:
    row = plan_of(request, pk)
    ask(rules.may_work_plan(request.user, row), rule="R-R5")
    return row


def _reason(
    request: HttpRequest, row: RelationshipPlan, act: Callable, title: str, said: str
) -> HttpResponse:
    form, by, now = ReasonForm(sent(request)), actor_of(request), clock.now()
    if act is plans.review:
        form.fields["reason"].label = _("What you decided")
    return _form(
        request, row, form, title, said,
        lambda values: act(row, by=by, now=now, note=values["reason"]),
    )  # fmt: skip


def _form(
    request: HttpRequest,
    row: RelationshipPlan,
    form: Any,
    title: str,
    said: str,
    act: Callable[[dict[str, Any]], Any],
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refusal:
            put_on(form, refusal, note="reason")
        else:
            toast(request, said)
            return redirect(row.get_absolute_url())
    page = {"title": title, "crumb": row.subject, "crumb_url": row.get_absolute_url()}
    return answer(request, "parts/form_page.html", page, form)
