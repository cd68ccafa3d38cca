"""Pages of joint innovation: centres in sight, one with its topics, their steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.assessments import local_today
from accounts.forms import NoteForm
from accounts.models import Customer
from accounts.views.acting import customer_of, do, submit
from core import clock
from core.paging import page_of, size_of
from core.web import actor_of, ask, found, staff_page
from relationships import innovation as noun
from relationships import rules
from relationships.actions import innovation
from relationships.choices_agreement import CENTRE_OPEN, CentreStatus
from relationships.filters_agreement import CentreFilter
from relationships.forms_innovation import CentreForm, OutcomeForm, TopicForm
from relationships.models import InnovationTopic, JointInnovationCentre
from relationships.queries.rounds import raters_of

TONES = {
    CentreStatus.PROPOSED: "none",
    CentreStatus.CHARTERED: "info",
    CentreStatus.RUNNING: "ok",
    CentreStatus.CLOSED: "paused",
}
Act = Callable[..., Any]


@staff_page
@require_safe
def centre_list(request: HttpRequest) -> HttpResponse:
    """Joint innovation centres in sight."""
    rows = JointInnovationCentre.objects.visible_to(request.user)
    filters = CentreFilter(request.GET, queryset=rows, request=request)
    page = page_of(
        with_topics(filters.qs if filters.is_valid() else rows),
        ordering="-id",
        cursor=request.GET.get("cursor", ""),
        size=size_of(request.GET.get("page_size", "")),
    )
    customer = request.GET.get("customer", "")
    context = {
        "page": page,
        "lines": lines_of(page.rows),
        "bar": [filters.form[name] for name in ("status", "mine")],
        "kept": [("customer", customer)] if customer else [],
    }
    return render(request, "relationships/centres.html", context)


@staff_page
@require_safe
def centre_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One centre: charter, IP terms, topics, and what the reader may do next."""
    row = centre_of(request, pk)
    now = clock.now()
    works = rules.may_work_centre(request.user, row)
    topics = list(row.topics.select_related("owner").order_by("id"))
    context = {
        "row": row,
        "tone": TONES[CentreStatus(row.status)],
        "topics": [_topic_line(each, row, request.user, works, now) for each in topics],
        "works": works,
        "may": _may(request.user, row, works, topics),
        "now": now,
    }
    return render(request, "relationships/centre.html", context)


@staff_page
def centre_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a centre."""
    customer = customer_of(request, pk)
    ask(rules.may_draft_agreement(request.user, customer), _("You are not on this account team."))
    by = actor_of(request)
    form = CentreForm(
        request.POST or None,
        user=request.user,
        people=raters_of(customer, request.user),
        initial={"owner": request.user.pk},
    )
    return submit(
        request,
        form,
        lambda values: innovation.propose(customer, values, by=by, now=clock.now()),
        to="/innovation-centres/{pk}/",
        said=_("Proposed"),
        page=_words(customer, _("New joint innovation centre")),
    )


@staff_page
def centre_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what was written."""
    row = centre_of(request, pk)
    ask(rules.may_work_centre(request.user, row), _("You are not on this account team."))
    begin = {name: getattr(row, name) for name in (*innovation.FIELDS, "version")}
    form = CentreForm(
        request.POST or None,
        user=request.user,
        people=raters_of(row.customer, request.user),
        initial=begin | {"owner": row.owner_id},
    )
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: innovation.edit(
            row, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or row.version
        ),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=_words(row.customer, _("Edit %(name)s") % {"name": row.name}, row),
    )


@staff_page
@require_POST
def charter(request: HttpRequest, pk: int) -> HttpResponse:
    """A head charters it."""
    return _step(request, pk, innovation.charter, may=rules.may_charter, said=_("Chartered"))


@staff_page
@require_POST
def approve_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Legal approves the IP terms."""
    act, said = innovation.approve_terms, _("IP terms approved")
    return _step(request, pk, act, may=rules.may_approve_terms, said=said)


@staff_page
@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """It begins its work."""
    return _step(request, pk, innovation.run, may=rules.may_work_centre, said=_("Running"))


@staff_page
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """It ends, with what it came to."""
    row = centre_of(request, pk)
    ask(rules.may_work_centre(request.user, row), rule="C137")
    form = NoteForm(request.POST or None, user=request.user)
    form.fields["note"].label = _("What it came to")
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: innovation.close(row, by=by, now=clock.now(), note=values["note"]),
        to=row.get_absolute_url(),
        said=_("Closed"),
        page=_words(row.customer, _("Close %(name)s") % {"name": row.name}, row),
    )


@staff_page
def topic_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a topic."""
    row = centre_of(request, pk)
    ask(rules.may_work_centre(request.user, row), rule="C137")
    by = actor_of(request)
    form = TopicForm(
        request.POST or None,
        user=request.user,
        people=raters_of(row.customer, request.user),
        initial={"owner": row.owner_id},
    )
    return submit(
        request,
        form,
        lambda values: innovation.add_topic(row, values, by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Proposed"),
        page=_words(row.customer, _("New topic"), row),
    )


@staff_page
def topic_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a topic."""
    row = _topic(request, pk)
    begin = {name: getattr(row, name) for name in ("title", "question", "due_on", "version")}
    form = TopicForm(
        request.POST or None,
        user=request.user,
        people=raters_of(row.customer, request.user),
        initial=begin | {"owner": row.owner_id},
    )
    by = actor_of(request)
    return submit(
        request,
        form,
        lambda values: innovation.edit_topic(
            row, values, by=by, now=clock.now(), version=form.cleaned_data["version"] or row.version
        ),
        to=row.get_absolute_url(),
        said=_("Saved"),
        page=_words(row.customer, _("Edit %(name)s") % {"name": row.title}, row.centre),
    )


@staff_page
@require_POST
def topic_charter(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is to find out is settled."""
    row, by = _topic(request, pk), actor_of(request)
    return do(
        request,
        lambda: innovation.charter_topic(row, by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Chartered"),
    )


@staff_page
@require_POST
def topic_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Work on it begins."""
    row, by = _topic(request, pk), actor_of(request)
    return do(
        request,
        lambda: innovation.run_topic(row, by=by, now=clock.now()),
        to=row.get_absolute_url(),
        said=_("Running"),
    )


@staff_page
def topic_close(request: HttpRequest, pk: int) -> HttpResponse:
    """What came out."""
    row, by = _topic(request, pk), actor_of(request)
    form = OutcomeForm(request.POST or None, user=request.user, initial={"reuse": row.reuse})
    return submit(
        request,
        form,
        lambda values: innovation.close_topic(row, by=by, now=clock.now(), **values),
        to=row.get_absolute_url(),
        said=_("Closed"),
        page=_words(row.customer, _("Close %(name)s") % {"name": row.title}, row.centre),
    )


def centre_of(request: HttpRequest, pk: int) -> JointInnovationCentre:
    """A centre of a customer in sight, else 404."""
    rows = JointInnovationCentre.objects.visible_to(request.user)
    return found(rows.select_related("customer__owning_unit", "owner", "ip_approved_by"), pk=pk)


def with_topics(rows: QuerySet[JointInnovationCentre]) -> QuerySet[JointInnovationCentre]:
    """With the number of topics, and of those that are open."""
    return rows.select_related("customer", "owner").annotate(
        topic_count=Count("topics"),
        open_topics=Count("topics", filter=Q(topics__status__in=CENTRE_OPEN)),
    )


def lines_of(rows: list[JointInnovationCentre]) -> list[tuple[JointInnovationCentre, str]]:
    """(row, tone)."""
    return [(row, TONES[CentreStatus(row.status)]) for row in rows]


def _topic(request: HttpRequest, pk: int) -> InnovationTopic:
    rows = InnovationTopic.objects.visible_to(request.user)
    row = found(rows.select_related("centre__customer__owning_unit", "owner"), pk=pk)
    ask(rules.may_work_topic(request.user, row), rule="C137")
    return row


def _topic_line(
    each: InnovationTopic,
    row: JointInnovationCentre,
    user: Any,
    works: bool,
    now: dt.datetime,
) -> dict[str, Any]:
    late = each.is_open and each.due_on and each.due_on < local_today(row.customer, now)
    may = works or each.owner_id == user.pk
    return {
        "row": each,
        "tone": "watch" if late else TONES[CentreStatus(each.status)],
        "edit": may and each.is_open,
        "charter": may and each.status == CentreStatus.PROPOSED,
        "run": may and noun.may_begin(each.status, row.status),
    }


def _may(
    user: Any, row: JointInnovationCentre, works: bool, topics: list[InnovationTopic]
) -> dict[str, bool]:
    waits = row.is_open and row.ip_approved_at is None and bool(row.ip_terms.strip())
    return {
        "edit": works and row.is_open,
        "charter": row.status == CentreStatus.PROPOSED and rules.may_charter(user, row),
        "terms": waits and rules.may_approve_terms(user, row),
        "run": works and row.status == CentreStatus.CHARTERED and row.ip_approved_at is not None,
        "close": works and row.is_open and not any(each.is_open for each in topics),
        "topic": works and row.is_open,
    }


def _step(request: HttpRequest, pk: int, act: Act, *, may: Act, said: str) -> HttpResponse:
    row, by = centre_of(request, pk), actor_of(request)
    ask(may(request.user, row), rule="C137")
    return do(
        request, lambda: act(row, by=by, now=clock.now()), to=row.get_absolute_url(), said=said
    )


def _words(
    customer: Customer, title: str, row: JointInnovationCentre | None = None
) -> dict[str, Any]:
    return {
        "title": title,
        "submit": _("Save"),
        "crumb": row.name if row else customer.name,
        "crumb_url": row.get_absolute_url() if row else f"/customers/{customer.pk}/agreements/",
    }
