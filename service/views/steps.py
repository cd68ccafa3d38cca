"""Every step on a ticket as a form page (or dialog) and a POST: one view, one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import Refused
from core.formpages import put_on, sent, status_of
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from service import forms, rules
from service.actions import change, escalations, outcome, pauses, work
from service.actions.log import When
from service.choices import SEVERITY_OF
from service.models import Ticket
from service.queries import steps as possible


@dataclass(frozen=True)
class Step:
    """A verb: its title, form, action and who may."""

    title: Any
    form: type[forms.StepForm]
    act: Callable[..., Any]
    may: Callable[[Any, Ticket], bool] = rules.may_work
    intro: Any = ""
    done: Any = ""


def _severity(ticket: Ticket, *, severity: str, **more: Any) -> None:
    change.change_severity(ticket, severity=SEVERITY_OF[severity], **more)


STEPS: dict[str, Step] = {
    "accept": Step(gettext_lazy("Accept"), forms.NothingForm, work.accept),
    "claim": Step(gettext_lazy("Claim"), forms.NothingForm, work.claim),
    "unclaim": Step(gettext_lazy("Give back"), forms.NothingForm, work.unclaim),
    "assign": Step(gettext_lazy("Assign"), forms.AssignForm, work.assign),
    "contact": Step(gettext_lazy("Record a contact"), forms.TextForm, work.contact),
    "update": Step(
        gettext_lazy("Send an update"),
        forms.TextForm,
        work.send_update,
        intro=gettext_lazy("The customer's contact gets this text by mail and in the portal."),
    ),
    "message": Step(gettext_lazy("Record the customer's message"), forms.TextForm, work.receive),
    "note": Step(gettext_lazy("Add a note"), forms.NoteForm, work.note),
    "pause": Step(
        gettext_lazy("Pause the clocks"),
        forms.PauseForm,
        pauses.pause,
        intro=gettext_lazy(
            "Only waits that the customer causes count. Response and update never stop; any "
            "message of the customer, and the expected time, let the clocks run on."
        ),
    ),
    "resume": Step(gettext_lazy("Resume"), forms.NothingForm, pauses.resume),
    "dispatch": Step(gettext_lazy("Dispatch an engineer"), forms.WhenForm, work.dispatch),
    "arrive": Step(gettext_lazy("Record the arrival"), forms.WhenForm, work.arrive),
    "restore": Step(gettext_lazy("Service is back"), forms.RestoreForm, outcome.restore),
    "resolve": Step(gettext_lazy("Resolve"), forms.ResolveForm, outcome.resolve),
    "confirm": Step(gettext_lazy("The customer confirmed"), forms.ConfirmForm, outcome.confirm),
    "reject": Step(gettext_lazy("The customer rejected"), forms.TextForm, outcome.reject),
    "close": Step(gettext_lazy("Close"), forms.CloseForm, outcome.close),
    "reopen": Step(gettext_lazy("Reopen"), forms.NoteForm, outcome.reopen),
    "cancel": Step(gettext_lazy("Cancel the ticket"), forms.ReasonForm, outcome.cancel),
    "call-back": Step(gettext_lazy("Record the callback"), forms.TextForm, outcome.call_back),
    "severity": Step(gettext_lazy("Change the severity"), forms.SeverityForm, _severity),
    "level": Step(
        gettext_lazy("Change the service level"),
        forms.LevelForm,
        change.change_level,
        rules.may_lower,
    ),
    "hand-over": Step(
        gettext_lazy("Hand to the next line"), forms.HandOverForm, escalations.next_line
    ),
    "take-over": Step(gettext_lazy("Take over"), forms.NothingForm, escalations.take_over),
    "escalate": Step(gettext_lazy("Call management"), forms.EscalateForm, escalations.escalate),
}
UNDO = {"claim": "unclaim"}


@staff_page
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """The form of a step, and the step."""
    seen = Ticket.objects.visible_to(request.user).select_related("customer", "owner", "contact")
    ticket = found(seen, pk=pk)
    one = STEPS[verb]
    ask(one.may(request.user, ticket))
    form = one.form(sent(request), ticket=ticket, user=request.user)
    if form.is_bound and form.is_valid() and _act(request, ticket, one, form):
        undo = f"/tickets/{pk}/{UNDO[verb]}/" if verb in UNDO else ""
        toast(
            request,
            _("%(code)s: %(step)s") % {"code": ticket.code, "step": one.title},
            undo_url=undo,
        )
        return redirect(_back(request, ticket))
    context = {
        "title": one.title,
        "form": form,
        "submit": one.title,
        "intro": one.intro,
        "cancel_url": ticket.get_absolute_url(),
        "crumb": ticket.code,
        "crumb_url": ticket.get_absolute_url(),
        "will_stop": possible.pausable(ticket) if verb == "pause" else None,
    }
    return render(request, "service/ticket_step.html", context, status=status_of(form))


def _back(request: HttpRequest, ticket: Ticket) -> str:
    """Where the person came from, when that is a page of ours."""
    there = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(there, allowed_hosts=None) and there.startswith("/")
    return there if ours else ticket.get_absolute_url()


def _act(request: HttpRequest, ticket: Ticket, one: Step, form: forms.StepForm) -> bool:
    values = dict(form.cleaned_data)
    if "why_late" in form.fields:
        values["when"] = When(values.pop("at"), values.pop("why_late"), values.pop("second_person"))
    try:
        with transaction.atomic():
            one.act(ticket, by=actor_of(request), now=clock.now(), **values)
    except Refused as refusal:
        if not form.fields:
            raise
        put_on(form, refusal)
        return False
    return True
