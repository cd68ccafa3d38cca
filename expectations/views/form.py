"""Pages of confirmation forms: the document, review, sending, our signature, paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock, files
from core.paging import ordering_of, page_of
from core.web import actor_of, ask, found, recent_auth, staff_page
from expectations import pdf, rules
from expectations.actions import form as actions
from expectations.actions import signing
from expectations.choices import FormStatus
from expectations.document import customer_class
from expectations.filters import FormFilter
from expectations.forms import DraftForm, ReasonForm, RecordForm
from expectations.models import ConfirmationForm, RecordedSignature
from expectations.queries.document import changes_for, document_for
from expectations.views.acting import acted, stepped
from expectations.views.steps import form_of, project_of

ORDERINGS = ("-id", "code", "-updated_at")
AGENT = "HTTP_USER_AGENT"


@staff_page
@require_GET
def form_list(request: HttpRequest) -> HttpResponse:
    """Forms within sight."""
    rows = ConfirmationForm.objects.visible_to(request.user)
    rows = rows.select_related("customer", "project", "contact").defer("snapshot")
    filter = FormFilter(request.GET, queryset=rows, request=request)
    ordering = ordering_of(request.GET.get("ordering", ""), ORDERINGS)
    page = page_of(filter.qs, ordering=ordering, cursor=request.GET.get("cursor", ""))
    context = {"page": page, "filter": filter, "now": clock.now()}
    return render(request, "expectations/form_list.html", context)


@staff_page
@require_POST
def new_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version for a project."""
    project = project_of(request, pk)
    ask(rules.may_edit_project(request.user, project), rule="b.6")

    def effect() -> str:
        form = actions.draft_form(project, by=actor_of(request), now=clock.now())
        return form.get_absolute_url()

    return stepped(request, effect, back=project.get_absolute_url())


@staff_page
@require_GET
def form_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The document as the customer gets it, with our next step beside it."""
    form, now = form_of(request, pk), clock.now()
    before_sending = form.status in (FormStatus.DRAFT, FormStatus.INTERNAL_REVIEW, FormStatus.READY)
    context = {
        "form": form,
        "doc": document_for(form, now=now),
        "changes": changed_words(form, now),
        "gaps": actions.gaps_of(form, now) if before_sending else [],
        "waiting": form.waiting_days(now),
        "recorded": form.recorded.filter(status="pending").select_related("recorded_by").first(),
        "versions": ConfirmationForm.objects.filter(code=form.code).order_by("-version_no"),
        "may_edit": rules.may_edit_form(request.user, form),
        "may_review": form.submitted_by_id != request.user.pk
        and rules.may_review_form(request.user, form),
        "may_send": rules.may_send_form(request.user, form),
        "may_countersign": rules.may_countersign(request.user, form),
        "now": now,
    }
    return render(request, "expectations/form.html", context)


def changed_words(form: ConfirmationForm, now: Any) -> list[str]:
    """What differs from the version before, one sentence a line."""
    said = []
    for change in changes_for(form, now=now):
        if change.kind == "added":
            said.append(_("%(code)s added: %(text)s"))
        elif change.kind == "removed":
            said.append(_("%(code)s removed: %(text)s"))
        elif change.part == "terms":
            said.append(_("The agreement about changes differs"))
        elif change.part == "options":
            said.append(_("The comparison of options differs"))
        elif change.part == "priority_class":
            said.append(_("%(code)s goes from “%(before)s” to “%(after)s”"))
        else:
            said.append(_("%(code)s reads differently: %(after)s"))
        if change.code:
            said[-1] %= {
                "code": change.code,
                "text": change.statement,
                "before": customer_class(change.before),
                "after": customer_class(change.after),
            }
    return said


@staff_page
@require_GET
def form_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF."""
    return pdf_of(form_of(request, pk))


def pdf_of(form: ConfirmationForm) -> HttpResponse:
    """A download of the document as it stands."""
    response = HttpResponse(
        pdf.confirmation(document_for(form, now=clock.now())), content_type="application/pdf"
    )
    name = f"{form.code}-v{form.version_no}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@staff_page
@require_http_methods(["GET", "POST"])
def edit_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Who signs, what we heard, the options compared, the terms."""
    form = form_of(request, pk)
    ask(rules.may_edit_form(request.user, form), rule="b.6")

    def effect(values: dict[str, Any]) -> None:
        changes = {name: values[name] for name in ("contact", "signatory", "language")}
        typed = ("findings", "options", "terms")
        changes |= {name: values[f"{name}_text"] for name in typed}
        actions.edit_form(form, changes, by=actor_of(request), now=clock.now(),
                          version=values["version"] or 0)  # fmt: skip

    return acted(request, DraftForm(request.POST or None, instance=form), effect,
                  of=form, said=_("Saved"), title=_("Edit form"),
                  submit=_("Save"),
                  project=form.project, crumb=str(form))  # fmt: skip


@staff_page
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """To internal review."""
    form = form_of(request, pk)
    ask(rules.may_edit_form(request.user, form), rule="b.6")
    return stepped(
        request,
        lambda: actions.submit(form, by=actor_of(request), now=clock.now()),
        back=form.get_absolute_url(),
        said=_("Handed to a colleague for review"),
    )


@staff_page
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Reviewed: ready to send."""
    form = form_of(request, pk)
    ask(rules.may_review_form(request.user, form), rule="b.6")
    return stepped(
        request,
        lambda: actions.approve(form, by=actor_of(request), now=clock.now()),
        back=form.get_absolute_url(),
        said=_("Reviewed; the content is fixed now"),
    )


@staff_page
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to draft."""
    form = form_of(request, pk)
    ask(rules.may_edit_form(request.user, form), rule="b.6")
    return stepped(
        request,
        lambda: actions.take_back(form, by=actor_of(request), now=clock.now()),
        back=form.get_absolute_url(),
        said=_("Back in draft"),
    )


@staff_page
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who receives what, then send."""
    form = form_of(request, pk)
    ask(rules.may_send_form(request.user, form), rule="b.6")
    if request.method == "POST":
        return stepped(
            request,
            lambda: actions.send(form, by=actor_of(request), now=clock.now()) and None,
            back=form.get_absolute_url(),
            said=_("Sent to %(name)s") % {"name": form.contact},
        )
    contact = form.contact
    receivers = [
        _("%(name)s, %(mail)s: a one-time link; valid 30 days, the code comes in a second mail")
        % {"name": contact, "mail": contact.email if contact else "—"},
        _("Nobody else. Reminders go to the same address on day 3, 7, 14 and 25."),
    ]
    return render(
        request,
        "parts/confirm_page.html",
        {
            "title": _("Send form"),
            "text": _("After sending, nothing of version %(version)d can be changed.")
            % {"version": form.version_no},
            "receivers": receivers,
            "submit": _("Send"),
            "cancel_url": form.get_absolute_url(),
            "crumb": str(form),
            "crumb_url": form.get_absolute_url(),
        },
    )


@staff_page
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an open form, with a reason."""
    form = form_of(request, pk)
    ask(rules.may_send_form(request.user, form), rule="b.6")

    def effect(values: dict[str, Any]) -> None:
        actions.withdraw(form, reason=values["reason"], by=actor_of(request), now=clock.now())

    return acted(request, ReasonForm(request.POST or None), effect, of=form,
                  title=_("Withdraw form"), submit=_("Withdraw"), danger=True,
                  project=form.project, crumb=str(form))  # fmt: skip


@staff_page
@recent_auth
@require_http_methods(["GET", "POST"])
def countersign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for us: a fresh password, then it is effective."""
    form = form_of(request, pk)
    ask(rules.may_countersign(request.user, form), rule="b.6")
    if request.method == "POST":
        return stepped(
            request,
            lambda: signing.countersign(form, by=actor_of(request), now=clock.now(),
                                        agent=request.META.get(AGENT, "")) and None,
            back=form.get_absolute_url(),
            said=_("Signed; the form is effective"),
        )  # fmt: skip
    left = ", ".join(form.excepted)
    context = {
        "title": _("Sign for us"),
        "text": _("You confirm %(form)s, SHA-256 %(sha256)s.")
        % {"form": form, "sha256": form.snapshot_sha256},
        "intro": _("The customer left open: %(items)s.") % {"items": left} if left else "",
        "receivers": [
            _("%(name)s: a mail that the form is effective, with the link to the copy")
            % {"name": form.contact},
            _("Expectation owner: a notification"),
        ],
        "submit": _("Sign"),
        "cancel_url": form.get_absolute_url(),
        "crumb": str(form),
        "crumb_url": form.get_absolute_url(),
    }
    return render(request, "parts/confirm_page.html", context)


@staff_page
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a signature that came by scan, e-mail or in person."""
    form = form_of(request, pk)
    ask(rules.may_edit_form(request.user, form), rule="b.6")
    asked = RecordForm(request.POST or None, request.FILES or None)

    def effect(values: dict[str, Any]) -> None:
        by, now, raw = actor_of(request), clock.now(), values.pop("file")
        stored = (
            files.store(raw.read(), name=raw.name, about=form, scope=form.customer, by=by, now=now)
            if raw is not None
            else None
        )
        signing.record_signature(form, file=stored, by=by, now=now, **values)

    return acted(request, asked, effect, of=form,
                  project=form.project, crumb=str(form),
                  title=_("Record a signature"), submit=_("Record"),
                  said=_("Recorded; a second person checks it"))  # fmt: skip


@staff_page
@require_POST
def check(request: HttpRequest, pk: int, recorded: int, answer: str) -> HttpResponse:
    """The second person: right or wrong."""
    form = form_of(request, pk)
    ask(rules.may_review_form(request.user, form), rule="F6")
    row = found(
        RecordedSignature.objects.filter(form=form).select_related(
            "contact", "form__customer", "form__project__expectation_owner", "form__signatory"
        ),
        pk=recorded,
    )
    return stepped(
        request,
        lambda: (
            signing.check_recorded(
                row, is_right=answer == "right", by=actor_of(request), now=clock.now()
            )
            and None
        ),
        back=form.get_absolute_url(),
        said=_("Checked"),
    )
