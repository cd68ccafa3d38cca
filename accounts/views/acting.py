"""What the pages here share: fetching, forms that call one action, the head of a customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import rules
from accounts.forms import Form
from accounts.models import Customer
from accounts.queries import team_of
from core import clock, registry
from core.custom.actions import write_beside
from core.custom.forms import taken
from core.errors import Refused
from core.formpages import put_on, status_of
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, found


def customer_of(request: HttpRequest, pk: int) -> Customer:
    """The customer of an address within sight, else 404."""
    rows = Customer.objects.visible_to(request.user).select_related("owning_unit", "parent")
    return found(rows, pk=pk)


def head_of(request: HttpRequest, customer: Customer, current: str) -> dict[str, Any]:
    """Context of templates/accounts/_customer_head.html: team, tabs, what one may."""
    team = team_of(customer)
    inside = rules.sees_confidential(request.user, customer) and not is_presenting(request)
    return {
        "customer": customer,
        "team": {"ar": team.ar, "sr": team.sr, "fr": team.fr},
        "sponsor": team.sponsor,
        "tabs": tabs_of(customer, current, confidential=inside),
        "may_edit": rules.may_edit_customer(request.user, customer),
        "may_run": rules.may_run_customer(request.user, customer),
        "inside": inside,
    }


def tabs_of(customer: Customer, current: str, *, confidential: bool) -> list[dict[str, Any]]:
    """Tabs of every page of a customer: CUSTOMER_TABS of the registry (key, msgid, tail, lock)."""
    rows = registry.entry("CUSTOMER_TABS", ())
    return [
        {
            "url": f"{customer.get_absolute_url()}{tail}",
            "label": _(label),
            "current": key == current,
        }
        for key, label, tail, locked in rows
        if confidential or not locked
    ]


def submit(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    to: str,
    said: str,
    page: dict[str, Any],
    template: str = "parts/form_page.html",
) -> HttpResponse:
    """Show a form; a good POST calls the action, says so and goes on to `to`.

    A refusal comes back on the form with everything typed; `{pk}` in `to` is the row's id. Own
    fields that the form asks (`core.custom.forms.ask_own`) are written with the row.
    """
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                values = form.values()
                own = taken(values)
                row = act(values)
                write_beside(row, own, by=actor_of(request), now=clock.now())
        except Refused as error:
            put_on(form, error)
        else:
            toast(request, said)
            return redirect(to.replace("{pk}", str(getattr(row, "pk", ""))))
    return render(request, template, {"form": form, **page}, status=status_of(form))


def do(request: HttpRequest, act: Callable[[], Any], *, to: str, said: str) -> HttpResponse:
    """A verb without a form: act, say so, go on. A refusal becomes its page (409, 403)."""
    act()
    toast(request, said)
    return redirect(to)
