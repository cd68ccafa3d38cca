"""Pages of strategic agreements: all in sight, those of a customer, one, its text."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.actions.assessments import local_today
from accounts.models import Customer
from accounts.views.acting import customer_of, head_of, submit
from core import clock
from core.lists.pages import check_tabs, list_page
from core.paging import page_of
from core.web import actor_of, ask, found, staff_page
from relationships import agreements as noun
from relationships import rules
from relationships.actions import agreements
from relationships.choices_agreement import AGREEMENT_SIGNED, LOCKABLE, AgreementStatus
from relationships.forms_agreement import AgreementForm, LaterForm
from relationships.lists_papers import AGREEMENTS, days_left
from relationships.lists_papers import tone_of_agreement as tone_of
from relationships.models import JointInnovationCentre, StrategicAgreement
from relationships.queries.agreements import locked_in, sums_of, with_locked
from relationships.queries.rounds import raters_of
from relationships.views import innovation

TABS = (
    ("", gettext_lazy("All")),
    ("open", gettext_lazy("Not ended")),
    ("ending", gettext_lazy("Ending soon")),
    ("mine", gettext_lazy("Mine")),
)
LOCKED_TONES = {"won": "ok", "lost": "risk", "released": "paused", "locked": "info"}


@staff_page
@require_safe
def agreement_list(request: HttpRequest) -> HttpResponse:
    """Agreements in sight, the next to end first."""
    return list_page(
        request,
        AGREEMENTS,
        "relationships/agreements.html",
        lambda listing: {"tabs": check_tabs(listing, TABS)},
    )


@staff_page
@require_safe
def customer_agreements(request: HttpRequest, pk: int) -> HttpResponse:
    """What this customer and we have agreed on."""
    customer = customer_of(request, pk)
    rows = StrategicAgreement.objects.filter(customer=customer).select_related("owner")
    page = page_of(with_locked(rows), ordering="-ends_on", cursor=request.GET.get("cursor", ""))
    for row in page.rows:
        row.customer = customer
    now = clock.now()
    centres = JointInnovationCentre.objects.filter(customer=customer).order_by("-id")
    context = {
        **head_of(request, customer, "agreements"),
        "page": page,
        "lines": lines_of(page.rows, now),
        "centres": innovation.lines_of(list(innovation.with_topics(centres)[:20])),
        "may_draft": rules.may_draft_agreement(request.user, customer),
        "now": now,
    }
    return render(request, "relationships/customer_agreements.html", context)


@staff_page
@require_safe
def agreement_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement: its two halves, and what the reader may do next."""
    row = agreement_of(request, pk)
    now = clock.now()
    locked = locked_in(row, request.user)
    successor = row.successors.exclude(status=AgreementStatus.TERMINATED).first()
    context = {
        "row": row,
        "tone": tone_of(row, now),
        "left": days_left(row, now),
        "locked": [(each, LOCKED_TONES[each.status]) for each in locked],
        "sums": sums_of(locked),
        "successor": successor,
        "lacks": row.status == AgreementStatus.SIGNED
        and noun.signatories_lack(row.our_signatory, row.their_signatory),
        "may": _may(request.user, row, successor),
        "now": now,
    }
    return render(request, "relationships/agreement.html", context)


@staff_page
def agreement_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft an agreement."""
    customer = customer_of(request, pk)
    ask(rules.may_draft_agreement(request.user, customer), _("You are not on this account team."))
    by, now = actor_of(request), clock.now()
    today = local_today(customer, now)
    form = AgreementForm(
        request.POST or None,
        user=request.user,
        people=raters_of(customer, request.user),
        initial={"owner": request.user.pk, "starts_on": today},
    )
    return submit(
        request,
        form,
        lambda values: agreements.draft(customer, values, by=by, now=now),
        to="/agreements/{pk}/",
        said=_("Drafted"),
        page=page_words(customer, _("New strategic agreement"), _("Save")),
    )


@staff_page
def agreement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the text while it is negotiated; afterwards its owner and where it is filed."""
    row = agreement_of(request, pk)
    ask(rules.may_work_agreement(request.user, row), _("You are not on this account team."))
    by = actor_of(request)
    kind = AgreementForm if row.is_draft else LaterForm
    form = kind(
        request.POST or None,
        user=request.user,
        people=raters_of(row.customer, request.user),
        initial={name: getattr(row, name) for name in (*agreements.FIELDS, "version")},
    )
    form.fields["owner"].initial = row.owner_id
    return submit(
        request,
        form,
        lambda values: agreements.edit(
            row, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or row.version
        ),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=page_words(row.customer, _("Edit %(name)s") % {"name": row.title}, _("Save"), row),
    )


def agreement_of(request: HttpRequest, pk: int) -> StrategicAgreement:
    """An agreement of a customer in sight, else 404."""
    rows = StrategicAgreement.objects.visible_to(request.user)
    joined = rows.select_related(
        "customer__owning_unit", "owner", "renews", "compliance_by", "approved_by",
        "our_signatory", "their_signatory",
    )  # fmt: skip
    return found(joined, pk=pk)


def lines_of(
    rows: list[StrategicAgreement], now: dt.datetime
) -> list[tuple[StrategicAgreement, str, int | None]]:
    """(row, tone, days until it ends when that is near)."""
    return [(row, tone_of(row, now), days_left(row, now)) for row in rows]


def page_words(
    customer: Customer, title: str, button: str, row: StrategicAgreement | None = None
) -> dict[str, Any]:
    """The context of a form page about agreements."""
    home = f"{customer.get_absolute_url()}agreements/"
    return {
        "title": title,
        "submit": button,
        "crumb": row.title if row else customer.name,
        "crumb_url": row.get_absolute_url() if row else home,
        "two_columns": False,
    }


def _may(
    user: Any, row: StrategicAgreement, successor: StrategicAgreement | None
) -> dict[str, bool]:
    works = rules.may_work_agreement(user, row)
    negotiating = row.status == AgreementStatus.NEGOTIATING
    waits = row.waits_for_compliance
    return {
        "edit": row.is_open and works,
        "negotiate": row.status == AgreementStatus.DRAFTING and works,
        "clear": waits and rules.may_clear_agreement(user, row),
        "approve": negotiating and not waits and rules.may_approve_agreement(user, row),
        "give_back": row.status == AgreementStatus.APPROVED and works,
        "sign": row.status in (AgreementStatus.APPROVED, AgreementStatus.SIGNED) and works,
        "renew": row.status == AgreementStatus.IN_FORCE and works and successor is None,
        "lock": row.status in LOCKABLE and works,
        "release": row.is_open and works,
        "end": row.is_open and rules.may_end_agreement(user, row),
        "signed": row.status in AGREEMENT_SIGNED,
    }
