"""Pages of the gift register: the list, one gift, enter, decide, hand over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Contact, private_to
from core import clock
from core.errors import Refused
from core.formpages import answer, put_on, sent
from core.lists.pages import list_page
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from relationships import rules
from relationships.actions import gifts
from relationships.actions.assessments import today_of
from relationships.choices import GiftStatus
from relationships.forms import ReasonForm
from relationships.forms_gift import GiftForm, HandOverForm
from relationships.lists_closed import GIFTS, tone_of_gift
from relationships.models import GiftRecord


@staff_page
@require_safe
def gift_list(request: HttpRequest) -> HttpResponse:
    """The register, as far as the reader may see it."""
    if is_presenting(request):
        return render(request, "relationships/gift_hidden.html")
    return list_page(request, GIFTS, "relationships/gifts.html")


@staff_page
@require_safe
def gift_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One gift, and what the reader may do next."""
    row = gift_of(request, pk)
    if is_presenting(request):
        return render(request, "relationships/gift_hidden.html")
    works = rules.may_work_gift(request.user, row)
    context = {
        "row": row,
        "tone": tone_of_gift(row),
        "now": clock.now(),
        "may": {
            "submit": works and row.status == GiftStatus.DRAFT,
            "decide": row.status == GiftStatus.SUBMITTED
            and rules.may_decide_gift(request.user, row),
            "hand_over": works and row.status == GiftStatus.APPROVED,
            "cancel": works and row.status not in gifts.TERMINAL,
        },
    }
    return render(request, "relationships/gift.html", context)


@staff_page
def gift_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a gift for, or from, one person."""
    rows = Contact.objects.filter(customer__in=private_to(request.user))
    who = found(rows.select_related("customer__owning_unit"), pk=pk)
    ask(rules.may_enter_gift(request.user, who), rule="R-G1")
    ask(not is_presenting(request), _("Gifts are hidden while presenting."))
    by, now = actor_of(request), clock.now()
    form = GiftForm(sent(request), initial={"given_on": today_of(who, now)})
    page = {
        "title": _("Enter a gift: %(name)s") % {"name": who.name},
        "intro": _("It stays in the register as you enter it; what is wrong is cancelled."),
        "submit": _("Enter"),
        "crumb": who.name,
        "crumb_url": who.get_absolute_url(),
        "two_columns": True,
    }
    return _form(request, form, page, lambda said: gifts.draft(who, said, by=by, now=now))


@staff_page
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for what it needs."""
    row = gift_of(request, pk)
    ask(rules.may_work_gift(request.user, row), rule="R-G1")
    gifts.submit(row, by=actor_of(request), now=clock.now())
    waits = row.status == GiftStatus.SUBMITTED
    toast(request, _("It waits for approval") if waits else _("It may be given"))
    return redirect(row.get_absolute_url())


@staff_page
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """It may be given."""
    row = gift_of(request, pk)
    ask(rules.may_decide_gift(request.user, row), rule="b.6")
    gifts.approve(row, by=actor_of(request), now=clock.now())
    toast(request, _("Approved"))
    return redirect(row.get_absolute_url())


@staff_page
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """It may not."""
    row = gift_of(request, pk)
    ask(rules.may_decide_gift(request.user, row), rule="b.6")
    return _reason(request, row, gifts.refuse, _("Refuse the gift"))


@staff_page
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """It does not take place."""
    row = gift_of(request, pk)
    ask(rules.may_work_gift(request.user, row), rule="R-G3")
    return _reason(request, row, gifts.cancel, _("Cancel the gift"))


@staff_page
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """It was handed over."""
    row = gift_of(request, pk)
    ask(rules.may_work_gift(request.user, row), rule="R-G1")
    by, now = actor_of(request), clock.now()
    form = HandOverForm(sent(request), initial={"given_on": today_of(row.contact, now)})
    return _form(
        request, form, _page(row, _("Handed over")),
        lambda said: gifts.hand_over(
            row, said["given_on"], receipt=said["receipt"], by=by, now=now
        ),
    )  # fmt: skip


def gift_of(request: HttpRequest, pk: int) -> GiftRecord:
    """A gift that the reader may see, else 404."""
    rows = GiftRecord.objects.visible_to(request.user)
    joined = rows.select_related("contact__customer__owning_unit", "created_by", "decided_by")
    return found(joined, pk=pk)


def _page(row: GiftRecord, title: str) -> dict[str, Any]:
    return {"title": title, "crumb": row.contact.name, "crumb_url": row.get_absolute_url()}


def _reason(request: HttpRequest, row: GiftRecord, act: Callable, title: str) -> HttpResponse:
    form, by, now = ReasonForm(sent(request)), actor_of(request), clock.now()
    return _form(
        request, form, _page(row, title),
        lambda said: act(row, by=by, now=now, note=said["reason"]),
    )  # fmt: skip


def _form(
    request: HttpRequest,
    form: Any,
    page: dict[str, Any],
    act: Callable[[dict[str, Any]], GiftRecord],
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            row = act(form.cleaned_data)
        except Refused as refusal:
            put_on(form, refusal, note="reason")
        else:
            toast(request, _("Saved"))
            return redirect(row.get_absolute_url())
    return answer(request, "parts/form_page.html", page, form)
