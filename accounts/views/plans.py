"""Pages of account plans: all in sight, gaps, those of a customer, one, on paper, its text."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import plans as noun
from accounts import rules_plan as rules
from accounts.actions import plans
from accounts.actions.assessments import local_today
from accounts.choices_plan import AccountPlanStatus, ObjectiveStatus, PlanKind, Section
from accounts.forms_plan import NewPlanForm, PlanForm
from accounts.lists_sales import ACCOUNT_PLANS
from accounts.lists_sales import tone_of_plan as tone_of
from accounts.models import AccountPlan, Customer, Objective
from accounts.queries_plan import abp_due, gaps_of, lacking, owes_plan, year_before
from accounts.views.acting import customer_of, head_of, submit
from core import clock, registry
from core.lists.pages import check_tabs, list_page
from core.paging import page_of
from core.web import actor_of, ask, found, staff_page

OBJECTIVE_TONES = {
    ObjectiveStatus.MET: "ok",
    ObjectiveStatus.MISSED: "risk",
    ObjectiveStatus.DROPPED: "paused",
}


@staff_page
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """Account plans in sight, the latest year first."""
    tabs = (("", _("All")), ("mine", _("Mine")))
    return list_page(
        request,
        ACCOUNT_PLANS,
        "accounts/plans.html",
        lambda listing: {"tabs": check_tabs(listing, tabs)},
    )


@staff_page
@require_safe
def plan_gaps(request: HttpRequest) -> HttpResponse:
    """Key accounts in sight without an approved annual plan of this year, or of the next."""
    now = clock.now()
    this = now.astimezone().year
    year = this + 1 if request.GET.get("next") else this
    rows = lacking(Customer.objects.visible_to(request.user), year)
    page = page_of(
        rows.select_related("owning_unit"), ordering="name", cursor=request.GET.get("cursor", "")
    )
    context = {
        "page": page,
        "gaps": [(gap, gap.plan and tone_of(gap.plan)) for gap in gaps_of(page.rows, year)],
        "year": year,
        "this": this,
        "due": abp_due(year, at=now),
        "late": abp_due(year, at=now) < now.date(),
    }
    return render(request, "accounts/plan_gaps.html", context)


@staff_page
@require_safe
def customer_plans(request: HttpRequest, pk: int) -> HttpResponse:
    """The plans of a customer."""
    customer = customer_of(request, pk)
    rows = AccountPlan.objects.filter(customer=customer).select_related("owner")
    page = page_of(rows, ordering="-year", cursor=request.GET.get("cursor", ""))
    for row in page.rows:
        row.customer = customer
    now = clock.now()
    year = local_today(customer, now).year
    context = {
        **head_of(request, customer, "account-plans"),
        "page": page,
        "lines": lines_of(page.rows),
        "owed": abp_due(year, at=now) if owes_plan(customer, year) else None,
        "may_write": rules.may_write_plan(request.user, customer),
        "now": now,
    }
    return render(request, "accounts/customer_plans.html", context)


@staff_page
@require_safe
def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan with its objectives; beside the one of the year before when asked for."""
    row = plan_of(request, pk)
    before = year_before(row)
    beside = before if before is not None and request.GET.get("beside") else None
    works = rules.may_work_plan(request.user, row)
    context = {
        "row": row,
        "tone": tone_of(row),
        "parts": parts_of(row, beside),
        "objectives": objective_lines(row),
        "before": before,
        "beside": beside,
        "older": objective_lines(beside) if beside else [],
        "works": works,
        "may": _may(request.user, row, works),
        "now": clock.now(),
    }
    return render(request, "accounts/plan.html", context)


@staff_page
@require_safe
def plan_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan on paper."""
    row = plan_of(request, pk)
    context = {
        "row": row,
        "parts": [part for part in parts_of(row, None) if part[1]],
        "objectives": objective_lines(row),
        "now": clock.now(),
    }
    return render(request, "accounts/plan_paper.html", context)


@staff_page
def plan_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft a plan; an annual one of this year unless somebody says otherwise."""
    customer = customer_of(request, pk)
    ask(rules.may_write_plan(request.user, customer), _("You are not on this account team."))
    by, now = actor_of(request), clock.now()
    form = NewPlanForm(
        request.POST or None,
        user=request.user,
        customer=customer,
        initial={
            "owner": request.user.pk, "kind": PlanKind.ABP, "years": 1,
            "year": local_today(customer, now).year,
        },
    )  # fmt: skip

    def act(values: dict[str, Any]) -> AccountPlan:
        kind, period = values.pop("kind"), (values.pop("year"), values.pop("years"))
        return plans.draft(customer, kind, period, values, by=by, now=now)

    return submit(
        request,
        form,
        act,
        to="/account-plans/{pk}/",
        said=_("Drafted; add its objectives"),
        page=words(customer, _("New account plan")),
    )


@staff_page
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write on."""
    row = plan_of(request, pk)
    ask(rules.may_work_plan(request.user, row), _("You are not on this account team."))
    begin = {name: getattr(row, name) for name in (*plans.FIELDS, "version")}
    form = PlanForm(
        request.POST or None,
        user=request.user,
        customer=row.customer,
        owner_id=row.owner_id,
        initial=begin | {"owner": row.owner_id},
    )
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: plans.edit(
            row, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or row.version
        ),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=words(row.customer, _("Edit %(name)s") % {"name": row.title}, row),
    )


def plan_of(request: HttpRequest, pk: int) -> AccountPlan:
    """A plan of a customer in sight, else 404."""
    rows = AccountPlan.objects.visible_to(request.user)
    joined = rows.select_related("customer__owning_unit", "owner", "submitted_by", "approver")
    return found(joined, pk=pk)


def lines_of(rows: list[AccountPlan]) -> list[tuple[AccountPlan, str]]:
    """(row, tone)."""
    return [(row, tone_of(row)) for row in rows]


def parts_of(row: AccountPlan, beside: AccountPlan | None) -> list[tuple[str, str, str]]:
    """(label, text, text of the year before)."""
    return [
        (part.label, getattr(row, part.value), getattr(beside, part.value) if beside else "")
        for part in Section
    ]


def objective_lines(row: AccountPlan) -> list[tuple[Objective, str, int | None, int]]:
    """(objective, tone, progress in percent, interactions that served it)."""
    rows = list(row.objectives.order_by("type", "due_on", "id"))
    named = registry.entry("OBJECTIVES_TOUCHED", "")
    served = registry.load(named)([each.pk for each in rows]) if named and rows else {}
    return [
        (
            each,
            OBJECTIVE_TONES.get(ObjectiveStatus(each.status), "info"),
            noun.progress(each.baseline, each.target, each.actual),
            served.get(each.pk, 0),
        )
        for each in rows
    ]


def words(customer: Customer, title: str, row: AccountPlan | None = None) -> dict[str, Any]:
    """The context of a form page about plans."""
    return {
        "title": title,
        "submit": _("Save"),
        "crumb": row.title if row else customer.name,
        "crumb_url": row.get_absolute_url()
        if row
        else f"{customer.get_absolute_url()}account-plans/",
    }


def _may(user: Any, row: AccountPlan, works: bool) -> dict[str, bool]:
    running = row.status == AccountPlanStatus.IN_EXECUTION
    return {
        "edit": works and row.is_written,
        "submit": works and row.is_written,
        "decide": row.status == AccountPlanStatus.SUBMITTED and rules.may_decide_plan(user, row),
        "start": works and row.status == AccountPlanStatus.APPROVED,
        "measure": works and running,
        "close": works and running,
    }
