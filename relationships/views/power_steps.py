"""What is done with a power map: draw, edit, put in force, archive; seats and ties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Opportunity
from core import clock
from core.errors import Refused
from core.formpages import answer, put_on, sent, version_of
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from relationships import power as noun
from relationships import rules
from relationships.actions import power
from relationships.forms_power import EdgeForm, MapForm, NewMapForm, SeatForm
from relationships.models import InfluenceEdge, PowerMap, PowerSeat
from relationships.queries.deals import open_deals_of
from relationships.views.assess import deal_asked
from relationships.views.grid import customer_of
from relationships.views.power import map_of


@staff_page
def map_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw a map of a customer."""
    customer = customer_of(request, pk)
    ask(rules.may_draw(request.user, customer), rule="R-R3")
    name = _("Decision at %(name)s") % {"name": customer.short_name or customer.name}
    deals = open_deals_of(customer, request.user)
    initial = {"name": name[:80], "opportunity": deal_asked(request, deals)}
    form = NewMapForm(sent(request), initial=initial, deals=deals)
    del form.fields["version"]
    page = {
        "title": _("New power map"), "submit": _("Draw"), "crumb": customer.name,
        "crumb_url": f"/customers/{customer.pk}/power/",
    }  # fmt: skip
    by, now = actor_of(request), clock.now()
    return _form(
        request, form, page, _("Drawn; add who is missing, then put it in force"),
        lambda said: power.create(customer, by=by, now=now, **said).get_absolute_url(),
    )  # fmt: skip


@staff_page
def map_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The name; of a draft the chain and the opportunity."""
    row = _map(request, pk)
    names = (*power.MAP_FIELDS, "version")
    deals = open_deals_of(row.customer, request.user)
    if row.opportunity_id is not None:  # also when it was closed since
        deals = deals | Opportunity.objects.visible_to(request.user).filter(pk=row.opportunity_id)
    initial = {name: getattr(row, name) for name in names}
    form = MapForm(sent(request), initial=initial, deals=deals)
    by, now = actor_of(request), clock.now()

    def act(said: dict[str, Any]) -> str:
        version = said.pop("version") or row.version
        return power.edit(row, said, by=by, now=now, version=version).get_absolute_url()

    return _form(request, form, _page(row, _("Edit the map"), _("Save")), _("Saved"), act)


@staff_page
@require_POST
def map_activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft in force."""
    row = _map(request, pk)
    power.activate(row, by=actor_of(request), now=clock.now())
    deal = row.opportunity_id is not None
    said = (
        _("In force for its opportunity") if deal else _("In force: the key index is taken from it")
    )
    toast(request, said)
    return redirect(row.get_absolute_url())


@staff_page
@require_POST
def map_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a map away; it stays to be read."""
    row = _map(request, pk)
    power.archive(row, by=actor_of(request), now=clock.now(), version=version_of(request))
    toast(request, _("Archived"))
    return redirect(row.get_absolute_url())


@staff_page
def seat_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One more seat."""
    row = _map(request, pk)
    form = SeatForm(sent(request), initial=_asked(request, row), row=row, seats=_seats(row))
    del form.fields["version"]
    by, now = actor_of(request), clock.now()
    return _form(
        request, form, _page(row, _("Add a seat"), _("Add")), _("The seat is on the map"),
        lambda said: _at(power.add_seat(row, said, by=by, now=now)),
    )  # fmt: skip


@staff_page
def seat_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Who holds it, its role, below whom it stands: the form that a drag and the keys open too."""
    seat = _seat(request, pk)
    initial = {name: getattr(seat, name) for name in (*power.SEAT_FIELDS, "version")}
    form = SeatForm(
        sent(request),
        initial=initial | _asked(request, seat.map),
        row=seat.map,
        seats=_above(seat),
    )
    by, now = actor_of(request), clock.now()

    def act(said: dict[str, Any]) -> str:
        version = said.pop("version") or seat.version
        return _at(power.edit_seat(seat, said, by=by, now=now, version=version))

    page = _page(seat.map, _("Edit the seat"), _("Save")) | {"crumb_url": _at(seat)}
    return _form(request, form, page, _("Saved"), act)


@staff_page
@require_POST
def seat_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a seat off."""
    seat = _seat(request, pk)
    power.remove_seat(seat, by=actor_of(request), now=clock.now(), version=version_of(request))
    toast(request, _("Taken off the map"))
    return redirect(seat.map.get_absolute_url())


@staff_page
def edge_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Tie a seat to another one."""
    seat = _seat(request, pk)
    form = EdgeForm(sent(request), seats=_seats(seat.map).exclude(pk=seat.pk))
    who = seat.contact.name if seat.contact is not None else seat.title
    page = _page(seat.map, _("%(name)s: influence on…") % {"name": who}, _("Add"))
    by, now = actor_of(request), clock.now()

    def act(said: dict[str, Any]) -> str:
        power.connect(seat, said.pop("to_seat"), by=by, now=now, **said)
        return _at(seat)

    return _form(request, form, page | {"crumb_url": _at(seat)}, _("The tie is on the map"), act)


@staff_page
@require_POST
def edge_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a tie off."""
    rows = InfluenceEdge.objects.visible_to(request.user).select_related(
        "from_seat__map__customer__owning_unit"
    )
    edge = found(rows, pk=pk)
    ask(rules.may_edit_edge(request.user, edge), rule="R-R3")
    power.disconnect(edge, by=actor_of(request), now=clock.now(), version=version_of(request))
    toast(request, _("Taken off the map"))
    return redirect(_at(edge.from_seat))


def _map(request: HttpRequest, pk: int) -> PowerMap:
    row = map_of(request, pk)
    ask(rules.may_edit_map(request.user, row), rule="R-R3")
    ask(not is_presenting(request), _("Scores are hidden while presenting."))
    return row


def _seat(request: HttpRequest, pk: int) -> PowerSeat:
    rows = PowerSeat.objects.visible_to(request.user)
    seat = found(
        rows.select_related("map__customer__owning_unit", "contact", "reports_to"), pk=pk
    )  # fmt: skip
    ask(rules.may_edit_seat(request.user, seat), rule="R-R3")
    ask(not is_presenting(request), _("Scores are hidden while presenting."))
    return seat


def _seats(row: PowerMap) -> Any:
    return PowerSeat.objects.standing().filter(map=row).select_related("contact").order_by("id")


def _above(seat: PowerSeat) -> Any:
    """Seats that this one may stand below: not itself, nobody below it."""
    rows = _seats(seat.map)
    parents = dict(rows.values_list("pk", "reports_to_id"))
    return rows.exclude(pk__in=[pk for pk in parents if noun.is_below(parents, seat.pk, pk)])


def _asked(request: HttpRequest, row: PowerMap) -> dict[str, Any]:
    """The seat above that a drag or a link names; 0 is the top."""
    pk = request.GET.get("reports_to", "")
    if not pk.isdecimal() or len(pk) > 18:
        return {}
    return {"reports_to": _seats(row).filter(pk=int(pk)).first()}


def _at(seat: PowerSeat) -> str:
    return f"/power-maps/{seat.map_id}/?seat={seat.pk}"


def _page(row: PowerMap, title: str, submit: str) -> dict[str, Any]:
    return {
        "title": title,
        "submit": submit,
        "crumb": row.name,
        "crumb_url": row.get_absolute_url(),
    }


def _form(
    request: HttpRequest,
    form: Any,
    page: dict[str, Any],
    said: str,
    act: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            there = act(dict(form.cleaned_data))
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, said)
            return redirect(there)
    return answer(request, "parts/form_page.html", page, form)
