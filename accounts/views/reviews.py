"""Pages of the review of key actions, beside the scorecard of a person."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import rules
from accounts.actions import reviews
from accounts.choices_review import ReviewStatus
from accounts.forms_review import FillForm, ReviewForm
from accounts.models import KeyActionReview, Scorecard
from accounts.views.acting import do, submit
from core import clock
from core.preferences import is_presenting
from core.web import actor_of, ask, found, staff_page

OPEN = (ReviewStatus.OPEN,)
SCORABLE = (ReviewStatus.SELF_FILLED, ReviewStatus.REVIEWED)


@staff_page
@require_safe
def review_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The nine with their evidence, both scores, and the appraisal once both parts stand."""
    cards = Scorecard.objects.visible_to(request.user).exclude(person=None)
    card = found(cards.select_related("template", "unit", "person"), pk=pk)
    row = KeyActionReview.objects.filter(scorecard=card).select_related("confirmed_by").first()
    known = reviews.key_actions()
    shown = row is not None and not is_presenting(request)
    heads = rules.may_confirm_scorecard(request.user, card)
    state = row.status if row else ""
    context = {
        "card": card,
        "row": row,
        "lines": [
            (
                _(known[one.action][0]) if one.action in known else one.action,
                one,
                [(_(fact["label"]), fact) for fact in one.evidence],
            )
            for one in (row.scores.all() if row is not None and shown else [])
        ],
        "may_open": row is None and rules.may_open_scorecard(request.user, card.unit),
        "may_gather": state not in ("", ReviewStatus.CONFIRMED)
        and rules.may_open_scorecard(request.user, card.unit),
        "may_fill": state in OPEN and request.user.pk == card.person_id,
        "may_review": state in SCORABLE and heads,
        "may_confirm": state == ReviewStatus.REVIEWED and heads,
        "now": clock.now(),
    }
    return render(request, "accounts/review.html", context)


@require_POST
@staff_page
def review_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the review of a card."""
    cards = Scorecard.objects.visible_to(request.user).exclude(person=None)
    card = found(cards.select_related("unit", "person"), pk=pk)
    ask(rules.may_open_scorecard(request.user, card.unit), _("A head above decides."), rule="R-K5")
    return do(
        request,
        lambda: reviews.open_review(card, by=actor_of(request), now=clock.now()),
        to=f"{card.get_absolute_url()}key-actions/",
        said=_("Opened; the evidence is read"),
    )


@staff_page
def review_fill(request: HttpRequest, pk: int) -> HttpResponse:
    """The person scores the own actions."""
    row = _row(request, pk)
    ask(
        request.user.pk == row.scorecard.person_id,
        _("Everybody fills in their own review."),
        rule="R-K5",
    )
    form = FillForm(request.POST or None, user=request.user, review=row)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: reviews.fill(row, form.scores(values), by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Filled in; your head scores next"),
        page=_page(row, _("Score your key actions")),
    )


@staff_page
def review_score(request: HttpRequest, pk: int) -> HttpResponse:
    """The manager scores, with reasons."""
    row = _row(request, pk)
    ask(
        rules.may_confirm_scorecard(request.user, row.scorecard),
        _("A head above scores, never who is measured."),
        rule="R-K5",
    )
    begin = {one.action: one.manager_score for one in row.scores.all()}
    begin |= {f"{one.action}_why": one.comment for one in row.scores.all()}  # type: ignore[misc]
    form = ReviewForm(request.POST or None, user=request.user, review=row, initial=begin)
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: reviews.review(row, form.scores(values), by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Scored"),
        page=_page(row, _("Score the key actions")),
    )


@require_POST
@staff_page
def review_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Read the evidence anew, or confirm the appraisal."""
    row = _row(request, pk)
    card, by, now = row.scorecard, actor_of(request), clock.now()
    if verb == "confirm":
        may = rules.may_confirm_scorecard(request.user, card)
        ask(may, _("A head above confirms, never who is measured."), rule="R-K6")
        return do(
            request, lambda: reviews.confirm(row, by=by, now=now),
            to=row.get_absolute_url(), said=_("Appraisal confirmed"),
        )  # fmt: skip
    ask(rules.may_open_scorecard(request.user, card.unit), _("A head above decides."), rule="R-K5")
    return do(
        request, lambda: reviews.gather(row, by=by, now=now),
        to=row.get_absolute_url(), said=_("Evidence read anew"),
    )  # fmt: skip


def _row(request: HttpRequest, pk: int) -> KeyActionReview:
    rows = KeyActionReview.objects.visible_to(request.user)
    row = found(rows.select_related("scorecard__unit", "scorecard__person"), pk=pk)
    if is_presenting(request):
        raise Http404
    return row


def _page(row: KeyActionReview, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "submit": _("Save"),
        "crumb": _("Key actions"),
        "crumb_url": row.get_absolute_url(),
        "two_columns": True,
    }
