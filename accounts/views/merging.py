"""Pages of merges: choose the other record, take over values, merge; undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import rules
from accounts.actions import merging
from accounts.forms_merge import MergeForm, OtherForm
from accounts.models import Contact, Customer, CustomerMerge
from accounts.models.merge import Merge
from accounts.views.acting import customer_of, do, submit
from core import clock
from core.formpages import answer
from core.web import actor_of, ask, found, staff_page


@staff_page
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """First which record is meant, then what of it is kept."""
    customer = customer_of(request, pk)
    ask(rules.may_run_customer(request.user, customer), _("The account manager decides this."))
    typed = request.POST if request.method == "POST" else request.GET
    chosen = OtherForm(typed if typed.get("other") else None, user=request.user, customer=customer)
    other = chosen.cleaned_data["other"] if chosen.is_bound and chosen.is_valid() else None
    page = _page(customer)
    if other is None and typed.get("other") != str(customer.pk):
        shown = {**page, "submit": _("Compare")}
        return answer(request, "accounts/merge.html", shown, chosen)
    other = other or customer
    if request.method == "POST" and not request.POST.get("compared"):
        return redirect(f"{request.path}?other={other.pk}")
    ask(rules.may_run_customer(request.user, other), _("The account manager decides this."))
    form = MergeForm(
        request.POST or None, user=request.user, customer=customer, other=other,
        initial={"other": other.pk, "compared": "1"},
    )  # fmt: skip
    form.fields["other"].queryset = Customer.objects.visible_to(request.user).filter(pk=other.pk)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: merging.merge(
            customer, values["other"], take=values["take"], by=by, now=clock.now()
        ),
        to=customer.get_absolute_url(),
        said=_("Merged; it can be undone on the merge page"),
        page={
            **page,
            "submit": _("Merge"),
            "danger": True,
            "intro": _("%(other)s becomes a part of it: contacts, projects, tickets, everything.")
            % {"other": f"{other.name} ({other.code})"},
        },
        template="accounts/merge.html",
    )


def _page(customer: Customer) -> dict[str, Any]:
    return {"customer": customer, **merges_page(customer)}


def merges_page(kept: Customer | Contact) -> dict[str, Any]:
    """What the page says of the record that stays, and what became a part of it so far."""
    return {
        "title": _("Merge into %(name)s") % {"name": kept.name},
        "crumb": kept.name,
        "crumb_url": kept.get_absolute_url(),
        "merges": kept.merges.select_related("merged")[:10],
        "now": clock.now(),
    }


@require_POST
@staff_page
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Put everything back where it was."""
    return undone(request, pk, CustomerMerge, rules.may_undo_merge, merging.undo)


def undone(
    request: HttpRequest,
    pk: int,
    model: type[Merge],
    may: Callable[..., bool],
    undo: Callable[..., Any],
) -> HttpResponse:
    """Undo a merge of either kind and go to the record that stands alone again."""
    rows = model.objects.visible_to(request.user).select_related("customer__owning_unit", "merged")
    row = found(rows, pk=pk)
    ask(may(request.user, row), _("The account manager decides this."), rule="b.1")
    by = actor_of(request)
    return do(
        request,
        lambda: undo(row, by=by, now=clock.now()),
        to=row.merged.get_absolute_url(),
        said=_("Undone; both records stand as before"),
    )
