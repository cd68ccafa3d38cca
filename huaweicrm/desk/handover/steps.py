"""What is done with a handover: begin, introduce, give, write the letter, complete, cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import rules
from accounts.actions import handovers
from accounts.forms import Form, NoteForm
from accounts.forms_handover import IntroduceForm, LetterForm
from accounts.models import Handover
from accounts.queries_handover import to_introduce
from accounts.views.acting import do, submit
from core import clock
from core.preferences import refuse_presenting
from core.toasts import toast
from core.web import actor_of, ask, staff_page
from huaweicrm.desk.handover.views import handover_of, handover_to_decide, home_of


@staff_page
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """The overlap begins before its day."""
    row = _decided(request, pk)
    by = actor_of(request)
    return do(
        request,
        lambda: handovers.begin(row, by=by, now=clock.now()),
        to=home_of(request, row),
        said=_("The overlap has begun"),
    )


@staff_page
@require_POST
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """All open work of the predecessor here becomes the successor's."""
    row = _mine(request, pk, rules.may_work_handover)
    many = sum(handovers.give(row, by=actor_of(request), now=clock.now()).values())
    said = ngettext("%(n)d piece of work given", "%(n)d pieces of work given", many)
    toast(request, said % {"n": many})
    return redirect(row.get_absolute_url())


@staff_page
@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """The seat changes hands; what is open refuses it (R-A6)."""
    row = _decided(request, pk)
    by = actor_of(request)
    return do(
        request,
        lambda: handovers.complete(row, by=by, now=clock.now()),
        to=home_of(request, row),
        said=_("Handed over; the successor was told"),
    )


@staff_page
def introduce(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom the successor has met."""
    row = _mine(request, pk, rules.may_work_handover)
    people = to_introduce(row)
    form = IntroduceForm(request.POST or None, user=request.user, people=people)
    intro = _("Tick whom %(name)s has met in person.") if people else _("Everybody is introduced.")
    by = actor_of(request)
    return _form(
        request,
        row,
        form,
        lambda values: handovers.introduce(row, values["contacts"], by=by, now=clock.now()),
        title=_("People to introduce"),
        said=_("Introduced"),
        intro=intro % {"name": row.successor.full_name},
    )


@staff_page
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter to the successor, and the end of the overlap."""
    refuse_presenting(request)
    row = _mine(request, pk, rules.may_work_handover)
    names = (*handovers.FIELDS, "version")
    start = {name: getattr(row, name) for name in names}
    form = LetterForm(request.POST or None, user=request.user, initial=start)
    by = actor_of(request)
    return _form(
        request,
        row,
        form,
        lambda values: handovers.edit(
            row, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or 0
        ),
        title=_("Letter to the successor"),
        said=_("Saved"),
    )


@staff_page
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call it off, and why."""
    row = _decided(request, pk)
    form = NoteForm(request.POST or None, user=request.user)
    form.fields["note"].label = _("Reason")
    by = actor_of(request)
    return _form(
        request,
        row,
        form,
        lambda values: handovers.cancel(row, note=values["note"], by=by, now=clock.now()),
        title=_("Call off the handover"),
        said=_("Called off"),
        danger=True,
    )


def _mine(request: HttpRequest, pk: int, may: Callable[[Any, Handover], bool]) -> Handover:
    row = handover_of(request, pk)
    ask(may(request.user, row), rule="R-A6")
    return row


def _decided(request: HttpRequest, pk: int) -> Handover:
    row = handover_to_decide(request, pk)
    ask(rules.may_decide_handover(request.user, row), rule="R-A6")
    return row


def _form(
    request: HttpRequest,
    row: Handover,
    form: Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    said: str,
    **page: Any,
) -> HttpResponse:
    home = home_of(request, row)
    crumbs = {"crumb": row.customer.name, "crumb_url": home}
    shown = {"title": title, "submit": title if page.get("danger") else _("Save"), **crumbs, **page}
    return submit(request, form, act, to=home, said=said, page=shown)
