"""What is done with an agreement: negotiate, clear, approve, sign, renew, end; lock and release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.actions.assessments import local_today
from accounts.choices import ContactStatus
from accounts.forms import NoteForm
from accounts.models import Contact
from accounts.views.acting import do, submit
from core import clock
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from relationships import rules
from relationships.actions import agreement_force, agreements, locked
from relationships.forms_agreement import LockForm, SignForm
from relationships.models import LockedProject, StrategicAgreement
from relationships.queries.agreements import lockable
from relationships.queries.rounds import raters_of
from relationships.views.agreements import agreement_of, page_words

Act = Callable[..., Any]


def _step(
    request: HttpRequest, pk: int, act: Act, *, may: Act, rule: str, said: str
) -> HttpResponse:
    """A step that asks for nothing more."""
    row = agreement_of(request, pk)
    ask(may(request.user, row), rule=rule)
    by = actor_of(request)
    return do(
        request, lambda: act(row, by=by, now=clock.now()), to=row.get_absolute_url(), said=said
    )


@staff_page
@require_POST
def negotiate(request: HttpRequest, pk: int) -> HttpResponse:
    """The text goes to the customer."""
    said = _("Being negotiated; whoever decides was told")
    return _step(
        request, pk, agreements.negotiate, may=rules.may_work_agreement, rule="b.2.1", said=said
    )


@staff_page
@require_POST
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Compliance consents to what is exclusive."""
    said = _("Consent noted; the owner was told")
    return _step(
        request, pk, agreements.clear, may=rules.may_clear_agreement, rule="b.6", said=said
    )


@staff_page
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """A head approves what was negotiated."""
    said = _("Approved; the owner was told")
    return _step(
        request, pk, agreements.approve, may=rules.may_approve_agreement, rule="b.6", said=said
    )


@staff_page
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Compliance does not consent."""
    row = agreement_of(request, pk)
    ask(rules.may_clear_agreement(request.user, row), rule="b.6")
    return _reason(request, row, agreements.object_to, _("Do not consent"))


@staff_page
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the negotiation."""
    row = agreement_of(request, pk)
    ask(rules.may_work_agreement(request.user, row), rule="b.2.1")
    return _reason(request, row, agreements.give_back, _("Back to the negotiation"))


@staff_page
def terminate(request: HttpRequest, pk: int) -> HttpResponse:
    """It ends here."""
    row = agreement_of(request, pk)
    ask(rules.may_end_agreement(request.user, row), rule="b.2.1")
    return _reason(request, row, agreement_force.terminate, _("End the agreement"))


@staff_page
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has signed, and when."""
    row = agreement_of(request, pk)
    ask(rules.may_work_agreement(request.user, row), rule="b.2.1")
    by, now = actor_of(request), clock.now()
    contacts = Contact.objects.filter(customer=row.customer_id, status=ContactStatus.ACTIVE)
    form = SignForm(
        request.POST or None,
        user=request.user,
        people=raters_of(row.customer, request.user),
        contacts=contacts.order_by("name", "id"),
        initial={
            "signed_on": row.signed_on or local_today(row.customer, now),
            "our_signatory": row.our_signatory_id,
            "their_signatory": row.their_signatory_id,
        },
    )

    def act(values: dict[str, Any]) -> StrategicAgreement:
        day = values.pop("signed_on")
        return agreement_force.sign(row, day, by=by, now=now, **values)

    return submit(
        request,
        form,
        act,
        to=row.get_absolute_url(),
        said=_("Signature noted"),
        page=page_words(row.customer, _("Signed: %(name)s") % {"name": row.title}, _("Save"), row),
    )


@staff_page
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the one that follows."""
    row = agreement_of(request, pk)
    ask(rules.may_work_agreement(request.user, row), rule="R-R14")
    made = agreement_force.renew(row, by=actor_of(request), now=clock.now())
    toast(request, _("Drafted with the same text; change what is new"))
    return redirect(made.get_absolute_url())


@staff_page
def lock_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock a deal."""
    row = agreement_of(request, pk)
    ask(rules.may_work_agreement(request.user, row), rule="b.2.1")
    by, now = actor_of(request), clock.now()
    form = LockForm(
        request.POST or None,
        user=request.user,
        deals=lockable(row, request.user),
        years=locked.years_of(row, now),
    )
    return submit(
        request,
        form,
        lambda values: locked.lock(row, values.pop("opportunity"), by=by, now=now, **values),
        to=row.get_absolute_url(),
        said=_("Locked"),
        page=page_words(row.customer, _("Lock a project"), _("Lock"), row),
    )


@staff_page
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not a part of the agreement any more."""
    rows = LockedProject.objects.visible_to(request.user)
    each = found(rows.select_related("agreement__customer__owning_unit", "opportunity"), pk=pk)
    ask(rules.may_release(request.user, each), rule="b.2.1")
    title = _("Release %(name)s") % {"name": each.opportunity.name}
    return _reason(request, each.agreement, locked.release, title, each)


def _reason(
    request: HttpRequest,
    row: StrategicAgreement,
    act: Act,
    title: str,
    about: LockedProject | None = None,
) -> HttpResponse:
    form = NoteForm(request.POST or None, user=request.user)
    form.fields["note"].label = _("Reason")
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: act(about or row, by=by, now=clock.now(), note=values["note"]),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=page_words(row.customer, title, _("Save"), row),
    )
