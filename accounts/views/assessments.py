"""Pages of tier and fit: history, a form that explains its score, submit, approve, return."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import rules, tiers
from accounts.actions import fit, tier
from accounts.choices import AssessmentStatus
from accounts.forms import ApproveForm, FitForm, NoteForm, TierForm
from accounts.models import Customer, StrategyFitAssessment, TierAssessment
from accounts.queries import current_fit, scored
from accounts.views.acting import customer_of, do, head_of, submit
from core import clock
from core.numerals import whole_in
from core.preferences import refuse_presenting
from core.web import actor_of, ask, found, staff_page


def _inside(request: HttpRequest, pk: int) -> Customer:
    customer = customer_of(request, pk)
    ask(
        rules.sees_confidential(request.user, customer),
        _("Tier and fit are for the account team and the heads above it."),
        rule="0.2",
    )
    return customer


def explained(parts: dict[str, Any], *, at: Any) -> dict[str, Any]:
    """Context of templates/accounts/_score.html: the sum line by line."""
    found_score = scored(parts, at=at)
    labels = [_("Strategy fit"), _("Current value"), _("Potential"), _("Influence")]
    return {
        "scored": found_score,
        "terms": list(zip(labels, found_score.terms, strict=True)),
        "letter": found_score.tier.name,
    }


@staff_page
def tier_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The tier of a customer: what it rests on, what waits, what was."""
    customer = _inside(request, pk)
    now = clock.now()
    rows = list(
        TierAssessment.objects.filter(customer=customer)
        .select_related("submitted_by", "approver", "created_by")
        .order_by("-id")[:24]
    )
    latest = next((row for row in rows if row.status == AssessmentStatus.APPROVED), None)
    latest = latest or next((row for row in rows if row.status == AssessmentStatus.EXPIRED), None)
    shown = next((row for row in rows if row.status != AssessmentStatus.EXPIRED), latest)
    context = {
        **head_of(request, customer, "tier"),
        "rows": rows,
        "latest": latest,
        "shown": shown,
        "why": _why(shown, now),
        "fit": current_fit(customer),
        "may_assess": rules.may_assess(request.user, customer),
        "may_decide": shown is not None and rules.may_decide_any_tier(request.user, shown),
        "expired": bool(
            customer.tier_valid_until and customer.tier_valid_until < timezone.localdate(now)
        ),
        "now": now,
    }
    return render(request, "accounts/tier.html", context)


def _why(row: TierAssessment | None, now: Any) -> dict[str, Any] | None:
    if row is None:
        return None
    return explained({part: getattr(row, part) for part in tiers.PARTS}, at=now)


@staff_page
def tier_score(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: what the numbers typed so far would give."""
    customer = _inside(request, pk)
    approved = current_fit(customer)
    parts: dict[str, Any] = {"fit": approved.fit if approved else 0}
    for part in tiers.PARTS[1:]:
        typed = request.GET.get(part, "")
        parts[part] = min(100, int(typed[:3])) if typed.isascii() and typed.isdigit() else 0
    return render(request, "accounts/_score.html", {"why": explained(parts, at=clock.now())})


@staff_page
def tier_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft; the score explains itself while typing."""
    refuse_presenting(request)
    customer = _inside(request, pk)
    ask(rules.may_assess(request.user, customer), _("You are not on this account team."))
    now, by = clock.now(), actor_of(request)
    form = TierForm(
        request.POST or None, user=request.user, initial={"as_of": timezone.localdate(now)}
    )
    return submit(
        request,
        form,
        lambda values: tier.draft(customer, values, by=by, now=now),
        to=f"{customer.get_absolute_url()}tier/",
        said=_("Draft saved; submit it when it is ready"),
        page=_tier_form(customer, _("Assess the tier"), current_fit(customer), form, now),
        template="accounts/tier_form.html",
    )


@staff_page
def tier_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a draft or a returned assessment."""
    refuse_presenting(request)
    row = _tier(request, pk)
    ask(rules.may_assess(request.user, row.customer), _("You are not on this account team."))
    now, by = clock.now(), actor_of(request)
    names = ("as_of", "current_value", "potential", "influence", "evidence", "version")
    form = TierForm(
        request.POST or None,
        user=request.user,
        initial={name: getattr(row, name) for name in names},
    )
    return submit(
        request,
        form,
        lambda values: tier.edit(
            row, values, by=by, now=now, version=form.cleaned_data["version"] or 0
        ),
        to=f"{row.customer.get_absolute_url()}tier/",
        said=_("Saved"),
        page=_tier_form(row.customer, _("Edit the draft"), current_fit(row.customer), form, now),
        template="accounts/tier_form.html",
    )


def _tier_form(customer: Customer, title: str, approved: Any, form: Any, now: Any) -> dict:
    typed = {part: form[part].value() for part in tiers.PARTS[1:]}
    parts = {part: whole_in(value) or 0 for part, value in typed.items()}
    parts["fit"] = approved.fit if approved else 0
    return {
        **_page(customer, title, "tier/"),
        "customer": customer,
        "fit": approved,
        "why": explained(parts, at=now),
    }


def _page(customer: Customer, title: str, tail: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "submit": _("Save the draft"),
        "crumb": customer.name,
        "crumb_url": f"{customer.get_absolute_url()}{tail}",
        "two_columns": True,
        **more,
    }


def _tier(request: HttpRequest, pk: int) -> TierAssessment:
    rows = TierAssessment.objects.visible_to(request.user)
    return found(rows.select_related("customer__owning_unit", "submitted_by"), pk=pk)


def _fit(request: HttpRequest, pk: int) -> StrategyFitAssessment:
    rows = StrategyFitAssessment.objects.visible_to(request.user)
    return found(rows.select_related("customer__owning_unit", "submitted_by"), pk=pk)


@require_POST
@staff_page
def tier_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for approval."""
    row = _tier(request, pk)
    ask(rules.may_assess(request.user, row.customer), _("You are not on this account team."))
    return do(
        request,
        lambda: tier.submit(row, by=actor_of(request), now=clock.now()),
        to=f"{row.customer.get_absolute_url()}tier/",
        said=_("Submitted; the head decides"),
    )


@staff_page
def tier_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the proposed tier, or another one with a reason."""
    row = _tier(request, pk)
    ask(
        rules.may_decide_any_tier(request.user, row),
        _("A head above the customer decides, never the submitter or the account manager."),
        rule="R-A1",
    )
    tiers, by = rules.decidable_tiers(request.user, row), actor_of(request)
    form = ApproveForm(
        request.POST or None,
        user=request.user,
        initial={"tier": row.proposed_tier},
        tiers=tiers,
    )

    def decide(values: dict[str, Any]) -> TierAssessment:
        return tier.approve(
            row, tier=values["tier"], reason=values["reason"], by=by, now=clock.now()
        )

    return submit(
        request,
        form,
        decide,
        to=f"{row.customer.get_absolute_url()}tier/",
        said=_("Approved; the tier of the customer is set"),
        page=_page(
            row.customer,
            _("Approve the tier of %(customer)s") % {"customer": row.customer},
            "tier/",
            submit=_("Approve"),
            two_columns=False,
            text=_("Proposed: %(tier)s, score %(score)s.")
            % {"tier": row.get_proposed_tier_display(), "score": row.score},
        ),
        template="parts/confirm_page.html",
    )


@staff_page
def tier_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an assessment back with a sentence."""
    row = _tier(request, pk)
    ask(rules.may_decide_any_tier(request.user, row), _("A head above decides."), rule="R-A1")
    return _give_back(request, row, tier.return_, "tier/")


def _give_back(request: HttpRequest, row: Any, act: Any, tail: str) -> HttpResponse:
    form = NoteForm(request.POST or None, user=request.user)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: act(row, values["note"], by=by, now=clock.now()),
        to=f"{row.customer.get_absolute_url()}{tail}",
        said=_("Returned"),
        page=_page(
            row.customer, _("Return the assessment"), tail, submit=_("Return"), two_columns=False
        ),
    )


@staff_page
def fit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The strategy fit of a customer over time."""
    customer = _inside(request, pk)
    rows = list(
        StrategyFitAssessment.objects.filter(customer=customer)
        .select_related("submitted_by", "approver")
        .order_by("-id")[:24]
    )
    waiting = next((row for row in rows if row.status != AssessmentStatus.APPROVED), None)
    approved = [row for row in rows if row.status == AssessmentStatus.APPROVED]
    context = {
        **head_of(request, customer, "fit"),
        "rows": rows,
        "waiting": waiting,
        "latest": approved[0] if approved else None,
        "curve": [float(row.fit) for row in reversed(approved)],
        "may_assess": rules.may_assess(request.user, customer),
        "may_decide": waiting is not None and rules.may_decide_fit(request.user, waiting),
        "now": clock.now(),
    }
    return render(request, "accounts/fit.html", context)


@staff_page
def fit_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft of five scores."""
    refuse_presenting(request)
    customer = _inside(request, pk)
    ask(rules.may_assess(request.user, customer), _("You are not on this account team."))
    now, by = clock.now(), actor_of(request)
    form = FitForm(
        request.POST or None, user=request.user, initial={"as_of": timezone.localdate(now)}
    )
    return submit(
        request,
        form,
        lambda values: fit.draft(customer, values, by=by, now=now),
        to=f"{customer.get_absolute_url()}fit/",
        said=_("Draft saved; submit it when it is ready"),
        page=_page(customer, _("Assess the strategy fit"), "fit/"),
        template="accounts/edit_form.html",
    )


@staff_page
def fit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a draft or a returned assessment."""
    refuse_presenting(request)
    row = _fit(request, pk)
    ask(rules.may_assess(request.user, row.customer), _("You are not on this account team."))
    now, by = clock.now(), actor_of(request)
    form = FitForm(
        request.POST or None,
        user=request.user,
        initial={name: getattr(row, name) for name in (*fit.FIELDS, "version")},
    )
    return submit(
        request,
        form,
        lambda values: fit.edit(
            row, values, by=by, now=now, version=form.cleaned_data["version"] or 0
        ),
        to=f"{row.customer.get_absolute_url()}fit/",
        said=_("Saved"),
        page=_page(row.customer, _("Edit the draft"), "fit/"),
        template="accounts/edit_form.html",
    )


@require_POST
@staff_page
def fit_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for approval."""
    row = _fit(request, pk)
    ask(rules.may_assess(request.user, row.customer), _("You are not on this account team."))
    return do(
        request,
        lambda: fit.submit(row, by=actor_of(request), now=clock.now()),
        to=f"{row.customer.get_absolute_url()}fit/",
        said=_("Submitted; the head decides"),
    )


@require_POST
@staff_page
def fit_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a fit."""
    row = _fit(request, pk)
    ask(
        rules.may_decide_fit(request.user, row),
        _("A head above the customer decides, never the submitter or the account manager."),
        rule="R-A2",
    )
    return do(
        request,
        lambda: fit.approve(row, by=actor_of(request), now=clock.now()),
        to=f"{row.customer.get_absolute_url()}fit/",
        said=_("Approved"),
    )


@staff_page
def fit_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an assessment back with a sentence."""
    row = _fit(request, pk)
    ask(rules.may_decide_fit(request.user, row), _("A head above decides."), rule="R-A2")
    return _give_back(request, row, fit.return_, "fit/")
