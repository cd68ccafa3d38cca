"""Pages of the 72-hour notice: draft, approve, send, call, verdict."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core import clock, policy, trail
from core.errors import Refused
from core.formpages import put_on, status_of
from core.paging import ordering_of, page_of, size_of
from core.policies import CUSTOMER_MAIL
from core.toasts import toast
from core.web import actor_of, ask, found, staff_page
from expectations import rules_delivery as rules
from expectations.actions import notice as actions
from expectations.actions import noticework
from expectations.choices import NOTICE_TOLD, NOTICE_UNTOLD, NoticeStatus
from expectations.filters_delivery import NoticeFilter
from expectations.forms_delivery import (
    CallForm,
    EvidenceForm,
    NoticeForm,
    OfferForms,
    offer_rows,
)
from expectations.models import CustomerNotice
from expectations.queries.risks import (
    explain,
    notices_for_list,
    past_alternatives,
    people_around,
    state_of,
)
from expectations.suggestions import suggested
from expectations.tones import NOTICES, VERDICTS
from expectations.views.acting import acted, stepped

HELD = gettext_lazy("Mail to customers is held until an admin opens it; the portal has it at once.")
ORDERINGS = ("deadline_at", "-deadline_at", "-id")


def _notice(request: HttpRequest, pk: int) -> CustomerNotice:
    rows = notices_for_list(request.user).select_related(
        "risk__project__customer", "drafted_by", "approver", "acknowledged_by"
    )
    return found(rows, pk=pk)


@staff_page
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Notices in sight, the next deadline first; untold ones unless the filters say otherwise."""
    now = clock.now()
    asked = request.GET if set(request.GET) & NoticeFilter.names() else {"untold": "true"}
    filters = NoticeFilter(asked, queryset=notices_for_list(request.user), request=request)
    page = page_of(
        filters.qs,
        ordering=ordering_of(request.GET.get("ordering", ""), ORDERINGS),
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    context = {
        "now": now,
        "filter": filters,
        "page": page,
        "states": [state_of(row, now) for row in page.rows],
        "filtered": bool(request.GET),
    }
    return render(request, "expectations/notice_list.html", context)


@staff_page
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: clock, text, alternatives, who was told, why the verdict is what it is."""
    row, now, user = _notice(request, pk), clock.now(), request.user
    lacks = actions.missing(row) if row.status in NOTICE_UNTOLD else {}
    context = {
        "now": now,
        "notice": row,
        "risk": row.risk,
        "state": state_of(row, now),
        "tone": NOTICES[row.status],
        "lacks": lacks,
        "is_ready": not lacks,
        "alternatives": row.alternatives.select_related("owner"),
        "recipients": actions.reachable(row),
        "records": row.records.select_related("contact", "recorded_by"),
        "history": trail.history(row, confidential=False)[:20],
        "is_untold": row.status in NOTICE_UNTOLD,
        "is_told": row.status in NOTICE_TOLD,
        "may_draft": rules.may_draft_notice(user, row),
        "may_approve": rules.may_approve_notice(user, row),
        "may_send": rules.may_send_notice(user, row),
        "wants_approval": row.status == NoticeStatus.DRAFTED and not lacks,
        "wants_exception": bool(
            row.no_alternative_reason and row.no_alternative_approved_by_id is None
        ),
        "sendable": not lacks
        and (row.status == NoticeStatus.APPROVED or actions.may_send_at_once(row, now)),
    }
    return render(request, "expectations/notice.html", context)


@staff_page
def notice_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the notice: text, recipients, alternatives with owner and date; a call script."""
    row, now = _notice(request, pk), clock.now()
    ask(rules.may_draft_notice(request.user, row), rule="b.6")
    kinds = suggested(row.risk.category)
    alternatives = list(row.alternatives.all())
    initial = {
        "version": row.version,
        "what": row.what or row.risk.title,
        "effect": row.effect,
        "expected_at": row.expected_at,
        "recipients": [one.pk for one in row.recipients.all()],
        "no_alternative_reason": row.no_alternative_reason,
    }
    form = NoticeForm(request.POST or None, notice=row, initial=initial)
    owners = people_around(row.customer, row.risk.project)
    offers = OfferForms(
        request.POST or None,
        initial=offer_rows(alternatives, [kind for kind, _words in kinds]),
        prefix="offers",
        form_kwargs={"owners": owners, "named": [("", "---------"), *((p.pk, p) for p in owners)]},
    )
    if request.method == "POST" and form.is_valid() and offers.is_valid():
        saved = _drafted(request, row, form, offers, now)
        if saved is not None:
            return saved
    context = {
        "now": now,
        "notice": row,
        "risk": row.risk,
        "state": state_of(row, now),
        "form": form,
        "offers": offers,
        "suggestions": [_(words) for _kind, words in kinds],
        "past": past_alternatives(request.user, row.risk),
    }
    status = status_of(form, offers)
    return render(request, "expectations/notice_form.html", context, status=status)


def _drafted(
    request: HttpRequest, row: CustomerNotice, form: NoticeForm, offers: Any, now: Any
) -> HttpResponse | None:
    values = form.cleaned_data
    try:
        actions.draft(
            row,
            offers=[each.offer for each in offers if each.offer is not None],
            by=actor_of(request),
            now=now,
            **values,
        )
    except Refused as refused:
        put_on(form, refused)
        return None
    lacks = actions.missing(row)
    toast(request, _("Draft saved") if not lacks else _("Draft saved; parts are still missing"))
    return redirect(row)


@staff_page
@require_POST
def notice_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """AR or deputy: the draft may go out (b.6)."""
    row = _notice(request, pk)
    ask(rules.may_approve_notice(request.user, row), rule="b.6")
    by, now = actor_of(request), clock.now()
    return stepped(
        request,
        lambda: actions.approve(row, by=by, now=now),
        back=row.get_absolute_url(),
        said=_("Approved; it can go out"),
    )


@staff_page
@require_POST
def notice_except(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody other than the drafter: there is no feasible alternative (clocks.md 6.3)."""
    row = _notice(request, pk)
    ask(rules.may_approve_notice(request.user, row), rule="b.6")
    by, now = actor_of(request), clock.now()
    return stepped(
        request,
        lambda: actions.except_alternative(row, by=by, now=now),
        back=row.get_absolute_url(),
    )


@staff_page
def notice_send(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog lists exactly who receives what; POST sends."""
    row, now, by = _notice(request, pk), clock.now(), actor_of(request)
    ask(rules.may_send_notice(request.user, row), rule="b.6")
    back = row.get_absolute_url()
    if request.method == "POST":
        said = _("The notice is out")
        return stepped(request, lambda: actions.send(row, by=by, now=now), back=back, said=said)
    held = not policy.get(CUSTOMER_MAIL, at=now)
    context = {
        "title": _("Notify the customer"),
        "crumb": row.risk.title,
        "crumb_url": back,
        "text": _("Once it is out the clock stops; the text cannot be taken back."),
        "receivers": [_receiver(contact, ways) for contact, ways in actions.reachable(row)],
        "intro": HELD if held else "",
        "submit": _("Send the notice"),
        "cancel_url": back,
    }
    return render(request, "parts/confirm_page.html", context)


def _receiver(contact: Any, ways: list[str]) -> str:
    names = {"email": _("e-mail %(address)s") % {"address": contact.email}, "portal": _("portal")}
    if not ways:
        return _("%(name)s: no channel reaches this contact") % {"name": contact}
    said = _(", ").join(names[way] for way in ways)
    return _("%(name)s: %(ways)s") % {"name": contact, "ways": said}


@staff_page
def notice_call(request: HttpRequest, pk: int) -> HttpResponse:
    """已电话通知: keep the call and send its written confirmation in one tap."""
    row, now, by = _notice(request, pk), clock.now(), actor_of(request)
    ask(rules.may_draft_notice(request.user, row), rule="b.6")
    first = row.recipients.first()
    form = CallForm(request.POST or None, notice=row, initial={"contact": first and first.pk})

    def effect(values: dict[str, Any]) -> None:
        at = values["at"] or now
        evidence = values["evidence"]
        actions.told_orally(row, values["contact"], at=at, evidence=evidence, by=by, now=now)

    return acted(
        request,
        form,
        effect,
        of=row,
        said=_("The call is kept"),
        template="expectations/notice_call.html",
        title=_("Told by phone"),
        submit=_("Keep the call, send the confirmation"),
        project=row.risk.project,
        notice=row,
        alternatives=row.alternatives.select_related("owner"),
        lacks=actions.missing(row, recipients=False),
        now=now,
    )


@staff_page
def notice_confirm_call(request: HttpRequest, pk: int, record: int) -> HttpResponse:
    """The written confirmation of a call that waits for it."""
    row, now, by = _notice(request, pk), clock.now(), actor_of(request)
    ask(rules.may_draft_notice(request.user, row), rule="b.6")
    call = found(row.records.select_related("contact", "notice"), pk=record)
    return acted(
        request,
        EvidenceForm(request.POST or None),
        lambda values: actions.confirm_orally(call, by=by, now=now, **values),
        of=row,
        said=_("Confirmed in writing; it counts from now"),
        title=_("Confirm the call in writing"),
        submit=_("Confirm in writing"),
        project=row.risk.project,
    )


@staff_page
@require_POST
def notice_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """What was agreed is done."""
    row = _notice(request, pk)
    ask(rules.may_settle_notice(request.user, row), rule="b.6")
    by, now = actor_of(request), clock.now()
    return stepped(
        request, lambda: actions.settle(row, by=by, now=now), back=row.get_absolute_url()
    )


@staff_page
@require_safe
def notice_verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """Why the verdict is what it is, step by step; `?format=json` for machines."""
    row, now = _notice(request, pk), clock.now()
    result = noticework.result_of(row, now)
    steps = explain(result)
    if request.GET.get("format") == "json":
        return JsonResponse(
            {
                "notice": row.code,
                "verdict": result.status,
                "deadline_at": result.deadline.isoformat(),
                "due_at": result.due.isoformat(),
                "told_at": result.told_at.isoformat() if result.told_at else None,
                "lead_h": result.lead_h,
                "steps": steps,
            }
        )
    context = {
        "now": now,
        "notice": row,
        "steps": steps,
        "result": result,
        "tone": VERDICTS.get(result.status, "info"),
        "verdict": dict(row._meta.get_field("verdict").flatchoices)[result.status],
    }
    return render(request, "expectations/notice_verdict.html", context)
