"""Pages of the departments of a customer: the tree, and one department with its people."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import departments, rules
from accounts.actions import customer_units
from accounts.choices import ContactStatus
from accounts.forms import DepartmentForm
from accounts.models import Contact, CustomerUnit, ProductPenetration
from accounts.views.acting import customer_of, head_of, submit
from core import clock
from core.web import actor_of, ask, found, staff_page

SHOWN = 200
"""So many people of a department are listed."""


@staff_page
@require_safe
def department_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The departments of a customer as a tree, with how many people we know in each."""
    customer = customer_of(request, pk)
    here = Q(contacts__status=ContactStatus.ACTIVE)
    rows = CustomerUnit.objects.filter(customer=customer).annotate(
        people=Count("contacts", filter=here, distinct=True),
        deciders=Count(
            "contacts", filter=here & Q(contacts__is_decision_layer=True), distinct=True
        ),
    )
    known = {row.pk: row for row in rows.order_by("kind", "name", "id")}
    order = departments.in_order((row.pk, row.parent_id) for row in known.values())
    nowhere = Contact.objects.filter(customer=customer, unit=None, status=ContactStatus.ACTIVE)
    context = {
        **head_of(request, customer, "departments"),
        "lines": [(known[pk], depth) for pk, depth in order],
        "nowhere": nowhere.count(),
        "now": clock.now(),
    }
    return render(request, "accounts/departments.html", context)


@staff_page
@require_safe
def department(request: HttpRequest, pk: int) -> HttpResponse:
    """One department: its people, what hangs below it, which products it uses."""
    unit = _unit(request, pk)
    people = Contact.objects.filter(unit=unit, status=ContactStatus.ACTIVE)
    context = {
        "unit": unit,
        "people": list(
            people.select_related("relationship_owner").order_by(
                "-is_decision_layer", "name", "id"
            )[:SHOWN]
        ),
        "below": list(CustomerUnit.objects.filter(parent=unit).order_by("kind", "name")),
        "products": list(ProductPenetration.objects.filter(unit=unit).order_by("product")),
        "may_edit": rules.may_edit_customer(request.user, unit.customer),
        "now": clock.now(),
    }
    return render(request, "accounts/department.html", context)


@staff_page
def department_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new department of a customer; `?parent=` says below which one."""
    customer = customer_of(request, pk)
    ask(rules.may_edit_customer(request.user, customer), _("You are not on this account team."))
    form = DepartmentForm(
        request.POST or None,
        user=request.user,
        customer=customer,
        initial={"parent": request.GET.get("parent", "")[:18]},
    )
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: customer_units.create(customer, values, by=by, now=clock.now()),
        to=f"{customer.get_absolute_url()}departments/",
        said=_("Department added"),
        page=_page(customer.name, customer.get_absolute_url(), _("New department"), _("Add")),
    )


@staff_page
def department_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a department, or hang it elsewhere."""
    unit = _unit(request, pk)
    ask(
        rules.may_edit_customer(request.user, unit.customer), _("You are not on this account team.")
    )
    begin = {name: getattr(unit, name) for name in ("name", "kind", "parent", "version")}
    form = DepartmentForm(
        request.POST or None, user=request.user, customer=unit.customer, unit=unit, initial=begin
    )
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: customer_units.edit(
            unit, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or 0
        ),
        to=unit.get_absolute_url(),
        said=_("Saved"),
        page=_page(
            unit.customer.name, unit.customer.get_absolute_url(), _("Edit the department"),
            _("Save"),
        ),
    )  # fmt: skip


def _unit(request: HttpRequest, pk: int) -> CustomerUnit:
    rows = CustomerUnit.objects.visible_to(request.user)
    return found(rows.select_related("customer__owning_unit", "parent"), pk=pk)


def _page(crumb: str, url: str, title: str, verb: str) -> dict[str, str]:
    return {"title": title, "submit": verb, "crumb": crumb, "crumb_url": f"{url}departments/"}
