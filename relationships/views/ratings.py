"""Rounds of ratings: ask several people, give the own score unseen, compare, propose."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.errors import Refused
from core.formpages import answer, put_on, sent, status_of
from core.preferences import is_presenting
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from relationships import rules
from relationships.actions import ratings
from relationships.actions.readings import log_reads
from relationships.forms import RatingForm, RoundForm
from relationships.models import RatingRound
from relationships.queries.deals import open_deals_of
from relationships.queries.rounds import RoundView, raters_of, view_of, with_ratings
from relationships.views.assess import contacts_of, deal_asked


@staff_page
def round_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask several people where a contact stands."""
    contact = found(contacts_of(request.user), pk=pk)
    ask(rules.may_propose(request.user, contact.customer), rule="0.2")
    ask(not is_presenting(request), _("Scores are hidden while presenting."))
    deals = open_deals_of(contact.customer, request.user)
    form = RoundForm(
        sent(request),
        initial={"opportunity": deal_asked(request, deals)},
        raters=raters_of(contact.customer, request.user),
        deals=deals,
    )
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            row = ratings.ask(
                contact,
                said["raters"],
                by=actor_of(request),
                now=clock.now(),
                question=said["question"],
                closes_on=said["closes_on"],
                opportunity=said["opportunity"],
            )
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("%(n)s people were asked") % {"n": len(said["raters"])})
            return redirect(row.get_absolute_url())
    context = {
        "title": _("Ask several about %(name)s") % {"name": contact.name},
        "submit": _("Ask them"),
        "intro": _("Each gives a score without seeing the others'; then the spread shows."),
        "crumb": contact.customer.name,
        "crumb_url": f"/customers/{contact.customer_id}/grid/?person={contact.pk}",
    }
    return answer(request, "parts/form_page.html", context, form)


@staff_page
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A round: the own score is given here; the others' show once it is, or at the end."""
    row = _round(request, pk)
    if is_presenting(request):
        return render(request, "relationships/hidden.html", {"customer": row.customer})
    shown = view_of(row, request.user)
    if request.method == "POST":
        ask(rules.may_rate(request.user, row), rule="R-R2")
    form = None
    if request.method == "POST" or shown.owes:
        form = RatingForm(sent(request))
    if form is not None and form.is_bound and form.is_valid():
        try:
            _rate(request, row, form.cleaned_data)
        except Refused as refusal:
            put_on(form, refusal)
        else:
            toast(request, _("Your score is in; now you see the others'"))
            return redirect(row.get_absolute_url())
    log_reads([row.customer], by=actor_of(request), now=clock.now())
    status = status_of(form) if form is not None else 200
    return render(request, "relationships/round.html", _page(request, shown, form), status=status)


@staff_page
@require_POST
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a round with the scores given so far."""
    row = _round(request, pk)
    ask(rules.may_end_round(request.user, row), rule="R-R2")
    ratings.close(row, by=actor_of(request), now=clock.now())
    toast(request, _("The round is closed"))
    return redirect(row.get_absolute_url())


@staff_page
@require_POST
def round_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a round; what was given is dropped."""
    row = _round(request, pk)
    ask(rules.may_end_round(request.user, row), rule="R-R2")
    ratings.cancel(row, by=actor_of(request), now=clock.now())
    toast(request, _("The round is cancelled; its scores are dropped"))
    return redirect(f"/customers/{row.customer_id}/grid/?person={row.contact_id}")


def _round(request: HttpRequest, pk: int) -> RatingRound:
    return found(with_ratings(RatingRound.objects.visible_to(request.user)), pk=pk)


def _rate(request: HttpRequest, row: RatingRound, said: dict[str, Any]) -> None:
    point = said["intimacy"], said["support"]
    by, now = actor_of(request), clock.now()
    ratings.rate(row, point, by=by, now=now, evidence=said["evidence"])


def _page(request: HttpRequest, shown: RoundView, form: Any) -> dict[str, Any]:
    row = shown.round
    middle = shown.middle
    start = f"?intimacy={middle[0]}&support={middle[1]}" if middle else ""
    if row.opportunity_id:
        start = f"{start or '?'}&opportunity={row.opportunity_id}".replace("?&", "?")
    return {
        "customer": row.customer,
        "shown": shown,
        "form": form,
        "now": clock.now(),
        "may_end": row.is_open and rules.may_end_round(request.user, row),
        "propose_url": "" if row.is_open else f"/contacts/{row.contact_id}/assess/{start}",
        "may_propose": rules.may_propose(request.user, row.customer),
    }
