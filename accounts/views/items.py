"""Pages of action items of a customer: list, new, done, checked, cancelled."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import rules
from accounts.actions import action_items
from accounts.choices import ActionStatus
from accounts.forms import DoneForm, ItemForm, NoteForm
from accounts.models import ActionItem
from accounts.views.acting import customer_of, do, head_of, submit
from core import clock
from core.paging import page_of
from core.preferences import is_presenting, refuse_presenting
from core.web import actor_of, ask, found, staff_page


@staff_page
def item_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What we promised to do for a customer; closed ones are one click away."""
    customer = customer_of(request, pk)
    closed = bool(request.GET.get("closed"))
    rows = ActionItem.objects.visible_to(request.user).filter(customer=customer)
    rows = rows.not_confidential() if is_presenting(request) else rows
    rows = rows.select_related("owner", "verifier")
    rows = rows.exclude(status=ActionStatus.OPEN) if closed else rows.open()
    page = page_of(
        rows, ordering="-due_at" if closed else "due_at", cursor=request.GET.get("cursor", "")
    )
    now = clock.now()
    context = {
        **head_of(request, customer, "action-items"),
        "page": page,
        "items": [(item, _tone(item, now)) for item in page.rows],
        "closed": closed,
        "me": request.user.pk,
        "now": now,
    }
    return render(request, "accounts/item_list.html", context)


def _tone(item: ActionItem, now) -> str:
    if item.status != ActionStatus.OPEN:
        return "ok" if item.status != ActionStatus.CANCELLED else "none"
    return "breach" if item.due_at < now else "info"


@staff_page
def item_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise something about a customer."""
    customer = customer_of(request, pk)
    ask(rules.may_edit_customer(request.user, customer), _("You are not on this account team."))
    form = ItemForm(request.POST or None, user=request.user, initial={"owner": request.user.pk})
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: action_items.create(
            values.pop("text"), customer=customer, by=by, now=clock.now(), **values
        ),
        to=f"{customer.get_absolute_url()}action-items/",
        said=_("Noted, with its time"),
        page={
            "title": _("New action item"),
            "submit": _("Add"),
            "crumb": customer.name,
            "crumb_url": f"{customer.get_absolute_url()}action-items/",
        },
    )


def _item(request: HttpRequest, pk: int) -> ActionItem:
    rows = ActionItem.objects.visible_to(request.user)
    item = found(rows.select_related("customer", "owner", "verifier"), pk=pk)
    if item.is_confidential:
        refuse_presenting(request)
    return item


def _back(item: ActionItem) -> str:
    return f"/customers/{item.customer_id}/action-items/" if item.customer_id else "/"


@staff_page
def item_done(request: HttpRequest, pk: int) -> HttpResponse:
    """It is done; with somebody who checks it the evidence is needed."""
    item = _item(request, pk)
    ask(rules.may_edit_item(request.user, item), _("The owner closes this."))
    form = DoneForm(request.POST or None, user=request.user)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: action_items.done(item, evidence=values["evidence"], by=by, now=clock.now()),
        to=_back(item),
        said=_("Done"),
        page={
            "title": _("Done: %(text)s") % {"text": item.text},
            "submit": _("Mark as done"),
            "crumb": _("Action items"),
            "crumb_url": _back(item),
        },
    )


@staff_page
def item_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing will be done, and why."""
    item = _item(request, pk)
    ask(rules.may_edit_item(request.user, item), _("The owner closes this."))
    form = NoteForm(request.POST or None, user=request.user)
    form.fields["note"].label = _("Reason")
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: action_items.cancel(item, reason=values["note"], by=by, now=clock.now()),
        to=_back(item),
        said=_("Cancelled"),
        page={
            "title": _("Cancel: %(text)s") % {"text": item.text},
            "submit": _("Cancel it"),
            "crumb": _("Action items"),
            "crumb_url": _back(item),
            "danger": True,
        },
    )


@require_POST
@staff_page
def item_verb(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Reopen or check an item."""
    item = _item(request, pk)
    by, now = actor_of(request), clock.now()
    if verb == "verify":
        ask(rules.may_verify_item(request.user, item), _("Somebody other than the owner checks."))
        return do(
            request,
            lambda: action_items.verify(item, by=by, now=now),
            to=_back(item),
            said=_("Checked"),
        )
    ask(rules.may_edit_item(request.user, item), _("The owner decides this."))
    return do(
        request,
        lambda: action_items.reopen(item, by=by, now=now),
        to=_back(item),
        said=_("Open again"),
    )
