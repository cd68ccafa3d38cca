"""The record of a customer: insight and how it buys, their forms, and what was known before."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import rules
from accounts.actions import buying_profiles, insights
from accounts.actions.assessments import local_today
from accounts.buying import written
from accounts.choices import InsightStatus
from accounts.forms_record import BuyingProfileForm, InsightForm
from accounts.models import Customer, CustomerInsight
from accounts.queries_gaps import kept_of
from accounts.queries_record import base_of, buying_of, earlier, insight_of, open_step, texts_of
from accounts.views.acting import customer_of, do, head_of, submit
from core import clock
from core.preferences import refuse_presenting
from core.web import actor_of, ask, found, staff_page


@staff_page
@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of a customer beside its own row."""
    customer = customer_of(request, pk)
    now = clock.now()
    today = local_today(customer, now)
    known = insight_of(customer, today=today, now=now)
    context = {
        **head_of(request, customer, "record"),
        "kept": kept_of(customer, today=today, now=now),
        "step": open_step(customer),
        "known": known,
        "texts": texts_of(known.current) if known.current else [],
        "buying": buying_of(customer),
        "base": base_of(customer, today=today, now=now),
        "now": now,
    }
    return render(request, "accounts/record.html", context)


@staff_page
@require_safe
def record_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Insights that expired and buying profiles that were superseded."""
    customer = customer_of(request, pk)
    old, profiles = earlier(customer)
    context = {
        **head_of(request, customer, "record"),
        "insights": [(row, texts_of(row)) for row in old],
        "profiles": profiles,
    }
    return render(request, "accounts/record_history.html", context)


@staff_page
def insight_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a new insight; it begins with the text of the one in force. An open draft goes on."""
    refuse_presenting(request)
    customer = customer_of(request, pk)
    ask(rules.may_edit_customer(request.user, customer), _("You are not on this account team."))
    now = clock.now()
    known = insight_of(customer, today=local_today(customer, now), now=now)
    if known.draft is not None and request.method != "POST":
        return redirect(f"/customer-insights/{known.draft.pk}/edit/")
    begin = {name: getattr(known.current, name, "") for name in insights.FIELDS}
    form = InsightForm(request.POST or None, user=request.user, initial=begin)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: insights.draft(customer, values, by=by, now=now),
        to=_home(customer),
        said=_("Draft saved; publish it when it is whole"),
        page=_page(customer, _("Customer insight"), _("Save the draft")),
    )


@staff_page
def insight_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a draft."""
    refuse_presenting(request)
    row = _insight(request, pk)
    ask(rules.may_edit_customer(request.user, row.customer), _("You are not on this account team."))
    begin = {name: getattr(row, name) for name in (*insights.FIELDS, "version")}
    form = InsightForm(request.POST or None, user=request.user, initial=begin)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: insights.edit(
            row, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or row.version
        ),
        to=_home(row.customer),
        said=_("Draft saved; publish it when it is whole"),
        page=_page(row.customer, _("Customer insight"), _("Save the draft")),
    )


@require_POST
@staff_page
def insight_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft; the one before expires."""
    row = _insight(request, pk)
    ask(rules.may_edit_customer(request.user, row.customer), _("You are not on this account team."))
    return do(
        request,
        lambda: insights.publish(row, by=actor_of(request), now=clock.now()),
        to=_home(row.customer),
        said=_("Insight published"),
    )


@staff_page
def buying_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write how a customer buys; the profile before is kept."""
    customer = customer_of(request, pk)
    ask(rules.may_edit_customer(request.user, customer), _("You are not on this account team."))
    form = BuyingProfileForm(
        request.POST or None, user=request.user, initial=_buying_before(customer)
    )
    by = actor_of(request)

    def act(values: dict[str, Any]) -> Any:
        steps, replaces = values.pop("steps"), values.pop("replaces")
        return buying_profiles.write(
            customer, values, steps, by=by, now=clock.now(), replaces=replaces
        )

    return submit(
        request,
        form,
        act,
        to=_home(customer),
        said=_("Saved; the profile before is kept"),
        page=_page(customer, _("Buying profile"), _("Save"), two_columns=True),
    )


def _buying_before(customer: Customer) -> dict[str, Any]:
    known = buying_of(customer)
    if known is None:
        return {"currency": "CNY", "replaces": 0}
    begin = {name: getattr(known.profile, name) for name in buying_profiles.FIELDS}
    return begin | {"steps": written(known.steps), "replaces": known.profile.pk}


def _insight(request: HttpRequest, pk: int) -> CustomerInsight:
    rows = CustomerInsight.objects.visible_to(request.user).exclude(status=InsightStatus.EXPIRED)
    return found(rows.select_related("customer__owning_unit"), pk=pk)


def _home(customer: Customer) -> str:
    return f"{customer.get_absolute_url()}record/"


def _page(customer: Customer, title: str, verb: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "submit": verb,
        "crumb": customer.name,
        "crumb_url": _home(customer),
        **more,
    }
