"""The form of a stance towards a competitor."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core import clock
from core.errors import Refused
from core.formpages import answer, put_on, sent
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from relationships import rules
from relationships.actions import stances
from relationships.actions.assessments import today_of
from relationships.forms_power import StanceForm
from relationships.queries.power import rivals_at
from relationships.views.assess import contacts_of


@staff_page
def stance_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Note where somebody stands towards a competitor."""
    contact = found(contacts_of(request.user), pk=pk)
    ask(rules.may_propose(request.user, contact.customer), rule="C092")
    ask(not is_presenting(request), _("Scores are hidden while presenting."))
    now = clock.now()
    form = StanceForm(
        sent(request),
        initial={"as_of": today_of(contact, now)},
        rivals=rivals_at(contact.customer),
    )
    crumb_url = f"/customers/{contact.customer_id}/grid/?person={contact.pk}"
    if form.is_bound and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "checked"}
        try:
            stances.note(
                contact, said.pop("competitor"), said.pop("stance"),
                by=actor_of(request), now=now, **said,
            )  # fmt: skip
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Noted"))
            return redirect(crumb_url)
    page = {
        "title": _("%(name)s: stance towards a competitor") % {"name": contact.name},
        "submit": _("Save"), "crumb": contact.customer.name, "crumb_url": crumb_url,
    }  # fmt: skip
    return answer(request, "relationships/stance_form.html", page, form)
