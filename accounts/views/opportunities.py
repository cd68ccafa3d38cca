"""Pages of opportunities: all in sight, those of a customer, one with its steps."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import opportunities as noun
from accounts import rules
from accounts.actions import opportunities
from accounts.choices import OPEN_STAGES, Stage
from accounts.forms import NoteForm
from accounts.forms_sales import EndForm, OpportunityForm, StageForm
from accounts.lists_sales import OPPORTUNITIES, tone_of_deal
from accounts.models import Customer, Opportunity
from accounts.views.acting import customer_of, head_of, submit
from core import clock
from core.lists.pages import check_tabs, list_page
from core.paging import page_of
from core.web import actor_of, ask, found, staff_page

TABS = (
    ("", gettext_lazy("All")),
    ("open", gettext_lazy("Not closed")),
    ("mine", gettext_lazy("Mine")),
)
ENDS = {"won": Stage.WON, "lost": Stage.LOST, "shelve": Stage.SHELVED}
"""Last part of an address -> how the deal ends."""
WORDS = {
    "won": (gettext_lazy("Won: %(name)s"), gettext_lazy("Mark as won")),
    "lost": (gettext_lazy("Lost: %(name)s"), gettext_lazy("Mark as lost")),
    "shelve": (gettext_lazy("Shelve: %(name)s"), gettext_lazy("Shelve it")),
}


@staff_page
@require_safe
def opportunity_list(request: HttpRequest) -> HttpResponse:
    """Every deal in sight, the next to be decided first."""
    return list_page(
        request,
        OPPORTUNITIES,
        "accounts/opportunities.html",
        lambda listing: {"tabs": check_tabs(listing, TABS)},
    )


@staff_page
@require_safe
def customer_opportunities(request: HttpRequest, pk: int) -> HttpResponse:
    """The deals of a customer with the sums of its open stages."""
    customer = customer_of(request, pk)
    rows = Opportunity.objects.visible_to(request.user).filter(customer=customer)
    closed = bool(request.GET.get("closed"))
    listed = rows.exclude(stage__in=OPEN_STAGES) if closed else rows.open()
    page = page_of(
        listed.select_related("owner"),
        ordering="-closed_at" if closed else "expected_close",
        cursor=request.GET.get("cursor", ""),
    )
    for row in page.rows:
        row.customer = customer
    sums = noun.totals(rows.open().values_list("stage", "currency", "amount"))
    context = {
        **head_of(request, customer, "opportunities"),
        "page": page,
        "lines": _lines(page.rows),
        "closed": closed,
        "steps": [(stage.label, sorted(sums.get(stage, {}).items())) for stage in OPEN_STAGES],
        "has_sums": bool(sums),
        "may_sell": rules.may_sell(request.user, customer),
        "now": clock.now(),
    }
    return render(request, "accounts/customer_opportunities.html", context)


@staff_page
@require_safe
def opportunity_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One deal and what may be done with it."""
    row = _row(request, pk)
    context = {
        "row": row,
        "tone": tone_of_deal(row, clock.now()),
        "may_work": rules.may_work_opportunity(request.user, row),
        "winnable": noun.may_follow(Stage.WON, row.stage),
        "stages": [
            (stage.label, stage == (row.stage if row.is_open else row.left_stage))
            for stage in OPEN_STAGES
        ],
        "now": clock.now(),
    }
    return render(request, "accounts/opportunity.html", context)


@staff_page
def opportunity_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a deal."""
    customer = customer_of(request, pk)
    ask(rules.may_sell(request.user, customer), _("You are not on this account team."))
    by = actor_of(request)
    form = OpportunityForm(
        request.POST or None,
        user=request.user,
        customer=customer,
        initial={"owner": request.user.pk},
    )
    return submit(
        request,
        form,
        lambda values: opportunities.create(customer, values, by=by, now=clock.now()),
        to="/opportunities/{pk}/",
        said=_("Noted as a lead"),
        page=_page(customer, _("New opportunity"), _("Add")),
    )


@staff_page
def opportunity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a deal while it is open."""
    row = _working(request, pk)
    title = _("Edit %(name)s") % {"name": row.name}
    by = actor_of(request)
    form = OpportunityForm(
        request.POST or None,
        user=request.user,
        customer=row.customer,
        owner_id=row.owner_id,
        initial={name: getattr(row, name) for name in (*opportunities.FIELDS, "version")},
    )
    return submit(
        request,
        form,
        lambda values: opportunities.edit(
            row, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or 0
        ),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page={**_page(row.customer, title, _("Save"), row), "two_columns": True},
    )


@staff_page
def opportunity_stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Another open stage."""
    row = _working(request, pk)
    by = actor_of(request)
    form = StageForm(request.POST or None, user=request.user, current=row.stage)
    return submit(
        request,
        form,
        lambda values: opportunities.go_on(row, values["stage"], by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=_page(row.customer, _("Stage of %(name)s") % {"name": row.name}, _("Save"), row),
    )


@staff_page
def opportunity_end(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Won, lost or shelved, with what has to be said about it."""
    row = _working(request, pk)
    by, stage = actor_of(request), ENDS[verb]
    form = EndForm(request.POST or None, user=request.user, stage=stage)
    title, button = WORDS[verb]
    return submit(
        request,
        form,
        lambda values: opportunities.close(row, stage, by=by, now=clock.now(), **values),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=_page(row.customer, title % {"name": row.name}, button, row),
    )


@staff_page
def opportunity_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open again, with a reason."""
    row = _working(request, pk)
    by = actor_of(request)
    form = NoteForm(request.POST or None, user=request.user)
    form.fields["note"].label = _("Reason")
    return submit(
        request,
        form,
        lambda values: opportunities.reopen(row, reason=values["note"], by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Open again"),
        page=_page(row.customer, _("Reopen %(name)s") % {"name": row.name}, _("Reopen"), row),
    )


def _lines(rows: list[Opportunity]) -> list[tuple[Opportunity, str]]:
    now = clock.now()
    return [(row, tone_of_deal(row, now)) for row in rows]


def _row(request: HttpRequest, pk: int) -> Opportunity:
    rows = Opportunity.objects.visible_to(request.user)
    return found(rows.select_related("customer__owning_unit", "owner", "created_by"), pk=pk)


def _working(request: HttpRequest, pk: int) -> Opportunity:
    row = _row(request, pk)
    ask(
        rules.may_work_opportunity(request.user, row),
        _("The owner and the account team work on this."),
    )
    return row


def _page(
    customer: Customer, title: str, button: Any, row: Opportunity | None = None
) -> dict[str, Any]:
    here = row.get_absolute_url() if row else f"{customer.get_absolute_url()}opportunities/"
    return {
        "title": title,
        "submit": button,
        "crumb": row.name if row else customer.name,
        "crumb_url": here,
        "two_columns": row is None,
    }
