"""Pages of customers: list, new, edit, tree, status, archive."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import rules
from accounts.actions import customers
from accounts.choices import CUSTOMER_MOVES
from accounts.duplicates import candidates
from accounts.forms import (
    CustomerEditForm,
    CustomerForm,
    MoveForm,
    ReasonForm,
    StatusForm,
    UnitForm,
)
from accounts.lists import CUSTOMERS
from accounts.models import Customer, CustomerInfluence, CustomerUnit, UserProfile
from accounts.queries_tree import group_of, influences_of
from accounts.views.acting import customer_of, do, head_of, submit
from core import clock
from core.custom.forms import ask_own
from core.lists.pages import list_page
from core.lists.reading import Listing
from core.preferences import is_presenting
from core.web import actor_of, ask, staff_page


@staff_page
def customer_list(request: HttpRequest) -> HttpResponse:
    """Every customer in sight: filters, sort, keyset pages, team and what other floors add."""

    def context(listing: Listing) -> dict[str, Any]:
        return {
            "tabs": _views(listing.asked),
            "total": _how_many(listing.page.count if listing.page else 0),
            "may_create": rules.may_create_customer(request.user),
            "may_import": rules.may_import_customers(request.user),
        }

    return list_page(request, CUSTOMERS, "accounts/customer_list.html", context)


def _how_many(count: int | str) -> str:
    if isinstance(count, str):
        return _("%(count)s customers") % {"count": count}
    return ngettext("%(count)d customer", "%(count)d customers", count) % {"count": count}


def _views(asked: QueryDict) -> list[dict[str, Any]]:
    """Tabs above the list, each an address."""
    labels = [
        ("", _("All")),
        ("mine", _("Mine")),
        ("key_accounts", _("S and A")),
        ("archived", _("Archived")),
    ]
    on = next((key for key, _label in labels if key and asked.get(key)), "")
    return [
        {
            "url": f"/customers/?{key}=on" if key else "/customers/?view=0",
            "label": label,
            "current": key == on,
        }
        for key, label in labels
    ]


@staff_page
def customer_new(request: HttpRequest) -> HttpResponse:
    """A new customer; likely duplicates are shown while typing and before saving."""
    ask(rules.may_create_customer(request.user), _("Your role does not open customers."))
    profile = UserProfile.objects.here().filter(user=request.user).first()
    form = CustomerForm(
        request.POST or None,
        user=request.user,
        initial={"owning_unit": profile and profile.unit_id, "kind": "enterprise"},
    )
    ask_own(form, "accounts.customer")
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: customers.create(_known(values), by=by, now=clock.now()),
        to="/customers/{pk}/",
        said=_("Customer opened"),
        page={
            "title": _("New customer"),
            "submit": _("Open the customer"),
            "crumb": _("Customers"),
            "crumb_url": "/customers/",
            "two_columns": True,
            "candidates": _alike(request.user, request.POST),
        },
        template="accounts/customer_form.html",
    )


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


@staff_page
def duplicates(request: HttpRequest) -> HttpResponse:
    """Fragment: customers in sight that may be the same company as what is typed."""
    rows = _alike(request.user, request.GET)
    return render(request, "accounts/_duplicates.html", {"candidates": rows})


def _alike(user: Any, typed: QueryDict) -> list[Customer]:
    words = (typed.get(name, "")[:200] for name in ("name", "short_name", "website"))
    return candidates(user, *words)


@staff_page
def customer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the facts of a customer; a stale edit shows both texts."""
    customer = customer_of(request, pk)
    ask(rules.may_edit_customer(request.user, customer), _("You are not on this account team."))
    names = [name for name in CustomerForm.base_fields if hasattr(customer, name)]
    form = CustomerEditForm(
        request.POST or None,
        user=request.user,
        inside=rules.sees_confidential(request.user, customer) and not is_presenting(request),
        initial={name: getattr(customer, name) for name in names} | {"version": customer.version},
    )
    ask_own(form, customer)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: customers.edit(
            customer, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or 0
        ),
        to=customer.get_absolute_url(),
        said=_("Saved"),
        page=_page(customer, _("Edit"), _("Save"), two_columns=True),
        template="accounts/customer_form.html",
    )


def _page(customer: Customer, title: str, verb: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "submit": verb,
        "crumb": customer.name,
        "crumb_url": customer.get_absolute_url(),
        **more,
    }


@staff_page
def customer_tree(request: HttpRequest, pk: int) -> HttpResponse:
    """The group that a customer belongs to, as far as it is in sight, and its departments."""
    customer = customer_of(request, pk)
    context = {
        **head_of(request, customer, "tree"),
        "group": group_of(customer, request.user),
        "influences": _influences(customer, request.user),
        "departments": CustomerUnit.objects.filter(customer=customer).order_by("kind", "name"),
    }
    return render(request, "accounts/customer_tree.html", context)


def _influences(customer: Customer, user: Any) -> list[tuple[CustomerInfluence, Customer, bool]]:
    """(edge, customer at the other end, whether it goes out from here)."""
    rows = influences_of(customer, user)
    return [(row, row.other_of(customer), row.customer_id == customer.pk) for row in rows]


@staff_page
def customer_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a customer elsewhere in the tree."""
    customer = customer_of(request, pk)
    ask(rules.may_run_customer(request.user, customer), _("The account manager moves it."))
    form = MoveForm(
        request.POST or None,
        user=request.user,
        customer=customer,
        initial={"parent": customer.parent_id},
    )
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: customers.move_in_tree(customer, values["parent"], by=by, now=clock.now()),
        to=f"{customer.get_absolute_url()}tree/",
        said=_("Moved with everything below it"),
        page=_page(customer, _("Move in the tree"), _("Move")),
    )


@staff_page
def customer_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Let another unit of ours own a customer."""
    customer = customer_of(request, pk)
    ask(rules.may_run_customer(request.user, customer), _("The account manager decides this."))
    form = UnitForm(
        request.POST or None, user=request.user, initial={"owning_unit": customer.owning_unit_id}
    )
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: customers.assign_unit(
            customer, values["owning_unit"], by=by, now=clock.now()
        ),
        to=customer.get_absolute_url(),
        said=_("Another unit owns this customer now"),
        page=_page(
            customer,
            _("Change the owning unit"),
            _("Change"),
            intro=_("The owning unit decides who sees this customer, besides its team."),
        ),
    )


@staff_page
def customer_status(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a customer along its lifecycle."""
    customer = customer_of(request, pk)
    ask(rules.may_run_customer(request.user, customer), _("The account manager decides this."))
    form = StatusForm(
        request.POST or None, user=request.user, states=CUSTOMER_MOVES[customer.status]
    )
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: customers.change_status(
            customer, values["status"], reason=values["reason"], by=by, now=clock.now()
        ),
        to=customer.get_absolute_url(),
        said=_("Status changed"),
        page=_page(customer, _("Change the status"), _("Change")),
    )


@staff_page
def customer_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a customer out of the lists."""
    customer = customer_of(request, pk)
    ask(rules.may_run_customer(request.user, customer), _("The account manager decides this."))
    form = ReasonForm(request.POST or None, user=request.user)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: customers.archive(customer, reason=values["reason"], by=by, now=clock.now()),
        to="/customers/",
        said=_("Archived; nothing is deleted"),
        page=_page(
            customer,
            _("Archive %(name)s") % {"name": customer},
            _("Archive"),
            danger=True,
            text=_("It leaves the lists and the search. Everything stays and can be restored."),
        ),
        template="parts/confirm_page.html",
    )


@require_POST
@staff_page
def customer_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring an archived customer back."""
    customer = customer_of(request, pk)
    ask(rules.may_run_customer(request.user, customer), _("The account manager decides this."))
    return do(
        request,
        lambda: customers.restore(customer, by=actor_of(request), now=clock.now()),
        to=customer.get_absolute_url(),
        said=_("Restored"),
    )
